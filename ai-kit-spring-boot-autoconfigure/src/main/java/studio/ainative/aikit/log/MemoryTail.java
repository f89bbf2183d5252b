package studio.ainative.aikit.log;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * One reader of an answer in memory, at its own pace: all that is held for it is how far
 * it is.
 */
final class MemoryTail implements Subscription {

	private final MemoryAnswer answer;

	private final Subscriber<? super LogEntry> subscriber;

	private final AtomicLong requested = new AtomicLong();

	/** How many looks are due: one thread has them all. */
	private final AtomicInteger looks = new AtomicInteger();

	private volatile boolean over;

	/** Only used by who looks. */
	private long cursor;

	MemoryTail(MemoryAnswer answer, long cursor, Subscriber<? super LogEntry> subscriber) {
		this.answer = answer;
		this.cursor = cursor;
		this.subscriber = subscriber;
	}

	@Override
	public void request(long count) {
		if (Operators.validate(count)) {
			this.requested.accumulateAndGet(count, Operators::addCap);
			look();
		}
	}

	@Override
	public void cancel() {
		leave();
	}

	/** There may be something new. */
	void look() {
		if (this.looks.getAndIncrement() != 0) {
			return;
		}
		int seen = 1;
		while (seen != 0) {
			handOn();
			seen = this.looks.addAndGet(-seen);
		}
	}

	private void handOn() {
		while (!this.over && this.requested.get() != 0) {
			@Nullable LogEntry entry;
			try {
				entry = this.answer.next(this.cursor);
			}
			catch (AnswerLogException ex) {
				leave();
				this.subscriber.onError(ex);
				return;
			}
			if (entry == null) {
				return;
			}
			this.requested.updateAndGet(MemoryTail::minusOne);
			this.cursor = entry.last();
			if (entry.end() != null) {
				leave();
			}
			this.subscriber.onNext(entry);
			if (entry.end() != null) {
				this.subscriber.onComplete();
			}
		}
	}

	private void leave() {
		this.over = true;
		this.answer.left(this);
	}

	private static long minusOne(long requested) {
		return (requested == Long.MAX_VALUE) ? requested : requested - 1;
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.event.StreamEvent;

/**
 * Watches one try for silence: before the first content by one limit, after it by
 * another. It stands still while nothing is asked for.
 * <p>
 * It looks several times in a limit whether anything has come since the last look, and
 * counts the looks in silence. So an event only sets a flag, where it would else have to
 * read the time, which costs more than all that is done to the event here. A silence is
 * found after the limit, at most a sixteenth later.
 */
final class SilenceClock {

	private static final int LOOKS = 16;

	private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final StreamTimeouts timeouts;

	private final Disposable.Swap timer = Disposables.swap();

	private final AtomicBoolean begun = new AtomicBoolean();

	/** How many events are asked for and have not come. */
	private final AtomicLong demand = new AtomicLong();

	private volatile @Nullable Watched watched;

	private volatile boolean contentSeen;

	/** Something has come since the last look, or is wanted again only since then. */
	private volatile boolean moved;

	/** In silence, one after another. */
	private int looks;

	SilenceClock(StreamTimeouts timeouts) {
		this.timeouts = timeouts;
	}

	/**
	 * Let the events of a try fail when they stay away for too long.
	 * @param events the events
	 * @return the same events, failing with a {@link StreamTimeoutException} in silence
	 */
	Flux<StreamEvent> watch(Flux<StreamEvent> events) {
		return PassThrough.apply(events, Watched::new);
	}

	/**
	 * Pass an event on that the watched events would have brought: the short way, past
	 * all that {@code WebClient} puts around the answer to a request.
	 * @param event the event, delivered as the watched events are: one after another,
	 * before their end
	 */
	void pass(StreamEvent event) {
		Watched watched = this.watched;
		if (watched != null) {
			watched.onNext(event);
		}
	}

	/**
	 * Bytes came in, whatever they mean.
	 */
	void bytes() {
		if (this.timeouts.idleOn() == StreamTimeouts.IdleOn.BYTES) {
			moved();
		}
	}

	private void moved() {
		// Most often it is set, and reading is cheaper
		if (!this.moved) {
			this.moved = true;
		}
	}

	private void requested(Watched watched, long count) {
		if (!this.begun.get() && this.begun.compareAndSet(false, true)) {
			schedule(watched, Timeout.FIRST_TOKEN, this.timeouts.firstToken());
		}
		else if (this.demand.get() == 0) {
			moved();
		}
		this.demand.accumulateAndGet(count, Operators::addCap);
	}

	private void event(Watched watched, StreamEvent event) {
		moved();
		if (this.demand.get() != Long.MAX_VALUE) {
			this.demand.decrementAndGet();
		}
		if (!this.contentSeen && Content.isContent(event)) {
			firstContent(watched);
		}
	}

	private synchronized void firstContent(Watched watched) {
		this.contentSeen = true;
		this.moved = false;
		this.looks = 0;
		schedule(watched, Timeout.IDLE, this.timeouts.idle());
	}

	private void look(Watched watched, Timeout timeout, Duration limit) {
		if (!goOn(watched, timeout, limit)) {
			watched.fail(new StreamTimeoutException(timeout, limit, null));
		}
	}

	private synchronized boolean goOn(Watched watched, Timeout timeout, Duration limit) {
		if (timeout == Timeout.FIRST_TOKEN && this.contentSeen) {
			return true; // It has come at this moment, and another timer is set
		}
		boolean silent = this.demand.get() != 0 && !this.moved;
		this.moved = false;
		this.looks = silent ? this.looks + 1 : 0;
		if (this.looks == LOOKS) {
			return false;
		}
		schedule(watched, timeout, limit);
		return true;
	}

	private void schedule(Watched watched, Timeout timeout, Duration limit) {
		long delay = Math.max(TimeUnit.NANOSECONDS.convert(limit) / LOOKS, SHORTEST_NANOS);
		this.timer
			.update(Schedulers.parallel().schedule(() -> look(watched, timeout, limit), delay, TimeUnit.NANOSECONDS));
	}

	/** The try, which ends when it has been silent for too long. */
	private final class Watched extends Cutoff {

		Watched(CoreSubscriber<? super StreamEvent> actual) {
			super(actual);
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			SilenceClock.this.watched = this;
			super.onSubscribe(subscription);
		}

		@Override
		public void onNext(StreamEvent event) {
			event(this, event);
			super.onNext(event);
		}

		@Override
		public void request(long count) {
			requested(this, count);
			super.request(count);
		}

		@Override
		void ended() {
			SilenceClock.this.timer.dispose();
		}

	}

}

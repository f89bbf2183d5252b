package studio.ainative.aikit.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.LogEntry;

/**
 * Copies an answer from its tape to the log: at once what comes while the log is idle,
 * together what comes meanwhile. One append is on its way at any time, and nothing is
 * held for it, as the tape has it all.
 */
final class LogCopy {

	/** As many events go into an entry, so that none grows beyond what stores like. */
	private static final int MAX_EVENTS = 1024;

	/** With a log that nobody else reads while the answer runs, each append can wait. */
	private static final int UNSHARED_EVENTS = 256;

	private final AnswerTape tape;

	private final AnswerLog.Writer writer;

	private final int least;

	private final Runnable copied;

	private final Consumer<Throwable> failed;

	/** How many looks are due: one thread has them all. */
	private final AtomicInteger looks = new AtomicInteger();

	private volatile boolean appending;

	private volatile boolean over;

	private volatile long cursor;

	/**
	 * Begin a copy.
	 * @param tape what is copied
	 * @param writer where to
	 * @param isShared whether others read the copy while it is made
	 * @param copied called once the end was copied
	 * @param failed called if the log refuses, after which nothing more is copied
	 */
	LogCopy(AnswerTape tape, AnswerLog.Writer writer, boolean isShared, Runnable copied, Consumer<Throwable> failed) {
		this.tape = tape;
		this.writer = writer;
		this.least = isShared ? 1 : UNSHARED_EVENTS;
		this.copied = copied;
		this.failed = failed;
	}

	/** Copy what is new, if it is enough. */
	void look() {
		// Whoever appends looks again
		if (this.appending || (this.tape.last() - this.cursor < this.least && !this.tape.isEnded())) {
			return;
		}
		if (this.looks.getAndIncrement() != 0) {
			return;
		}
		int seen = 1;
		while (seen != 0) {
			append();
			seen = this.looks.addAndGet(-seen);
		}
	}

	/** Copy nothing more. */
	void stop() {
		this.over = true;
		this.writer.close();
	}

	private void append() {
		LogEntry entry = (this.over || this.appending) ? null : this.tape.entry(this.cursor, MAX_EVENTS);
		if (entry != null) {
			this.appending = true;
			append(entry).subscribe(new Appending(entry));
		}
	}

	private Mono<Void> append(LogEntry entry) {
		try {
			return this.writer.append(entry);
		}
		catch (RuntimeException ex) {
			return Mono.error(ex);
		}
	}

	/**
	 * One append.
	 */
	private final class Appending extends BaseSubscriber<Void> {

		private final LogEntry entry;

		Appending(LogEntry entry) {
			this.entry = entry;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		protected void hookOnComplete() {
			LogCopy.this.cursor = this.entry.last();
			LogCopy.this.appending = false;
			if (this.entry.end() != null) {
				LogCopy.this.over = true;
				LogCopy.this.copied.run();
			}
			else {
				look();
			}
		}

		@Override
		protected void hookOnError(Throwable ex) {
			boolean news = !LogCopy.this.over;
			LogCopy.this.over = true;
			if (news) {
				LogCopy.this.failed.accept(ex);
			}
		}

	}

}

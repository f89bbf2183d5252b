package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.scheduler.Scheduler;

/**
 * Flushes a connection for all answers together: at once after a pause, otherwise when
 * the interval since the last flush is over. What costs is the flush, a system call here
 * and a wake-up there, and not the command: with one for each token, writing took four
 * times the CPU.
 * <p>
 * What is written because Redis has answered, copies for those who read elsewhere, does
 * not wait for a second interval: it is flushed once all is answered that was flushed
 * before. After such a flush comes one by the interval again, so that they are never more
 * than twice as many.
 */
final class FlushTick {

	/**
	 * Short beside what readers notice, long beside the time between two tokens of many.
	 */
	static final Duration INTERVAL = Duration.ofMillis(5);

	private final Runnable flush;

	private final Scheduler scheduler;

	private final AtomicBoolean due = new AtomicBoolean();

	/** Questions whose answers something may be written for. */
	private final AtomicInteger unanswered = new AtomicInteger();

	/** Whether something was written for an answer since the last flush. */
	private volatile boolean answerWritten;

	/** Whether the last flush was for answers. */
	private volatile boolean flushedForAnswers;

	private volatile long flushedAt;

	/**
	 * Make a tick.
	 * @param flush flushes the connection, and does not block
	 * @param scheduler what waits
	 */
	FlushTick(Runnable flush, Scheduler scheduler) {
		this.flush = flush;
		this.scheduler = scheduler;
		this.flushedAt = now() - INTERVAL.toNanos();
	}

	/** Something is going to be written that is answered. */
	void asked() {
		this.unanswered.incrementAndGet();
	}

	/**
	 * What was asked is answered, or won't be, and what there was to write for it is
	 * written.
	 */
	void answered() {
		if (this.unanswered.decrementAndGet() == 0 && this.answerWritten && !this.flushedForAnswers) {
			flush(true);
		}
	}

	/** Something was written. */
	void written() {
		if (!this.due.compareAndSet(false, true)) {
			return;
		}
		long last = this.flushedAt;
		long wait = INTERVAL.toNanos() - (now() - last);
		if (wait <= 0) {
			flush(false);
		}
		else {
			this.scheduler.schedule(() -> {
				// Else what was written then is flushed, and what came later waits anew
				if (this.flushedAt == last) {
					flush(false);
				}
			}, wait, TimeUnit.NANOSECONDS);
		}
	}

	/** Something was written for an answer that is just being told of. */
	void answerWritten() {
		this.answerWritten = true;
		written();
	}

	private void flush(boolean forAnswers) {
		this.flushedAt = now();
		this.flushedForAnswers = forAnswers;
		this.answerWritten = false;
		// First, so that whoever writes from now on has a flush that follows
		this.due.set(false);
		this.flush.run();
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

}

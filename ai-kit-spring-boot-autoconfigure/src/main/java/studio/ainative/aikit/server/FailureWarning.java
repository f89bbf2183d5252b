package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.AnswerLogException;

/**
 * What the log files hear of a log of answers that fails: once for each time that it
 * fails, not for each answer, and once a minute at most, as it may fail and work in turn.
 * Thread-safe.
 */
final class FailureWarning {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier nanoTime;

	private final AtomicBoolean failing = new AtomicBoolean();

	private @Nullable Long warnedAt;

	/**
	 * Begin with a log that works.
	 * @param nanoTime what time it is, in nanoseconds since any moment
	 */
	FailureWarning(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** The log works. */
	void worked() {
		this.failing.set(false);
	}

	/** The log has failed. */
	void failed(Throwable ex) {
		if (this.failing.compareAndSet(false, true) && isDue()) {
			String reason = (ex instanceof AnswerLogException refused) ? refused.reason().name()
					: ex.getClass().getName();
			logger.warn("The log of answers has failed (" + reason + "): answers go on, and can't be read again");
		}
		logger.debug("The log of answers has failed", ex);
	}

	private synchronized boolean isDue() {
		long now = this.nanoTime.getAsLong();
		if (this.warnedAt != null && now - this.warnedAt < PAUSE) {
			return false;
		}
		this.warnedAt = now;
		return true;
	}

}

package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.StartKey.IfTaken;

/**
 * How answers outlive the connections of their readers. Immutable.
 *
 * @param orphanTimeout how long an answer goes on that nobody reads, zero to stop it at
 * once, {@code null} to let it come to its end
 * @param retain how long an answer can be read after its end, greater than zero
 * @param maxAnswerSize how much memory an answer may take, in bytes by estimate. One that
 * grows beyond that goes on for those who read it, and can't be read again
 * @param ifTaken what a second request by the same {@code Idempotency-Key} gets
 * @since 0.1.0
 */
public record ResumeOptions(@Nullable Duration orphanTimeout, Duration retain, long maxAnswerSize, IfTaken ifTaken) {

	/**
	 * How long an answer goes on that nobody reads, unless said otherwise: 30 seconds.
	 */
	public static final Duration DEFAULT_ORPHAN_TIMEOUT = Duration.ofSeconds(30);

	/** How long an answer can be read after its end unless said otherwise: 10 minutes. */
	public static final Duration DEFAULT_RETAIN = Duration.ofMinutes(10);

	/** How much memory an answer may take unless said otherwise: 8 MB. */
	public static final long DEFAULT_MAX_ANSWER_SIZE = 8L << 20;

	/**
	 * Refuse what can't work.
	 * @param orphanTimeout how long an answer goes on that nobody reads
	 * @param retain how long an answer can be read after its end
	 * @param maxAnswerSize how much memory an answer may take
	 * @param ifTaken what a second request by the same key gets
	 */
	public ResumeOptions {
		if (orphanTimeout != null && orphanTimeout.isNegative()) {
			throw new IllegalArgumentException("'orphanTimeout' must be zero or more (was " + orphanTimeout + ")");
		}
		Objects.requireNonNull(retain, "'retain' must not be null");
		if (retain.isNegative() || retain.isZero()) {
			throw new IllegalArgumentException("'retain' must be greater than zero (was " + retain + ")");
		}
		if (maxAnswerSize < 1) {
			throw new IllegalArgumentException("'maxAnswerSize' must be 1 or more (was " + maxAnswerSize + ")");
		}
		Objects.requireNonNull(ifTaken, "'ifTaken' must not be null");
	}

	/**
	 * An answer goes on for 30 seconds without readers, is kept for 10 minutes, takes 8
	 * MB at most, and is given to all requests that come by its key.
	 * @return the options
	 */
	public static ResumeOptions defaults() {
		return new ResumeOptions(DEFAULT_ORPHAN_TIMEOUT, DEFAULT_RETAIN, DEFAULT_MAX_ANSWER_SIZE, IfTaken.ATTACH);
	}

	/**
	 * Copy with another time without readers.
	 * @param orphanTimeout how long an answer goes on that nobody reads
	 * @return the copy
	 */
	public ResumeOptions withOrphanTimeout(@Nullable Duration orphanTimeout) {
		return new ResumeOptions(orphanTimeout, this.retain, this.maxAnswerSize, this.ifTaken);
	}

	/**
	 * Copy with another time after the end.
	 * @param retain how long an answer can be read after its end
	 * @return the copy
	 */
	public ResumeOptions withRetain(Duration retain) {
		return new ResumeOptions(this.orphanTimeout, retain, this.maxAnswerSize, this.ifTaken);
	}

	/**
	 * Copy with another size.
	 * @param maxAnswerSize how much memory an answer may take
	 * @return the copy
	 */
	public ResumeOptions withMaxAnswerSize(long maxAnswerSize) {
		return new ResumeOptions(this.orphanTimeout, this.retain, maxAnswerSize, this.ifTaken);
	}

	/**
	 * Copy with another answer to a second request.
	 * @param ifTaken what a second request by the same key gets
	 * @return the copy
	 */
	public ResumeOptions withIfTaken(IfTaken ifTaken) {
		return new ResumeOptions(this.orphanTimeout, this.retain, this.maxAnswerSize, ifTaken);
	}

}

package studio.ainative.aikit.cache;

import java.time.Duration;
import java.util.Objects;

/**
 * What a cache keeps, for how long, and for whom.
 *
 * @param ttl how long an answer is given again; more than zero, 1 hour by default
 * @param maxAnswerSize how much memory an answer may take that is kept, in bytes by
 * {@link studio.ainative.aikit.event.EventSize}; {@value #DEFAULT_MAX_ANSWER_SIZE} by
 * default, which is room for some 7000 tokens
 * @param scope who shares the answers, {@link CacheScope#PRINCIPAL} by default
 * @param timeout how long a store is waited for; more than zero, 2 seconds by default:
 * nobody wants to wait longer for what only saves time
 * @since 0.1.0
 */
public record CacheOptions(Duration ttl, long maxAnswerSize, CacheScope scope, Duration timeout) {

	/** Longer ones come back seldom, and each running answer may take this: {@value}. */
	public static final long DEFAULT_MAX_ANSWER_SIZE = 512 * 1024;

	private static final CacheOptions DEFAULTS = new CacheOptions(Duration.ofHours(1), DEFAULT_MAX_ANSWER_SIZE,
			CacheScope.PRINCIPAL, Duration.ofSeconds(2));

	/**
	 * Check the values.
	 * @param ttl how long an answer is given again
	 * @param maxAnswerSize how much memory an answer may take that is kept, in bytes
	 * @param scope who shares the answers
	 * @param timeout how long a store is waited for
	 */
	public CacheOptions {
		requirePositive("ttl", ttl);
		requirePositive("timeout", timeout);
		if (maxAnswerSize < 1) {
			throw new IllegalArgumentException("'maxAnswerSize' must be more than zero (was " + maxAnswerSize + ")");
		}
		Objects.requireNonNull(scope, "'scope' must not be null");
	}

	/**
	 * An hour, {@value #DEFAULT_MAX_ANSWER_SIZE} bytes, each principal alone, 2 seconds.
	 * @return the options
	 */
	public static CacheOptions defaults() {
		return DEFAULTS;
	}

	private static void requirePositive(String name, Duration time) {
		if (time.isNegative() || time.isZero()) {
			throw new IllegalArgumentException("'" + name + "' must be more than zero (was " + time + ")");
		}
	}

	/**
	 * Change how long an answer is given again.
	 * @param ttl the time, more than zero
	 * @return changed options
	 */
	public CacheOptions withTtl(Duration ttl) {
		return new CacheOptions(ttl, this.maxAnswerSize, this.scope, this.timeout);
	}

	/**
	 * Change how large an answer may be that is kept.
	 * @param maxAnswerSize the memory in bytes, more than zero
	 * @return changed options
	 */
	public CacheOptions withMaxAnswerSize(long maxAnswerSize) {
		return new CacheOptions(this.ttl, maxAnswerSize, this.scope, this.timeout);
	}

	/**
	 * Change who shares the answers.
	 * @param scope who
	 * @return changed options
	 */
	public CacheOptions withScope(CacheScope scope) {
		return new CacheOptions(this.ttl, this.maxAnswerSize, scope, this.timeout);
	}

	/**
	 * Change how long a store is waited for.
	 * @param timeout the time, more than zero
	 * @return changed options
	 */
	public CacheOptions withTimeout(Duration timeout) {
		return new CacheOptions(this.ttl, this.maxAnswerSize, this.scope, timeout);
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How much a model may do with the tools of a stream.
 *
 * @param maxRounds how many times in one answer the model may call tools and be told
 * their results, 1 or more: with 8, an answer takes nine requests at most. Models that go
 * round in circles are what it is for. Past it the answer fails with a
 * {@link ToolLimitException}
 * @param timeout how long each call may take, positive. Then its thread is interrupted
 * and the model told so
 * @param maxResultSize how many characters each result may have, 1 or more. In place of a
 * larger one the model is told so: half of a JSON document would mislead it
 * @since 0.1.0
 */
public record ToolLimits(int maxRounds, Duration timeout, int maxResultSize) {

	/** Some 64,000 tokens: half of what many models read at all. */
	private static final int DEFAULT_MAX_RESULT_SIZE = 256 * 1024;

	private static final ToolLimits DEFAULTS = new ToolLimits(8, Duration.ofSeconds(30), DEFAULT_MAX_RESULT_SIZE);

	/**
	 * Check the values.
	 * @param maxRounds how many times in one answer the model may call tools, 1 or more
	 * @param timeout how long each call may take, positive
	 * @param maxResultSize how many characters each result may have, 1 or more
	 */
	public ToolLimits {
		if (maxRounds < 1) {
			throw new IllegalArgumentException("'maxRounds' must be one or more (was " + maxRounds + ")");
		}
		Objects.requireNonNull(timeout, "'timeout' must not be null");
		if (timeout.isZero() || timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must be positive (was " + timeout + ")");
		}
		if (maxResultSize < 1) {
			throw new IllegalArgumentException("'maxResultSize' must be one or more (was " + maxResultSize + ")");
		}
	}

	/**
	 * 8 rounds, 30 seconds for each call, 262,144 characters for each result.
	 * @return the limits
	 */
	public static ToolLimits defaults() {
		return DEFAULTS;
	}

	/**
	 * Change the number of rounds.
	 * @param maxRounds how many times the model may call tools, 1 or more
	 * @return changed limits
	 */
	public ToolLimits withMaxRounds(int maxRounds) {
		return new ToolLimits(maxRounds, this.timeout, this.maxResultSize);
	}

	/**
	 * Change the time of a call.
	 * @param timeout how long each call may take, positive
	 * @return changed limits
	 */
	public ToolLimits withTimeout(Duration timeout) {
		return new ToolLimits(this.maxRounds, timeout, this.maxResultSize);
	}

	/**
	 * Change the size of a result.
	 * @param maxResultSize how many characters each result may have, 1 or more
	 * @return changed limits
	 */
	public ToolLimits withMaxResultSize(int maxResultSize) {
		return new ToolLimits(this.maxRounds, this.timeout, maxResultSize);
	}

}

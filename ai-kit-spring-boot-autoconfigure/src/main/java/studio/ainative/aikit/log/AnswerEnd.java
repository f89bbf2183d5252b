package studio.ainative.aikit.log;

import java.time.Instant;
import java.util.Objects;

/**
 * The end of an answer.
 *
 * @param at when it ended
 * @param outcome how it ended
 * @since 0.1.0
 */
public record AnswerEnd(Instant at, Outcome outcome) {

	/**
	 * Refuse parts that are missing.
	 * @param at when it ended
	 * @param outcome how it ended
	 */
	public AnswerEnd {
		Objects.requireNonNull(at, "'at' must not be null");
		Objects.requireNonNull(outcome, "'outcome' must not be null");
	}

	/**
	 * How an answer ended.
	 */
	public enum Outcome {

		/** It is whole. */
		COMPLETE(1),

		/** It failed: an error event came before. */
		ERROR(2),

		/** Somebody wanted it stopped. */
		STOPPED(3),

		/** Nobody read it any more. */
		ABANDONED(4);

		private final int code;

		Outcome(int code) {
			this.code = code;
		}

		/** What stands for it in entries. */
		int code() {
			return this.code;
		}

		static Outcome of(int code) {
			for (Outcome outcome : values()) {
				if (outcome.code == code) {
					return outcome;
				}
			}
			throw new IllegalArgumentException("Unknown outcome " + code);
		}

	}

}

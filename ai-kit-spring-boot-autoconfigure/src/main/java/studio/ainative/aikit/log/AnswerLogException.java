package studio.ainative.aikit.log;

import org.jspecify.annotations.Nullable;

/**
 * The log can't do what it was asked for. Its message holds nothing of the answer.
 *
 * @since 0.1.0
 */
public class AnswerLogException extends RuntimeException {

	/** Why, for programs. */
	private final Reason reason;

	/**
	 * Make an exception.
	 * @param reason why, for programs
	 * @param message why, for people
	 */
	public AnswerLogException(Reason reason, String message) {
		this(reason, message, null);
	}

	/**
	 * Make an exception.
	 * @param reason why, for programs
	 * @param message why, for people
	 * @param cause what the store has thrown, {@code null} if nothing
	 */
	public AnswerLogException(Reason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	/**
	 * Why.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why the log can't do something.
	 */
	public enum Reason {

		/** The answer is unknown, expired, deleted, or was lost with the store. */
		GONE,

		/** The answer has ended, or belongs to another producer. */
		FENCED,

		/** The cursor is before what is kept, or beyond the end. */
		CURSOR,

		/** There is no room. */
		FULL,

		/** The store can't be reached, or didn't answer in time. */
		UNAVAILABLE,

		/** An entry is damaged, or was written by a newer version. */
		UNREADABLE

	}

}

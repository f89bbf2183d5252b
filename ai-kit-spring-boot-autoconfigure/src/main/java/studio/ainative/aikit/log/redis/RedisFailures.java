package studio.ainative.aikit.log.redis;

import java.util.concurrent.CompletionException;

import io.lettuce.core.RedisCommandExecutionException;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;

/**
 * What errors of Redis mean to the log.
 */
final class RedisFailures {

	private RedisFailures() {
	}

	/** Its memory is full, and it is told to throw nothing away. */
	static boolean isFull(Throwable ex) {
		return says(ex, "OOM command not allowed");
	}

	/** The stream has an entry of that id, or a later one. */
	static boolean isLate(Throwable ex) {
		return says(ex, "equal or smaller than the target stream top item");
	}

	/** It holds something else by the name of what is looked for. */
	private static boolean isDamaged(Throwable ex) {
		return says(ex, "WRONGTYPE");
	}

	/** It was restarted, or has forgotten its scripts. */
	static boolean isUnknownScript(Throwable ex) {
		return says(ex, "NOSCRIPT");
	}

	static AnswerLogException asLogException(Throwable ex) {
		Throwable cause = cause(ex);
		if (cause instanceof AnswerLogException known) {
			return known;
		}
		if (isDamaged(cause)) {
			return unreadable(cause);
		}
		return isFull(cause) ? new AnswerLogException(Reason.FULL, "Redis has no room", cause)
				: new AnswerLogException(Reason.UNAVAILABLE, "Redis can't be reached, or didn't answer in time", cause);
	}

	static AnswerLogException unreadable(Throwable cause) {
		return new AnswerLogException(Reason.UNREADABLE, "What Redis holds of the answer is damaged", cause);
	}

	private static boolean says(Throwable ex, String text) {
		Throwable cause = cause(ex);
		String message = cause.getMessage();
		return cause instanceof RedisCommandExecutionException && message != null && message.contains(text);
	}

	private static Throwable cause(Throwable ex) {
		Throwable cause = ex.getCause();
		return (ex instanceof CompletionException && cause != null) ? cause(cause) : ex;
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.client.AIStreamException;
import studio.ainative.aikit.client.BudgetExceededException;
import studio.ainative.aikit.client.LimitExceededException;
import studio.ainative.aikit.client.ProviderException;
import studio.ainative.aikit.client.StreamInterruptedException;
import studio.ainative.aikit.client.StreamTimeoutException;
import studio.ainative.aikit.observation.CallOutcome;

/**
 * What metrics and spans say of a failure: words of a small set, and nothing that may
 * hold a secret.
 */
final class CallFailures {

	/** The convention's word for what is none of the set. */
	private static final String OTHER = "_OTHER";

	private CallFailures() {
	}

	/**
	 * The kind of failure.
	 * @param failure the failure, {@code null} for none
	 * @return the status of an error response, else the code that readers get; {@code
	 * null} for none
	 */
	static @Nullable String type(@Nullable Throwable failure) {
		if (failure instanceof ProviderException provider && (provider.status() < 200 || provider.status() > 299)) {
			return String.valueOf(provider.status());
		}
		if (failure instanceof AIStreamException known) {
			return known.toErrorEvent().code();
		}
		return (failure != null) ? OTHER : null;
	}

	/**
	 * How a tool's function ended.
	 * @param failure why there is no result, {@code null} if there is one
	 * @return the outcome
	 */
	static CallOutcome outcomeOfTool(@Nullable Throwable failure) {
		if (failure instanceof CancellationException) {
			return CallOutcome.ABANDONED;
		}
		if (failure instanceof TimeoutException) {
			return CallOutcome.TIMEOUT;
		}
		return (failure != null) ? CallOutcome.ERROR : CallOutcome.COMPLETE;
	}

	/**
	 * How a call ended that failed.
	 * @param failure the failure
	 * @param begun whether a part of the answer had come
	 * @return the outcome
	 */
	static CallOutcome outcome(@Nullable Throwable failure, boolean begun) {
		if (failure instanceof StreamTimeoutException) {
			return CallOutcome.TIMEOUT;
		}
		if (failure instanceof LimitExceededException) {
			return CallOutcome.LIMIT;
		}
		if (failure instanceof BudgetExceededException) {
			return CallOutcome.BUDGET;
		}
		return (begun && failure instanceof StreamInterruptedException) ? CallOutcome.TRUNCATED : CallOutcome.ERROR;
	}

	/**
	 * What a span may have of a failure, whose stack trace tells the causes' messages as
	 * well.
	 * @param failure the failure, {@code null} for none
	 * @return an exception without a cause, {@code null} for none
	 */
	static @Nullable Throwable forSpan(@Nullable Throwable failure) {
		if (failure == null) {
			return null;
		}
		String told = (failure instanceof AIStreamException) ? failure.getMessage() : null;
		return new FailedCallException(failure.getClass().getName(), told);
	}

	/** A call has failed; only what may be told of it. */
	static final class FailedCallException extends Exception {

		private final String type;

		private final @Nullable String told;

		private FailedCallException(String type, @Nullable String told) {
			super(type + ((told != null) ? ": " + told : ""), null, false, false);
			this.type = type;
			this.told = told;
		}

		/** The name of the class of what was thrown. */
		String type() {
			return this.type;
		}

		/** Its message, {@code null} if that may not be told. */
		@Nullable String told() {
			return this.told;
		}

	}

}

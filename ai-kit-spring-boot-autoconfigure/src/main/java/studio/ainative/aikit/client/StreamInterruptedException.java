package studio.ainative.aikit.client;

import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;

/**
 * The connection could not be made, broke, or ended before the provider's own end of the
 * answer. Tokens already emitted stay valid.
 *
 * @since 0.1.0
 */
public class StreamInterruptedException extends AIStreamException {

	/** Whether it may pass. */
	private final boolean transientFailure;

	StreamInterruptedException(String message, boolean transientFailure, @Nullable Throwable cause) {
		super(message, cause);
		this.transientFailure = transientFailure;
	}

	/** No call is made that nobody would ever end. */
	static StreamInterruptedException unwatched(RejectedExecutionException ex) {
		return new StreamInterruptedException("No thread is left to watch the call's limits of time", false, ex);
	}

	@Override
	public boolean isTransient() {
		return this.transientFailure;
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent("The answer was interrupted before its end.", "INTERRUPTED");
	}

}

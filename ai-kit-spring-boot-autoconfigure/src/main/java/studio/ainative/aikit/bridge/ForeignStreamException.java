package studio.ainative.aikit.bridge;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderError;

/**
 * A stream of another library broke. The cause is the library's own exception, whose text
 * may quote the prompt or the provider: it is not in this message, and no reader is told
 * of it.
 *
 * @since 0.1.0
 */
public class ForeignStreamException extends RuntimeException implements ReaderFacing {

	/** Causes of causes that are looked at: some go round in a circle. */
	private static final int MAX_CAUSES = 16;

	private final transient StreamEvent.ErrorEvent event;

	/**
	 * Tell of a failure that the library or the provider has explained.
	 * @param library the library's name
	 * @param cause the library's exception
	 * @param error what the provider said, {@code null} where nothing is known: then a
	 * connection that broke and a time that ran out are told apart by the causes
	 */
	public ForeignStreamException(String library, Throwable cause, @Nullable ProviderError error) {
		super("The stream of " + library + " broke: " + cause.getClass().getName(), cause);
		this.event = (error != null) ? error.toErrorEvent() : byCauses(cause);
	}

	private static StreamEvent.ErrorEvent byCauses(Throwable failure) {
		boolean broken = false;
		Throwable cause = failure;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
			if (cause instanceof TimeoutException || cause instanceof java.net.SocketTimeoutException
					|| cause instanceof java.net.http.HttpTimeoutException) {
				return new ProviderError(null, "timeout", null).toErrorEvent();
			}
			broken |= cause instanceof IOException;
		}
		return broken ? new StreamEvent.ErrorEvent("The answer was interrupted before its end.", "INTERRUPTED")
				: ProviderError.UNKNOWN.toErrorEvent();
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return this.event;
	}

}

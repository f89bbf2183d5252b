package studio.ainative.aikit.server;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

/**
 * What readers and the log are told of an exception that ends a response.
 */
final class SourceErrors {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private static final String SENTENCE = "The answer could not be completed.";

	private SourceErrors() {
	}

	/**
	 * Log an exception and find the words for the reader.
	 * @param ex the exception
	 * @param exposed whether the reader may see its message
	 * @return the event for the reader
	 */
	static ErrorEvent report(Throwable ex, boolean exposed) {
		ErrorEvent event;
		if (ex instanceof ReaderFacing known) {
			event = known.toErrorEvent();
			if (!(ex instanceof InvalidMessagesException)) {
				// The reader's own fault is no news
				logger.info("A streamed answer has failed: " + event.code() + " (" + ex.getClass().getName() + ")");
			}
			logger.debug("Details of the failure", ex);
		}
		else {
			event = new ErrorEvent(SENTENCE, StreamingResponse.INTERNAL_ERROR);
			logger.warn("A streamed answer has failed unexpectedly", ex);
		}
		if (!exposed) {
			return event;
		}
		String message = (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
		return new ErrorEvent(message, event.code(), event.details());
	}

}

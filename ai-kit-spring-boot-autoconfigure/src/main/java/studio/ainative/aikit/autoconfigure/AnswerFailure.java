package studio.ainative.aikit.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import studio.ainative.aikit.client.AIStreamException;
import studio.ainative.aikit.client.ProviderException;
import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.openai.OpenAiError;
import studio.ainative.aikit.server.StreamingResponse;

/**
 * What readers and the log are told of an answer that has failed before it began.
 */
final class AnswerFailure {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private AnswerFailure() {
	}

	/**
	 * Log a failure and find its status and words.
	 * @param ex what the answer failed by
	 * @return the error
	 */
	static OpenAiError report(Throwable ex) {
		OpenAiError error = error(ex);
		if (!(ex instanceof ReaderFacing)) {
			logger.warn("An answer has failed unexpectedly", ex);
		}
		else if (!(ex instanceof InvalidMessagesException)) {
			// The reader's own fault is no news
			logger.info("An answer has failed before it began: " + error.code() + " (" + ex.getClass().getName() + ")");
			logger.debug("Details of the failure", ex);
		}
		return error;
	}

	private static OpenAiError error(Throwable ex) {
		StreamEvent.ErrorEvent event = (ex instanceof ReaderFacing known) ? known.toErrorEvent()
				: new StreamEvent.ErrorEvent("The answer could not be completed.", StreamingResponse.INTERNAL_ERROR);
		OpenAiError error = OpenAiError.of(event);
		if (ex instanceof ProviderException refusal && isOfTheRequest(refusal)) {
			String code = refusal.providerCode();
			return OpenAiError.refused(400, error.message(), null, (code != null) ? code : "invalid_request");
		}
		return (ex instanceof AIStreamException failure) ? error.withTransient(failure.isTransient()) : error;
	}

	/** Too long for the model, say: another provider's server says no more either. */
	private static boolean isOfTheRequest(ProviderException ex) {
		return ex.status() == 400 || ex.status() == 413 || ex.status() == 422;
	}

}

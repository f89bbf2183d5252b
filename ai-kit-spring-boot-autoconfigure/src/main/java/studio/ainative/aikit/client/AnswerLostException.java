package studio.ainative.aikit.client;

import studio.ainative.aikit.event.StreamEvent;

/**
 * The connection was lost, and the server that was to keep the answer has it no longer:
 * it is unknown there (404), or has grown too large or too old to be read on (410).
 * Tokens already emitted stay valid. The message begins with the status.
 *
 * @since 0.1.0
 */
public class AnswerLostException extends StreamInterruptedException {

	private final int status;

	AnswerLostException(ProviderException cause) {
		super("HTTP " + cause.status() + ": the connection was lost, and the server does not have the answer any more",
				true, cause);
		this.status = cause.status();
	}

	/**
	 * What the server said when it was asked for the rest of the answer.
	 * @return 404 or 410
	 */
	public int status() {
		return this.status;
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent("The answer was interrupted and is no longer kept.", "ANSWER_GONE");
	}

}

package studio.ainative.aikit.event;

/**
 * What the model was to be asked can't be sent: nothing is said in it, or the provider's
 * format has no way to say it. Whoever sent the messages is to blame, so a controller
 * that passes on what it was given lets this exception go: with the auto-configuration
 * its reader is answered with status 400 and the {@linkplain #getMessage() message}.
 *
 * @since 0.1.0
 */
public class InvalidMessagesException extends IllegalArgumentException implements ReaderFacing {

	/** Code of the error event if the answer has already begun: {@value}. */
	public static final String CODE = "INVALID_REQUEST";

	/**
	 * Refuse messages.
	 * @param message a plain sentence for whoever sent them, without a word of theirs
	 */
	public InvalidMessagesException(String message) {
		super(message);
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent(String.valueOf(getMessage()), CODE);
	}

}

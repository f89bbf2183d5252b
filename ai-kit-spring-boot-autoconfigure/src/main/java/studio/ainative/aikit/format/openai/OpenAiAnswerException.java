package studio.ainative.aikit.format.openai;

import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

/**
 * An answer that was to be sent as a whole has failed, by an event that says so. Nothing
 * of what was answered is in the message.
 *
 * @since 0.1.0
 */
public class OpenAiAnswerException extends RuntimeException implements ReaderFacing {

	private final transient ErrorEvent event;

	OpenAiAnswerException(ErrorEvent event) {
		super("The answer has failed: " + event.code());
		this.event = event;
	}

	@Override
	public ErrorEvent toErrorEvent() {
		return this.event;
	}

}

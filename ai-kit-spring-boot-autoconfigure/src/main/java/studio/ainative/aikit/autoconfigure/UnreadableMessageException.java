package studio.ainative.aikit.autoconfigure;

import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.exc.MismatchedInputException;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;

/**
 * JSON that is no {@link Message}, with a sentence for whoever sent it.
 */
class UnreadableMessageException extends MismatchedInputException implements ReaderFacing {

	private final String sentence;

	UnreadableMessageException(DeserializationContext context, String sentence) {
		super(context.getParser(), sentence, Message.class);
		this.sentence = sentence;
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent(this.sentence, InvalidMessagesException.CODE);
	}

}

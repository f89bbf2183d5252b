package studio.ainative.aikit.format;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.exc.MismatchedInputException;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;

/**
 * A request's body that is JSON but not what its kind of client sends. Quotes nothing of
 * it.
 *
 * @since 0.1.0
 */
public class UnreadableRequestException extends MismatchedInputException implements ReaderFacing {

	/** The path of the field that is wrong. */
	private final String field;

	/** What whoever sent it is told. */
	private final String sentence;

	/**
	 * Refuse a body.
	 * @param parser what reads it
	 * @param type what it should have become
	 * @param field the field that is wrong, such as {@code messages[2].role}; empty for
	 * the body as a whole
	 * @param sentence a plain sentence for whoever sent it, without a word of theirs
	 */
	public UnreadableRequestException(JsonParser parser, Class<?> type, String field, String sentence) {
		super(parser, sentence, type);
		this.field = field;
		this.sentence = sentence;
	}

	/**
	 * The field that is wrong.
	 * @return its path, empty for the body as a whole
	 */
	public String field() {
		return this.field;
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent(this.sentence, InvalidMessagesException.CODE);
	}

}

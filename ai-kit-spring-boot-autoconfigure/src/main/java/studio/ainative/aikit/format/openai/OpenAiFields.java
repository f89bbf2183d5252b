package studio.ainative.aikit.format.openai;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;

import studio.ainative.aikit.format.UnreadableRequestException;

/**
 * Steps through a request's fields, and says which one is not what it has to be.
 */
final class OpenAiFields {

	private final JsonParser parser;

	private final DeserializationContext context;

	OpenAiFields(JsonParser parser, DeserializationContext context) {
		this.parser = parser;
		this.context = context;
	}

	/**
	 * Go to the next field of the object that was begun.
	 * @return its name, {@code null} at the object's end
	 */
	@Nullable String next() {
		if (this.parser.nextToken() == JsonToken.END_OBJECT) {
			return null;
		}
		String name = this.parser.currentName();
		this.parser.nextToken();
		return name;
	}

	/**
	 * Go to the next element of the list that was begun.
	 * @return {@code false} at the list's end
	 */
	boolean nextElement() {
		return this.parser.nextToken() != JsonToken.END_ARRAY;
	}

	boolean is(JsonToken token) {
		return this.parser.currentToken() == token;
	}

	void skip() {
		this.parser.skipChildren();
	}

	@Nullable String text(String place) {
		if (is(JsonToken.VALUE_NULL)) {
			return null;
		}
		if (!is(JsonToken.VALUE_STRING)) {
			throw fault(place, "'" + place + "' must be text.");
		}
		return this.parser.getString();
	}

	boolean flag(String place) {
		if (is(JsonToken.VALUE_TRUE) || is(JsonToken.VALUE_FALSE) || is(JsonToken.VALUE_NULL)) {
			return is(JsonToken.VALUE_TRUE);
		}
		throw fault(place, "'" + place + "' must be true or false.");
	}

	@Nullable Object value() {
		return this.context.readValue(this.parser, Object.class);
	}

	void requireObject(String place) {
		if (!is(JsonToken.START_OBJECT)) {
			throw place.isEmpty() ? fault("", "The request's body must be an object.")
					: fault(place, "'" + place + "' must be an object.");
		}
	}

	void requireList(String place) {
		if (!is(JsonToken.START_ARRAY)) {
			throw fault(place, "'" + place + "' must be a list.");
		}
	}

	UnreadableRequestException fault(String place, String sentence) {
		return fault(this.parser, place, sentence);
	}

	static UnreadableRequestException fault(JsonParser parser, String place, String sentence) {
		return new UnreadableRequestException(parser, OpenAiChatRequest.class, place, sentence);
	}

}

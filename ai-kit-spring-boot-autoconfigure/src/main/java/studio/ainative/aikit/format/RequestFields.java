package studio.ainative.aikit.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * Steps through the fields of a request's body without holding what is passed by, and
 * says which one is not what it has to be.
 *
 * @since 0.1.0
 */
public final class RequestFields {

	private final JsonParser parser;

	private final DeserializationContext context;

	private final Class<?> type;

	/**
	 * Begin where the parser stands.
	 * @param parser what reads the body
	 * @param context what reads values that are kept as they are
	 * @param type what the body becomes
	 */
	public RequestFields(JsonParser parser, DeserializationContext context, Class<?> type) {
		this.parser = parser;
		this.context = context;
		this.type = type;
	}

	/**
	 * Go to the next field of the object that was begun.
	 * @return its name, {@code null} at the object's end
	 */
	public @Nullable String next() {
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
	public boolean nextElement() {
		return this.parser.nextToken() != JsonToken.END_ARRAY;
	}

	/**
	 * Whether the value begins so.
	 * @param token the kind of value
	 * @return whether it does
	 */
	public boolean is(JsonToken token) {
		return this.parser.currentToken() == token;
	}

	/** Pass the value by, with all that is in it. */
	public void skip() {
		this.parser.skipChildren();
	}

	/**
	 * Read a text.
	 * @param place the field's path, for whoever sent something else
	 * @return the text, {@code null} for {@code null}
	 */
	public @Nullable String text(String place) {
		if (is(JsonToken.VALUE_NULL)) {
			return null;
		}
		if (!is(JsonToken.VALUE_STRING)) {
			throw fault(place, "'" + place + "' must be text.");
		}
		return this.parser.getString();
	}

	/**
	 * Read a switch.
	 * @param place the field's path, for whoever sent something else
	 * @return whether it is on; {@code null} is off
	 */
	public boolean flag(String place) {
		if (is(JsonToken.VALUE_TRUE) || is(JsonToken.VALUE_FALSE) || is(JsonToken.VALUE_NULL)) {
			return is(JsonToken.VALUE_TRUE);
		}
		throw fault(place, "'" + place + "' must be true or false.");
	}

	/**
	 * Read a value as it is.
	 * @return a JSON value
	 */
	public @Nullable Object value() {
		return this.context.readValue(this.parser, Object.class);
	}

	/**
	 * Read an object as it is.
	 * @return its values by name, without those that are {@code null}
	 */
	public Map<String, Object> object() {
		Map<String, Object> values = new LinkedHashMap<>();
		for (String name = next(); name != null; name = next()) {
			Object value = value();
			if (value != null) {
				values.put(name, value);
			}
		}
		return values;
	}

	/**
	 * Read who speaks.
	 * @param role the word, {@code null} if there was none
	 * @param place the field's path
	 * @return the role; {@code developer} is the application
	 */
	public Message.Role role(@Nullable String role, String place) {
		if (role == null) {
			throw fault(place, "'" + place + "' is missing.");
		}
		return switch (role) {
			case "system", "developer" -> Message.Role.SYSTEM;
			case "user" -> Message.Role.USER;
			case "assistant" -> Message.Role.ASSISTANT;
			case "tool" -> Message.Role.TOOL;
			case "function" -> throw fault(place, "'" + place + "': results of functions can't be passed on.");
			default -> throw fault(place, "'" + place + "' must be one of: system, developer, user, assistant, tool.");
		};
	}

	/**
	 * Refuse a value other than an object, and begin that.
	 * @param place the field's path, empty for the body itself
	 */
	public void requireObject(String place) {
		if (!is(JsonToken.START_OBJECT)) {
			throw place.isEmpty() ? fault("", "The request's body must be an object.")
					: fault(place, "'" + place + "' must be an object.");
		}
	}

	/**
	 * Refuse a value other than a list, and begin that.
	 * @param place the field's path
	 */
	public void requireList(String place) {
		if (!is(JsonToken.START_ARRAY)) {
			throw fault(place, "'" + place + "' must be a list.");
		}
	}

	/**
	 * Read the calls of tools in a message, as OpenAI writes them.
	 * @param place the field's path
	 * @param most how many there may be
	 * @return the calls, none for {@code null}
	 */
	public List<MessagePart> toolCalls(String place, int most) {
		List<MessagePart> calls = new ArrayList<>();
		if (is(JsonToken.VALUE_NULL)) {
			return calls;
		}
		requireList(place);
		while (nextElement()) {
			if (calls.size() == most) {
				throw fault(place, "'" + place + "' must not have more than " + most + " elements.");
			}
			calls.add(toolCall(place + "[" + calls.size() + "]"));
		}
		return calls;
	}

	private MessagePart toolCall(String place) {
		requireObject(place);
		String id = null;
		String name = null;
		String arguments = null;
		for (String field = next(); field != null; field = next()) {
			if (field.equals("id")) {
				id = text(place + ".id");
			}
			else if (field.equals("function")) {
				requireObject(place + ".function");
				for (String inner = next(); inner != null; inner = next()) {
					switch (inner) {
						case "name" -> name = text(place + ".function.name");
						case "arguments" -> arguments = text(place + ".function.arguments");
						default -> skip();
					}
				}
			}
			else {
				skip();
			}
		}
		if (id == null || id.isEmpty()) {
			throw fault(place + ".id", "'" + place + ".id' is missing.");
		}
		if (name == null || name.isEmpty()) {
			throw fault(place + ".function.name", "'" + place + ".function.name' is missing.");
		}
		return new MessagePart.ToolCall(id, name, (arguments != null) ? arguments : "");
	}

	/**
	 * Make a part of a message, or a message, of what was read.
	 * @param <T> what is made
	 * @param place the path of what it is made of
	 * @param made makes it
	 * @return what was made
	 */
	public <T> T make(String place, Supplier<T> made) {
		try {
			return made.get();
		}
		catch (InvalidMessagesException ex) {
			throw fault(place, "'" + place + "': " + ex.getMessage() + ".");
		}
	}

	/**
	 * Refuse the body.
	 * @param place the path of the field that is wrong, empty for the body itself
	 * @param sentence a plain sentence for whoever sent it, without a word of theirs
	 * @return what to throw
	 */
	public UnreadableRequestException fault(String place, String sentence) {
		return new UnreadableRequestException(this.parser, this.type, place, sentence);
	}

}

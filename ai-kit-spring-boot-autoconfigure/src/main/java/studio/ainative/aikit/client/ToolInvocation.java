package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import reactor.util.context.ContextView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.wire.Json;

/**
 * One call of a {@link Tool}.
 *
 * @param callId the call's id, unique in its answer
 * @param name the tool's name
 * @param json the arguments: JSON text of an object, {@code {}} where the model gave none
 * @param context the context of who subscribed to the answer
 * @since 0.1.0
 */
public record ToolInvocation(String callId, String name, String json, ContextView context) {

	/**
	 * Refuse what is missing.
	 * @param callId the call's id
	 * @param name the tool's name
	 * @param json the arguments, JSON text of an object
	 * @param context the context of who subscribed to the answer
	 */
	public ToolInvocation {
		Objects.requireNonNull(callId, "'callId' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(json, "'json' must not be null");
		Objects.requireNonNull(context, "'context' must not be null");
	}

	/**
	 * The arguments as plain values. Whether they keep to the schema is for the function
	 * to see.
	 * @return {@code String}, {@code Number}, {@code Boolean}, {@code List} and
	 * {@code Map} by name, those that are {@code null} left out
	 */
	public Map<String, Object> arguments() {
		byte[] text = this.json.getBytes(StandardCharsets.UTF_8);
		JsonNode node = Json.parse(text, 0, text.length);
		if (node == null || !node.isObject()) {
			throw new UnreadableArgumentsException();
		}
		return Json.values(node);
	}

	/**
	 * The arguments as an object. If they don't fit, this throws, and what the model is
	 * told is that.
	 * @param <T> the type
	 * @param type the type, a record mostly
	 * @return the arguments, what the type has no place for left out
	 */
	public <T> T arguments(Class<T> type) {
		try {
			return Json.read(this.json, type);
		}
		catch (JacksonException ex) {
			// Without the cause, which quotes them
			throw new UnreadableArgumentsException();
		}
	}

	/** The arguments are not in it. */
	@Override
	public String toString() {
		return "ToolInvocation[callId=" + this.callId + ", name=" + this.name + ", length=" + this.json.length() + "]";
	}

	/** The model has written what the tool does not take. */
	static final class UnreadableArgumentsException extends RuntimeException {

		UnreadableArgumentsException() {
			super("The arguments do not fit the tool");
		}

	}

}

package studio.ainative.aikit.provider.openai;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.ToolCallNumbers;

/**
 * Puts the pieces of a choice's tool calls together. Servers leave the id out of later
 * pieces, send it empty or repeat it; what was told once is not told again.
 */
final class OpenAIToolCalls {

	private final int choice;

	private final StreamEventSink sink;

	private final ToolCallNumbers numbers = new ToolCallNumbers();

	private final Map<Integer, String> ids = new HashMap<>();

	private final Map<Integer, String> names = new HashMap<>();

	OpenAIToolCalls(int choice, StreamEventSink sink) {
		this.choice = choice;
		this.sink = sink;
	}

	/**
	 * Read the pieces of one chunk.
	 */
	void read(Iterable<JsonNode> calls) {
		this.numbers.nextChunk();
		for (JsonNode call : calls) {
			read(call);
		}
	}

	private void read(JsonNode call) {
		String id = Json.text(call, "id");
		JsonNode function = Json.object(call, "function");
		String name = (function != null) ? Json.text(function, "name") : null;
		String arguments = (function != null) ? arguments(function) : "";
		send(this.numbers.numberOf(Json.index(call, "index"), id, name, arguments), id, name, arguments);
	}

	/**
	 * Read the deprecated {@code function_call}, of which there is one and without an id.
	 */
	void readFunction(JsonNode function) {
		send(0, null, Json.text(function, "name"), arguments(function));
	}

	private void send(int index, @Nullable String id, @Nullable String name, String arguments) {
		String newId = (id != null && !id.equals(this.ids.put(index, id))) ? id : null;
		String newName = (name != null && !name.equals(this.names.put(index, name))) ? name : null;
		if (newId != null || newName != null || !arguments.isEmpty()) {
			this.sink.send(new StreamEvent.ToolCall(index, newId, newName, arguments, this.choice));
		}
	}

	private static String arguments(JsonNode function) {
		JsonNode arguments = function.get("arguments");
		if (arguments == null) {
			return "";
		}
		if (arguments.isObject()) {
			return arguments.toString();
		}
		return arguments.isString() ? arguments.stringValue() : "";
	}

}

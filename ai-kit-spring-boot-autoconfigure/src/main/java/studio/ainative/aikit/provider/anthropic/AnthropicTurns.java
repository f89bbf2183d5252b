package studio.ainative.aikit.provider.anthropic;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.provider.ToolDefinition;
import studio.ainative.aikit.provider.wire.CallNames;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.RequestBody;

/**
 * Writes the turns of a conversation: messages in a row that the API takes for one.
 */
final class AnthropicTurns {

	/** Whose reasoning is sent back. */
	static final String PROVIDER = "anthropic";

	/** What {@link MessagePart.Reasoning#data()} holds of a block that was shown. */
	static final String SIGNATURE = "signature";

	/** What it holds of a block that was not. */
	static final String REDACTED = "redactedThinking";

	private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

	private static final String PDF = "application/pdf";

	private static final String TEXT = "text/plain";

	private AnthropicTurns() {
	}

	/** Whether a message has anything that is sent. */
	static boolean isSaid(Message message) {
		return message.parts().isEmpty() ? !message.content().isBlank()
				: message.parts().stream().anyMatch(AnthropicTurns::isSaid);
	}

	private static boolean isSaid(MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			return !text.text().isBlank();
		}
		return !(part instanceof MessagePart.Reasoning reasoning) || (reasoning.provider().equals(PROVIDER)
				&& (reasoning.data().containsKey(SIGNATURE) || reasoning.data().containsKey(REDACTED)));
	}

	static boolean isAnswer(Message message) {
		return message.role() == Message.Role.ASSISTANT;
	}

	static void write(JsonGenerator json, List<Message> turn) {
		Message first = turn.get(0);
		json.writeStartObject();
		json.writeStringProperty("role", isAnswer(first) ? "assistant" : "user");
		if (turn.size() == 1 && first.parts().isEmpty()) {
			json.writeStringProperty("content", first.content());
		}
		else {
			json.writeArrayPropertyStart("content");
			turn.forEach((message) -> writeMessage(json, message));
			json.writeEndArray();
		}
		json.writeEndObject();
	}

	private static void writeMessage(JsonGenerator json, Message message) {
		if (message.parts().isEmpty()) {
			writeText(json, message.content());
		}
		message.parts().stream().filter(AnthropicTurns::isSaid).forEach((part) -> writePart(json, part));
	}

	private static void writePart(JsonGenerator json, MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			writeText(json, text.text());
		}
		else if (part instanceof MessagePart.File file) {
			writeFile(json, file);
		}
		else if (part instanceof MessagePart.ToolCall call) {
			writeCall(json, call);
		}
		else if (part instanceof MessagePart.ToolResult result) {
			writeResult(json, result);
		}
		else if (part instanceof MessagePart.Reasoning reasoning) {
			writeReasoning(json, reasoning);
		}
	}

	private static void writeText(JsonGenerator json, String text) {
		json.writeStartObject();
		json.writeStringProperty("type", "text");
		json.writeStringProperty("text", text);
		json.writeEndObject();
	}

	private static void writeFile(JsonGenerator json, MessagePart.File file) {
		boolean image = file.isImage();
		boolean known = file.isInline()
				? IMAGES.contains(file.mediaType()) || file.mediaType().equals(TEXT) || file.mediaType().equals(PDF)
				: image || file.mediaType().equals(PDF);
		if (!known) {
			throw new InvalidMessagesException("Files can't be passed on to the model here, except for images (PNG, "
					+ "JPEG, GIF, WebP), PDF documents and the bytes of plain text");
		}
		json.writeStartObject();
		json.writeStringProperty("type", image ? "image" : "document");
		json.writeObjectPropertyStart("source");
		if (!file.isInline()) {
			json.writeStringProperty("type", "url");
			json.writeStringProperty("url", file.url());
		}
		else {
			boolean text = file.mediaType().equals(TEXT);
			json.writeStringProperty("type", text ? "text" : "base64");
			json.writeStringProperty("media_type", file.mediaType());
			json.writeStringProperty("data", text ? new String(file.bytes(), StandardCharsets.UTF_8) : file.base64());
		}
		json.writeEndObject();
		if (!image && file.name() != null) {
			json.writeStringProperty("title", file.name());
		}
		json.writeEndObject();
	}

	private static void writeCall(JsonGenerator json, MessagePart.ToolCall call) {
		json.writeStartObject();
		json.writeStringProperty("type", "tool_use");
		json.writeStringProperty("id", CallNames.id(call.id()));
		json.writeStringProperty("name", CallNames.tool(call.name()));
		RequestBody.writeValue(json, "input", input(call.arguments()));
		json.writeEndObject();
	}

	/** A tool without parameters is called with nothing at all. */
	private static Object input(String arguments) {
		if (arguments.isBlank()) {
			return Map.of();
		}
		byte[] text = arguments.getBytes(StandardCharsets.UTF_8);
		JsonNode input = Json.parse(text, 0, text.length);
		if (input == null || !input.isObject()) {
			throw new InvalidMessagesException("The arguments of a call of a tool must be a JSON object");
		}
		return input;
	}

	private static void writeResult(JsonGenerator json, MessagePart.ToolResult result) {
		json.writeStartObject();
		json.writeStringProperty("type", "tool_result");
		json.writeStringProperty("tool_use_id", CallNames.id(result.callId()));
		json.writeStringProperty("content", result.result());
		if (result.failed()) {
			json.writeBooleanProperty("is_error", true);
		}
		json.writeEndObject();
	}

	private static void writeReasoning(JsonGenerator json, MessagePart.Reasoning reasoning) {
		String redacted = reasoning.data().get(REDACTED);
		json.writeStartObject();
		if (redacted != null) {
			json.writeStringProperty("type", "redacted_thinking");
			json.writeStringProperty("data", redacted);
		}
		else {
			json.writeStringProperty("type", "thinking");
			json.writeStringProperty("thinking", reasoning.text());
			json.writeStringProperty(SIGNATURE, reasoning.data().get(SIGNATURE));
		}
		json.writeEndObject();
	}

	static void writeTool(JsonGenerator json, ToolDefinition tool) {
		json.writeStartObject();
		json.writeStringProperty("name", tool.name());
		json.writeStringProperty("description", tool.description());
		RequestBody.writeValue(json, "input_schema", tool.schema());
		json.writeEndObject();
	}

}

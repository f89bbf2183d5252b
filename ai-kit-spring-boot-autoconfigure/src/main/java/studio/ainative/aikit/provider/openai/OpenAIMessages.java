package studio.ainative.aikit.provider.openai;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import tools.jackson.core.JsonGenerator;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.provider.ToolDefinition;
import studio.ainative.aikit.provider.wire.CallNames;
import studio.ainative.aikit.provider.wire.RequestBody;

/**
 * Writes what is more than text: files, calls of tools and their results.
 */
final class OpenAIMessages {

	private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

	private static final String PDF = "application/pdf";

	private OpenAIMessages() {
	}

	static void write(JsonGenerator json, Message message) {
		switch (message.role()) {
			case TOOL -> message.parts(MessagePart.ToolResult.class).forEach((result) -> writeResult(json, result));
			case ASSISTANT -> writeAnswer(json, message);
			default -> writeContent(json, message);
		}
	}

	private static void writeContent(JsonGenerator json, Message message) {
		json.writeStartObject();
		json.writeStringProperty("role", message.role().toString());
		json.writeArrayPropertyStart("content");
		for (MessagePart part : message.parts()) {
			if (part instanceof MessagePart.Text text && !text.text().isEmpty()) {
				json.writeStartObject();
				json.writeStringProperty("type", "text");
				json.writeStringProperty("text", text.text());
				json.writeEndObject();
			}
			else if (part instanceof MessagePart.File file) {
				writeFile(json, file);
			}
		}
		json.writeEndArray();
		json.writeEndObject();
	}

	private static void writeFile(JsonGenerator json, MessagePart.File file) {
		json.writeStartObject();
		if (isImage(file)) {
			json.writeStringProperty("type", "image_url");
			json.writeObjectPropertyStart("image_url");
			json.writeStringProperty("url", file.url());
		}
		else {
			json.writeStringProperty("type", "file");
			json.writeObjectPropertyStart("file");
			json.writeStringProperty("filename", Objects.requireNonNullElse(file.name(), "file.pdf"));
			json.writeStringProperty("file_data", file.url());
		}
		json.writeEndObject();
		json.writeEndObject();
	}

	private static boolean isImage(MessagePart.File file) {
		if (file.isImage() && (!file.isInline() || IMAGES.contains(file.mediaType()))) {
			return true;
		}
		if (file.isInline() && file.mediaType().equals(PDF)) {
			return false;
		}
		throw new InvalidMessagesException("Files can't be passed on to the model here, except for images (PNG, JPEG, "
				+ "GIF, WebP) and the bytes of PDF documents");
	}

	private static void writeAnswer(JsonGenerator json, Message message) {
		List<MessagePart.ToolCall> calls = message.parts(MessagePart.ToolCall.class);
		json.writeStartObject();
		json.writeStringProperty("role", "assistant");
		if (message.content().isEmpty() && !calls.isEmpty()) {
			json.writeNullProperty("content");
		}
		else {
			json.writeStringProperty("content", message.content());
		}
		if (!calls.isEmpty()) {
			json.writeArrayPropertyStart("tool_calls");
			calls.forEach((call) -> writeCall(json, call));
			json.writeEndArray();
		}
		json.writeEndObject();
	}

	private static void writeCall(JsonGenerator json, MessagePart.ToolCall call) {
		json.writeStartObject();
		json.writeStringProperty("id", call.id());
		json.writeStringProperty("type", "function");
		json.writeObjectPropertyStart("function");
		json.writeStringProperty("name", CallNames.tool(call.name()));
		json.writeStringProperty("arguments", call.arguments());
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeResult(JsonGenerator json, MessagePart.ToolResult result) {
		json.writeStartObject();
		json.writeStringProperty("role", "tool");
		json.writeStringProperty("tool_call_id", result.callId());
		json.writeStringProperty("content", result.failed() ? "Error: " + result.result() : result.result());
		json.writeEndObject();
	}

	static void writeTool(JsonGenerator json, ToolDefinition tool) {
		json.writeStartObject();
		json.writeStringProperty("type", "function");
		json.writeObjectPropertyStart("function");
		json.writeStringProperty("name", tool.name());
		json.writeStringProperty("description", tool.description());
		RequestBody.writeValue(json, "parameters", tool.schema());
		json.writeEndObject();
		json.writeEndObject();
	}

}

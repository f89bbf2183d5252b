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
 * Writes a conversation as items: messages, reasoning that is sent back, calls of tools
 * and what came of them. One message may become several.
 */
final class ResponsesInput {

	/** Whose reasoning is sent back. */
	static final String PROVIDER = "openai-responses";

	/** What {@link MessagePart.Reasoning#data()} holds: the item's name. */
	static final String ID = "id";

	/** What it holds besides: the reasoning, which only OpenAI can read. */
	static final String ENCRYPTED = "encryptedContent";

	private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

	private static final String PDF = "application/pdf";

	private ResponsesInput() {
	}

	/** Whether a message has anything that is sent. */
	static boolean isSaid(Message message) {
		return message.parts().isEmpty() ? !message.content().isBlank()
				: message.parts().stream().anyMatch(ResponsesInput::isSaid);
	}

	private static boolean isSaid(MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			return !text.text().isBlank();
		}
		return !(part instanceof MessagePart.Reasoning reasoning) || (reasoning.provider().equals(PROVIDER)
				&& reasoning.data().containsKey(ID) && reasoning.data().containsKey(ENCRYPTED));
	}

	static void write(JsonGenerator json, Message message) {
		List<MessagePart> parts = message.parts().stream().filter(ResponsesInput::isSaid).toList();
		if (message.parts().isEmpty()) {
			writeText(json, message.role(), message.content());
		}
		else if (message.role() == Message.Role.USER) {
			writeContent(json, parts);
		}
		else {
			parts.forEach((part) -> writeItem(json, message.role(), part));
		}
	}

	private static void writeText(JsonGenerator json, Message.Role role, String text) {
		json.writeStartObject();
		json.writeStringProperty("role", role.toString());
		json.writeStringProperty("content", text);
		json.writeEndObject();
	}

	private static void writeContent(JsonGenerator json, List<MessagePart> parts) {
		json.writeStartObject();
		json.writeStringProperty("role", "user");
		json.writeArrayPropertyStart("content");
		for (MessagePart part : parts) {
			json.writeStartObject();
			if (part instanceof MessagePart.File file) {
				writeFile(json, file);
			}
			else if (part instanceof MessagePart.Text text) {
				json.writeStringProperty("type", "input_text");
				json.writeStringProperty("text", text.text());
			}
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeEndObject();
	}

	private static void writeFile(JsonGenerator json, MessagePart.File file) {
		if (file.isImage() && (!file.isInline() || IMAGES.contains(file.mediaType()))) {
			json.writeStringProperty("type", "input_image");
			json.writeStringProperty("detail", "auto");
			json.writeStringProperty("image_url", file.url());
			return;
		}
		if (!file.mediaType().equals(PDF)) {
			throw new InvalidMessagesException("Files can't be passed on to the model here, except for images (PNG, "
					+ "JPEG, GIF, WebP) and PDF documents");
		}
		json.writeStringProperty("type", "input_file");
		if (file.isInline()) {
			json.writeStringProperty("filename", Objects.requireNonNullElse(file.name(), "file.pdf"));
			json.writeStringProperty("file_data", file.url());
		}
		else {
			json.writeStringProperty("file_url", file.url());
		}
	}

	private static void writeItem(JsonGenerator json, Message.Role role, MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			writeText(json, role, text.text());
			return;
		}
		json.writeStartObject();
		if (part instanceof MessagePart.ToolCall call) {
			json.writeStringProperty("type", "function_call");
			json.writeStringProperty("call_id", call.id());
			json.writeStringProperty("name", CallNames.tool(call.name()));
			json.writeStringProperty("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
		}
		else if (part instanceof MessagePart.ToolResult result) {
			json.writeStringProperty("type", "function_call_output");
			json.writeStringProperty("call_id", result.callId());
			json.writeStringProperty("output", result.failed() ? "Error: " + result.result() : result.result());
		}
		else if (part instanceof MessagePart.Reasoning reasoning) {
			json.writeStringProperty("type", "reasoning");
			json.writeStringProperty("id", reasoning.data().get(ID));
			// What was shown of it is no part of it
			json.writeArrayPropertyStart("summary");
			json.writeEndArray();
			json.writeStringProperty("encrypted_content", reasoning.data().get(ENCRYPTED));
		}
		json.writeEndObject();
	}

	/** Strict ones would refuse schemas that leave a field open, and are the default. */
	static void writeTool(JsonGenerator json, ToolDefinition tool) {
		json.writeStartObject();
		json.writeStringProperty("type", "function");
		json.writeStringProperty("name", tool.name());
		json.writeStringProperty("description", tool.description());
		RequestBody.writeValue(json, "parameters", tool.schema());
		json.writeBooleanProperty("strict", false);
		json.writeEndObject();
	}

}

package studio.ainative.aikit.provider.wire;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import studio.ainative.aikit.event.MessagePart;

/**
 * Writes the parts of a message as AI Kit's own JSON has them, a list in the field
 * {@code parts}.
 *
 * @since 0.1.0
 */
public final class MessagePartJson {

	private MessagePartJson() {
	}

	/**
	 * Write the field.
	 * @param json where to, in the object of the message
	 * @param parts the parts
	 */
	public static void write(JsonGenerator json, List<MessagePart> parts) {
		json.writeArrayPropertyStart("parts");
		for (MessagePart part : parts) {
			json.writeStartObject();
			write(json, part);
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void write(JsonGenerator json, MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", text.text());
		}
		else if (part instanceof MessagePart.File file) {
			json.writeStringProperty("type", "file");
			json.writeStringProperty("mediaType", file.mediaType());
			writeOptional(json, "name", file.name());
			json.writeStringProperty("url", file.url());
		}
		else if (part instanceof MessagePart.ToolCall call) {
			json.writeStringProperty("type", "tool-call");
			json.writeStringProperty("id", call.id());
			json.writeStringProperty("name", call.name());
			json.writeStringProperty("arguments", call.arguments());
		}
		else if (part instanceof MessagePart.ToolResult result) {
			json.writeStringProperty("type", "tool-result");
			json.writeStringProperty("callId", result.callId());
			writeOptional(json, "name", result.name());
			json.writeStringProperty("result", result.result());
			if (result.failed()) {
				json.writeBooleanProperty("failed", true);
			}
		}
		else if (part instanceof MessagePart.Reasoning reasoning) {
			json.writeStringProperty("type", "reasoning");
			json.writeStringProperty("text", reasoning.text());
			json.writeStringProperty("provider", reasoning.provider());
			RequestBody.writeValue(json, "data", reasoning.data());
		}
	}

	private static void writeOptional(JsonGenerator json, String name, @Nullable String value) {
		if (value != null) {
			json.writeStringProperty(name, value);
		}
	}

}

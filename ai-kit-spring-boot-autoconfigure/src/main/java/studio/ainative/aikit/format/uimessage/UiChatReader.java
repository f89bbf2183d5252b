package studio.ainative.aikit.format.uimessage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.format.UnreadableRequestException;

/**
 * Reads the body of a request.
 */
final class UiChatReader extends ValueDeserializer<UiChatRequest> {

	private static final Set<String> OWN_FIELDS = Set.of("id", "trigger", "messageId", "messages");

	@Override
	public UiChatRequest deserialize(JsonParser parser, DeserializationContext context) {
		JsonNode body = context.readTree(parser);
		Body reader = new Body(parser);
		if (!body.isObject()) {
			throw reader.refusal("", "The request's body must be an object.");
		}
		return new UiChatRequest(reader.text(body, "", "id"), reader.trigger(body),
				reader.optionalText(body, "", "messageId"), reader.messages(body), more(body, context));
	}

	private static Map<String, Object> more(JsonNode body, DeserializationContext context) {
		Map<String, Object> more = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> field : body.properties()) {
			if (!OWN_FIELDS.contains(field.getKey()) && !field.getValue().isNull()) {
				more.put(field.getKey(), context.readTreeAsValue(field.getValue(), Object.class));
			}
		}
		return more;
	}

	/**
	 * Counts what a whole body has.
	 */
	private static final class Body {

		private final JsonParser parser;

		private int parts;

		private long fileBytes;

		Body(JsonParser parser) {
			this.parser = parser;
		}

		UiChatRequest.Trigger trigger(JsonNode body) {
			String text = optionalText(body, "", "trigger");
			if (text == null) {
				return UiChatRequest.Trigger.SUBMIT_MESSAGE;
			}
			for (UiChatRequest.Trigger trigger : UiChatRequest.Trigger.values()) {
				if (trigger.toString().equals(text)) {
					return trigger;
				}
			}
			throw refusal("trigger", "'trigger' must be one of: submit-message, regenerate-message.");
		}

		List<UiMessage> messages(JsonNode body) {
			JsonNode nodes = list(body, "", "messages");
			if (nodes.isEmpty()) {
				throw refusal("messages", "'messages' must not be empty.");
			}
			if (nodes.size() > UiChatRequest.MAX_MESSAGES) {
				throw refusal("messages", "'messages' must hold " + UiChatRequest.MAX_MESSAGES + " messages or fewer.");
			}
			List<UiMessage> messages = new ArrayList<>(nodes.size());
			for (JsonNode node : nodes) {
				messages.add(message(node, "messages[" + messages.size() + "]"));
			}
			return messages;
		}

		private UiMessage message(JsonNode node, String path) {
			requireObject(node, path);
			String id = text(node, path, "id");
			Message.Role role = role(node, path);
			JsonNode nodes = list(node, path, "parts");
			this.parts += nodes.size();
			if (this.parts > UiChatRequest.MAX_PARTS) {
				throw refusal(path + ".parts",
						"The messages must have " + UiChatRequest.MAX_PARTS + " parts or fewer, all together.");
			}
			List<UiPart> parts = new ArrayList<>(nodes.size());
			int index = 0;
			for (JsonNode part : nodes) {
				UiPart known = part(part, path + ".parts[" + index++ + "]");
				if (known != null) {
					parts.add(known);
				}
			}
			return new UiMessage(id, role, status(role, node.path("metadata"), parts), parts);
		}

		private Message.Role role(JsonNode node, String path) {
			String text = text(node, path, "role");
			for (Message.Role role : Message.Role.values()) {
				if (role != Message.Role.TOOL && role.toString().equals(text)) {
					return role;
				}
			}
			throw refusal(path + ".role", "'" + path + ".role' must be one of: system, user, assistant.");
		}

		/** What {@link UiMessageEncoder} has said of it, or what its last text shows. */
		private static Message.Status status(Message.Role role, JsonNode metadata, List<UiPart> parts) {
			if (role != Message.Role.ASSISTANT) {
				return Message.Status.COMPLETE;
			}
			if ("error".equals(metadata.path("outcome").stringValue(null))) {
				return Message.Status.FAILED;
			}
			boolean isStopped = "stopped".equals(metadata.path("outcome").stringValue(null))
					|| parts.stream().anyMatch((part) -> part instanceof UiPart.Text text && text.isStreaming());
			return isStopped ? Message.Status.STOPPED : Message.Status.COMPLETE;
		}

		private @Nullable UiPart part(JsonNode node, String path) {
			requireObject(node, path);
			String type = text(node, path, "type");
			return switch (type) {
				case "text" ->
					new UiPart.Text(text(node, path, "text"), "streaming".equals(node.path("state").stringValue(null)));
				case "reasoning" -> new UiPart.Reasoning(text(node, path, "text"));
				case "file" -> file(node, path);
				case "step-start" -> new UiPart.StepStart();
				case "data-retry" -> new UiPart.Restart();
				case "dynamic-tool" -> tool(node, path, text(node, path, "toolName"));
				default -> type.startsWith("tool-") ? tool(node, path, type.substring("tool-".length())) : null;
			};
		}

		private UiPart file(JsonNode node, String path) {
			String url = text(node, path, "url");
			UiPart.File file = new UiPart.File(text(node, path, "mediaType"), optionalText(node, path, "filename"),
					url);
			if (file.isInline()) {
				long size = UiDataUrl.size(url);
				if (size < 0) {
					throw refusal(path + ".url", "'" + path + ".url' must be a data: URL in base64.");
				}
				this.fileBytes += size;
				if (this.fileBytes > UiChatRequest.MAX_FILE_BYTES) {
					throw refusal(path + ".url", "The files must have " + UiChatRequest.MAX_FILE_BYTES / (1024 * 1024)
							+ " MB or less, all together.");
				}
			}
			else if (!url.startsWith("https:") && !url.startsWith("http:")) {
				throw refusal(path + ".url", "'" + path + ".url' must be a data: or an https: URL.");
			}
			return file;
		}

		private UiPart tool(JsonNode node, String path, String name) {
			return new UiPart.Tool(text(node, path, "toolCallId"), name, text(node, path, "state"),
					json(node.get("input")), json(node.get("output")), optionalText(node, path, "errorText"));
		}

		private static @Nullable String json(@Nullable JsonNode node) {
			return (node != null) ? node.toString() : null;
		}

		String text(JsonNode node, String path, String name) {
			String text = node.path(name).stringValue(null);
			if (text == null) {
				throw mistyped(path, name, "text");
			}
			return text;
		}

		@Nullable String optionalText(JsonNode node, String path, String name) {
			return node.hasNonNull(name) ? text(node, path, name) : null;
		}

		private JsonNode list(JsonNode node, String path, String name) {
			JsonNode list = node.path(name);
			if (!list.isArray()) {
				throw mistyped(path, name, "a list");
			}
			return list;
		}

		private void requireObject(JsonNode node, String path) {
			if (!node.isObject()) {
				throw refusal(path, "'" + path + "' must be an object.");
			}
		}

		private UnreadableRequestException mistyped(String path, String name, String kind) {
			String field = path.isEmpty() ? name : path + "." + name;
			return refusal(field, "'" + field + "' must be " + kind + ".");
		}

		UnreadableRequestException refusal(String field, String sentence) {
			return new UnreadableRequestException(this.parser, UiChatRequest.class, field, sentence);
		}

	}

}

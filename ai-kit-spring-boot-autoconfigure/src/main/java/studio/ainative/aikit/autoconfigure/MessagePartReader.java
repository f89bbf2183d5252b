package studio.ainative.aikit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.MessagePart;

/**
 * Reads the field {@code parts} of a message, within limits. Parts of other types are
 * passed by, as those of a later version may be.
 */
final class MessagePartReader {

	/** Answers that call many tools have some hundred. */
	private static final int MAX_PARTS = 1_000;

	private final DeserializationContext context;

	private MessagePartReader(DeserializationContext context) {
		this.context = context;
	}

	static List<MessagePart> read(JsonNode message, DeserializationContext context) {
		JsonNode nodes = message.path("parts");
		if (nodes.isMissingNode() || nodes.isNull()) {
			return List.of();
		}
		MessagePartReader reader = new MessagePartReader(context);
		if (!nodes.isArray() || nodes.size() > MAX_PARTS) {
			throw reader.refusal("'parts' of a message must be a list of " + MAX_PARTS + " parts or fewer");
		}
		List<MessagePart> parts = new ArrayList<>(nodes.size());
		for (JsonNode node : nodes.values()) {
			MessagePart part = reader.read(node);
			if (part != null) {
				parts.add(part);
			}
		}
		return parts;
	}

	private @Nullable MessagePart read(JsonNode node) {
		if (!node.isObject()) {
			throw refusal("A part of a message must be an object");
		}
		try {
			return switch (text(node, "type")) {
				case "text" -> new MessagePart.Text(text(node, "text"));
				case "file" ->
					new MessagePart.File(text(node, "mediaType"), optionalText(node, "name"), text(node, "url"));
				case "tool-call" ->
					new MessagePart.ToolCall(text(node, "id"), text(node, "name"), text(node, "arguments"));
				case "tool-result" -> new MessagePart.ToolResult(text(node, "callId"), optionalText(node, "name"),
						text(node, "result"), flag(node, "failed"));
				case "reasoning" ->
					new MessagePart.Reasoning(text(node, "text"), text(node, "provider"), data(node.path("data")));
				default -> null;
			};
		}
		catch (InvalidMessagesException ex) {
			throw refusal(String.valueOf(ex.getMessage()));
		}
	}

	private static Map<String, String> data(JsonNode node) {
		Map<String, String> data = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> field : node.properties()) {
			if (field.getValue().isString()) {
				data.put(field.getKey(), field.getValue().stringValue());
			}
		}
		return data;
	}

	private String text(JsonNode node, String name) {
		String text = node.path(name).stringValue(null);
		if (text == null) {
			throw refusal("'" + name + "' of a part of a message must be text");
		}
		return text;
	}

	private @Nullable String optionalText(JsonNode node, String name) {
		return node.hasNonNull(name) ? text(node, name) : null;
	}

	private boolean flag(JsonNode node, String name) {
		JsonNode value = node.path(name);
		if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
			throw refusal("'" + name + "' of a part of a message must be true or false");
		}
		return value.booleanValue(false);
	}

	private UnreadableMessageException refusal(String sentence) {
		return new UnreadableMessageException(this.context, sentence);
	}

}

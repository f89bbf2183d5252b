package studio.ainative.aikit.autoconfigure;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.module.SimpleModule;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.provider.wire.MessagePartJson;

/**
 * Reads and writes a {@link Message} as the npm package does: roles in lower case, times
 * in milliseconds since 1970 (ISO 8601 is read as well). A role that does not exist is
 * refused with the list of those that do. What a message holds besides text stands in
 * {@code parts}, and then its {@code content} may be missing.
 */
class MessageJacksonModule extends SimpleModule {

	MessageJacksonModule() {
		super("ai-kit-message");
		addSerializer(Message.class, new Serializer());
		addDeserializer(Message.class, new Deserializer());
	}

	private static final class Serializer extends ValueSerializer<Message> {

		@Override
		public void serialize(Message message, JsonGenerator generator, SerializationContext context) {
			generator.writeStartObject();
			if (message.id() != null) {
				generator.writeStringProperty("id", message.id());
			}
			generator.writeStringProperty("role", message.role().toString());
			generator.writeStringProperty("content", message.content());
			if (message.timestamp() != null) {
				generator.writeNumberProperty("timestamp", message.timestamp().toEpochMilli());
			}
			if (message.status() != Message.Status.COMPLETE) {
				generator.writeStringProperty("status", message.status().toString());
			}
			if (!message.parts().isEmpty()) {
				MessagePartJson.write(generator, message.parts());
			}
			generator.writeEndObject();
		}

	}

	private static final class Deserializer extends ValueDeserializer<Message> {

		@Override
		public Message deserialize(JsonParser parser, DeserializationContext context) {
			JsonNode node = context.readTree(parser);
			if (!node.isObject()) {
				throw new UnreadableMessageException(context, "A message must be an object");
			}
			List<MessagePart> parts = MessagePartReader.read(node, context);
			JsonNode content = node.path("content");
			if (!content.isString() && (parts.isEmpty() || !(content.isMissingNode() || content.isNull()))) {
				throw new UnreadableMessageException(context, "'content' of a message must be text");
			}
			JsonNode id = node.path("id");
			if (!id.isString() && !id.isMissingNode() && !id.isNull()) {
				throw new UnreadableMessageException(context, "'id' of a message must be text");
			}
			try {
				return new Message(id.isString() ? id.asString() : null, role(node.path("role"), context),
						content.isString() ? content.asString() : "", timestamp(node.path("timestamp"), context),
						node.hasNonNull("status")
								? word(Message.Status.values(), "status", node.path("status"), context)
								: Message.Status.COMPLETE,
						parts);
			}
			catch (InvalidMessagesException ex) {
				throw new UnreadableMessageException(context, String.valueOf(ex.getMessage()));
			}
		}

		/** Tools are no persons: whoever mistypes a role means another one. */
		private Message.Role role(JsonNode node, DeserializationContext context) {
			if (node.isString() && Message.Role.TOOL.toString().equals(node.asString())) {
				return Message.Role.TOOL;
			}
			return word(new Message.Role[] { Message.Role.SYSTEM, Message.Role.USER, Message.Role.ASSISTANT }, "role",
					node, context);
		}

		private <E extends Enum<E>> E word(E[] values, String name, JsonNode node, DeserializationContext context) {
			for (E value : values) {
				if (node.isString() && value.toString().equals(node.asString())) {
					return value;
				}
			}
			throw new UnreadableMessageException(context, "'" + name + "' of a message must be one of: "
					+ Arrays.stream(values).map(Enum::toString).collect(Collectors.joining(", ")));
		}

		private @Nullable Instant timestamp(JsonNode node, DeserializationContext context) {
			try {
				if (node.isNumber()) {
					return Instant.ofEpochMilli(node.asLong());
				}
				if (node.isMissingNode() || node.isNull()) {
					return null;
				}
				return Instant.parse(node.stringValue());
			}
			catch (DateTimeException | JsonNodeException ex) {
				throw new UnreadableMessageException(context,
						"'timestamp' of a message must be milliseconds since 1970 or ISO 8601");
			}
		}

	}

}

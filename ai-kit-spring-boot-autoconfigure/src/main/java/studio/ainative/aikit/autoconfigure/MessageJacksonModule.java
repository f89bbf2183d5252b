package studio.ainative.aikit.autoconfigure;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
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

import studio.ainative.aikit.event.Message;

/**
 * Reads and writes a {@link Message} as the npm package does: roles in lower case, times
 * in milliseconds since 1970 (ISO 8601 is read as well). A role that does not exist is
 * refused with the list of those that do.
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
			JsonNode content = node.path("content");
			if (!content.isString()) {
				throw new UnreadableMessageException(context, "'content' of a message must be text");
			}
			JsonNode id = node.path("id");
			return new Message(id.isString() ? id.asString() : null,
					word(Message.Role.values(), "role", node.path("role"), context), content.asString(),
					timestamp(node.path("timestamp"), context),
					node.hasNonNull("status") ? word(Message.Status.values(), "status", node.path("status"), context)
							: Message.Status.COMPLETE);
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
				return node.isString() ? Instant.parse(node.asString()) : null;
			}
			catch (DateTimeException | JsonNodeException ex) {
				throw new UnreadableMessageException(context,
						"'timestamp' of a message must be milliseconds since 1970 or ISO 8601");
			}
		}

	}

}

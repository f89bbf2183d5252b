package studio.ainative.aikit.format.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.format.RequestFields;
import studio.ainative.aikit.format.UnreadableRequestException;

/**
 * Reads a request piece by piece: what is passed by takes no memory, whatever it is.
 */
class OpenAiChatRequestReader extends ValueDeserializer<OpenAiChatRequest> {

	/** The longest name that anybody gave a model is a third of this. */
	private static final int MAX_MODEL_LENGTH = 256;

	@Override
	public OpenAiChatRequest deserialize(JsonParser parser, DeserializationContext context) {
		RequestFields fields = new RequestFields(parser, context, OpenAiChatRequest.class);
		fields.requireObject("");
		String model = null;
		List<Message> messages = null;
		boolean stream = false;
		boolean includeUsage = false;
		Map<String, Object> options = new LinkedHashMap<>();
		for (String name = fields.next(); name != null; name = fields.next()) {
			switch (name) {
				case "model" -> model = model(fields);
				case "messages" -> messages = new OpenAiMessages(fields).read();
				case "stream" -> stream = fields.flag(name);
				case "stream_options" -> includeUsage = includeUsage(fields);
				case "n" -> requireOne(fields);
				default -> option(name, fields, options);
			}
		}
		if (model == null) {
			throw fields.fault("model", "'model' is missing.");
		}
		if (messages == null || messages.isEmpty()) {
			throw fields.fault("messages", "'messages' must hold at least one message.");
		}
		return new OpenAiChatRequest(model, messages, stream, includeUsage, options);
	}

	private static @Nullable String model(RequestFields fields) {
		String model = fields.text("model");
		if (model != null && (model.isBlank() || model.length() > MAX_MODEL_LENGTH)) {
			throw fields.fault("model", "'model' must be the name of a model.");
		}
		return model;
	}

	private static boolean includeUsage(RequestFields fields) {
		boolean includeUsage = false;
		if (fields.is(JsonToken.VALUE_NULL)) {
			return false;
		}
		fields.requireObject("stream_options");
		for (String name = fields.next(); name != null; name = fields.next()) {
			if (name.equals("include_usage")) {
				includeUsage = fields.flag("stream_options.include_usage");
			}
			else {
				fields.skip();
			}
		}
		return includeUsage;
	}

	private static void requireOne(RequestFields fields) {
		Object n = fields.value();
		if (n != null && !(n instanceof Integer number && number == 1)) {
			throw fields.fault("n", "'n' must be 1: one answer is given to a request.");
		}
	}

	private static void option(String name, RequestFields fields, Map<String, Object> options) {
		OpenAiOption option = OpenAiOption.of(name);
		if (option == null) {
			fields.skip();
			return;
		}
		Object value = fields.value();
		if (value == null) {
			return;
		}
		if (!option.isAllowed(value)) {
			throw fields.fault(name, "'" + name + "' must be " + option.words() + ".");
		}
		if (value instanceof List<?> list && list.size() > OpenAiChatRequest.MAX_TOOLS) {
			throw fields.fault(name,
					"'" + name + "' must not have more than " + OpenAiChatRequest.MAX_TOOLS + " elements.");
		}
		options.put(name, value);
	}

	/** Nothing but an object is a request: not even {@code null}. */
	@Override
	public Object getAbsentValue(DeserializationContext context) {
		return getNullValue(context);
	}

	@Override
	public Object getNullValue(DeserializationContext context) {
		throw new UnreadableRequestException(context.getParser(), OpenAiChatRequest.class, "",
				"The request's body must be an object.");
	}

	/**
	 * The messages of a request.
	 */
	private static final class OpenAiMessages {

		private final RequestFields fields;

		private final List<Message> messages = new ArrayList<>();

		OpenAiMessages(RequestFields fields) {
			this.fields = fields;
		}

		List<Message> read() {
			this.fields.requireList("messages");
			while (this.fields.nextElement()) {
				if (this.messages.size() == OpenAiChatRequest.MAX_MESSAGES) {
					throw this.fields.fault("messages",
							"'messages' must not have more than " + OpenAiChatRequest.MAX_MESSAGES + " elements.");
				}
				this.messages.add(message("messages[" + this.messages.size() + "]"));
			}
			return this.messages;
		}

		private Message message(String place) {
			this.fields.requireObject(place);
			String role = null;
			String content = null;
			for (String name = this.fields.next(); name != null; name = this.fields.next()) {
				switch (name) {
					case "role" -> role = this.fields.text(place + ".role");
					case "content" -> content = content(place + ".content");
					case "tool_calls" ->
						this.fields.requireNone(place + ".tool_calls", "calls of tools can't be passed on.");
					default -> this.fields.skip();
				}
			}
			Message.Role speaker = this.fields.role(role, place + ".role");
			if (content == null && speaker != Message.Role.ASSISTANT) {
				throw this.fields.fault(place + ".content", "'" + place + ".content' is missing.");
			}
			return new Message(null, speaker, (content != null) ? content : "", null, Message.Status.COMPLETE);
		}

		private @Nullable String content(String place) {
			if (!this.fields.is(JsonToken.START_ARRAY)) {
				return this.fields.text(place);
			}
			StringBuilder text = new StringBuilder();
			for (int i = 0; this.fields.nextElement(); i++) {
				if (i == OpenAiChatRequest.MAX_PARTS) {
					throw this.fields.fault(place,
							"'" + place + "' must not have more than " + OpenAiChatRequest.MAX_PARTS + " parts.");
				}
				part(place + "[" + i + "]", text);
			}
			return text.toString();
		}

		private void part(String place, StringBuilder text) {
			this.fields.requireObject(place);
			String type = null;
			String words = null;
			for (String name = this.fields.next(); name != null; name = this.fields.next()) {
				switch (name) {
					case "type" -> type = this.fields.text(place + ".type");
					case "text", "refusal" -> words = this.fields.text(place + "." + name);
					default -> this.fields.skip();
				}
			}
			if (type == null) {
				throw this.fields.fault(place + ".type", "'" + place + ".type' is missing.");
			}
			switch (type) {
				case "text", "refusal" -> {
					if (words == null) {
						throw this.fields.fault(place + "." + type, "'" + place + "." + type + "' is missing.");
					}
					text.append(words);
				}
				case "image_url", "input_audio", "file" -> throw this.fields.fault(place + ".type",
						"'" + place + "': images, sound and files can't be passed on.");
				default -> {
					// Of a later version of the protocol
				}
			}
		}

	}

}

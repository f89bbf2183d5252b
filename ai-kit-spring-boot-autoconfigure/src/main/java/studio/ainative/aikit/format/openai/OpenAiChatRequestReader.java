package studio.ainative.aikit.format.openai;

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
		if (name.equals("tools")) {
			OpenAiTool.requireAll((List<?>) value, fields);
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

}

package studio.ainative.aikit.format.agui;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.RequestFields;
import studio.ainative.aikit.format.UnreadableRequestException;

/**
 * Reads a request piece by piece: what is passed by takes no memory, whatever it is.
 */
class AgUiRunRequestReader extends ValueDeserializer<AgUiRunRequest> {

	/** Ids are repeated in the answer; those that front ends make have 36 characters. */
	private static final int MAX_ID_LENGTH = 512;

	/** What the front end keeps for itself. */
	private static final Set<String> ITS_OWN = Set.of("reasoning", "activity");

	@Override
	public AgUiRunRequest deserialize(JsonParser parser, DeserializationContext context) {
		RequestFields fields = new RequestFields(parser, context, AgUiRunRequest.class);
		fields.requireObject("");
		String threadId = null;
		String runId = null;
		List<Message> messages = null;
		List<Map<String, Object>> tools = List.of();
		for (String name = fields.next(); name != null; name = fields.next()) {
			switch (name) {
				case "threadId" -> threadId = id(name, fields);
				case "runId" -> runId = id(name, fields);
				case "messages" -> messages = messages(fields);
				case "tools" -> tools = tools(fields);
				default -> fields.skip();
			}
		}
		if (threadId == null || runId == null) {
			String missing = (threadId == null) ? "threadId" : "runId";
			throw fields.fault(missing, "'" + missing + "' is missing.");
		}
		if (messages == null || messages.isEmpty()) {
			throw fields.fault("messages", "'messages' must hold at least one message.");
		}
		return new AgUiRunRequest(threadId, runId, messages, tools);
	}

	/** Nothing but an object is a request: not even {@code null}. */
	@Override
	public Object getAbsentValue(DeserializationContext context) {
		return getNullValue(context);
	}

	@Override
	public Object getNullValue(DeserializationContext context) {
		throw new UnreadableRequestException(context.getParser(), AgUiRunRequest.class, "",
				"The request's body must be an object.");
	}

	private static @Nullable String id(String place, RequestFields fields) {
		String id = fields.text(place);
		if (id != null && (id.isEmpty() || id.length() > MAX_ID_LENGTH)) {
			throw fields.fault(place, "'" + place + "' must have 1 to " + MAX_ID_LENGTH + " characters.");
		}
		return id;
	}

	private static List<Map<String, Object>> tools(RequestFields fields) {
		List<Map<String, Object>> tools = new ArrayList<>();
		if (fields.is(JsonToken.VALUE_NULL)) {
			return tools;
		}
		fields.requireList("tools");
		while (fields.nextElement()) {
			String place = "tools[" + tools.size() + "]";
			if (tools.size() == AgUiRunRequest.MAX_TOOLS) {
				throw fields.fault("tools",
						"'tools' must not have more than " + AgUiRunRequest.MAX_TOOLS + " elements.");
			}
			fields.requireObject(place);
			Map<String, Object> tool = fields.object();
			if (!(tool.get("name") instanceof String)) {
				throw fields.fault(place + ".name", "'" + place + ".name' must be text.");
			}
			if (tool.get("description") != null && !(tool.get("description") instanceof String)) {
				throw fields.fault(place + ".description", "'" + place + ".description' must be text.");
			}
			if (tool.get("parameters") != null && !(tool.get("parameters") instanceof Map)) {
				throw fields.fault(place + ".parameters", "'" + place + ".parameters' must be an object.");
			}
			tools.add(tool);
		}
		return tools;
	}

	private static List<Message> messages(RequestFields fields) {
		List<Message> messages = new ArrayList<>();
		fields.requireList("messages");
		for (int i = 0; fields.nextElement(); i++) {
			if (i == AgUiRunRequest.MAX_MESSAGES) {
				throw fields.fault("messages",
						"'messages' must not have more than " + AgUiRunRequest.MAX_MESSAGES + " elements.");
			}
			Message message = message("messages[" + i + "]", fields);
			if (message != null) {
				messages.add(message);
			}
		}
		return messages;
	}

	private static @Nullable Message message(String place, RequestFields fields) {
		fields.requireObject(place);
		String id = null;
		String role = null;
		String callId = null;
		List<MessagePart> calls = List.of();
		Content content = new Content();
		for (String name = fields.next(); name != null; name = fields.next()) {
			switch (name) {
				case "id" -> id = fields.text(place + ".id");
				case "role" -> role = fields.text(place + ".role");
				case "content" -> content.read(place + ".content", fields);
				case "toolCalls" -> calls = fields.toolCalls(place + ".toolCalls", AgUiRunRequest.MAX_TOOLS);
				case "toolCallId" -> callId = fields.text(place + ".toolCallId");
				default -> fields.skip();
			}
		}
		if (role != null && ITS_OWN.contains(role)) {
			return null;
		}
		Message.Role speaker = fields.role(role, place + ".role");
		if (content.fault != null) {
			throw fields.fault(content.faultPlace, content.fault);
		}
		if (content.parts == null && speaker != Message.Role.ASSISTANT) {
			throw fields.fault(place + ".content", "'" + place + ".content' is missing.");
		}
		List<MessagePart> said = new ArrayList<>((content.parts != null) ? content.parts : List.of());
		if (speaker == Message.Role.TOOL) {
			if (callId == null || callId.isEmpty()) {
				throw fields.fault(place + ".toolCallId", "'" + place + ".toolCallId' is missing.");
			}
			said = new ArrayList<>(List.of(new MessagePart.ToolResult(callId, content.text())));
		}
		said.addAll(calls);
		String itsId = id;
		List<MessagePart> parts = said;
		return fields.make(place, () -> new Message(itsId, speaker, "", null, Message.Status.COMPLETE, parts));
	}

	/**
	 * What a message says. What is wrong with it counts once its role is known: an
	 * activity's is an object.
	 */
	private static final class Content {

		private @Nullable List<MessagePart> parts;

		private String faultPlace = "";

		private @Nullable String fault;

		private void read(String place, RequestFields fields) {
			if (fields.is(JsonToken.VALUE_NULL)) {
				return;
			}
			if (fields.is(JsonToken.VALUE_STRING)) {
				this.parts = List.of(new MessagePart.Text(String.valueOf(fields.text(place))));
				return;
			}
			if (!fields.is(JsonToken.START_ARRAY)) {
				fields.skip();
				wrong(place, "'" + place + "' must be text.");
				return;
			}
			this.parts = new ArrayList<>();
			for (int i = 0; fields.nextElement(); i++) {
				if (i == AgUiRunRequest.MAX_PARTS) {
					throw fields.fault(place,
							"'" + place + "' must not have more than " + AgUiRunRequest.MAX_PARTS + " parts.");
				}
				part(place + "[" + i + "]", fields, this.parts);
			}
		}

		private String text() {
			StringBuilder text = new StringBuilder();
			for (MessagePart part : (this.parts != null) ? this.parts : List.<MessagePart>of()) {
				text.append((part instanceof MessagePart.Text piece) ? piece.text() : "");
			}
			return text.toString();
		}

		private void part(String place, RequestFields fields, List<MessagePart> parts) {
			fields.requireObject(place);
			String type = null;
			String words = null;
			AgUiFile file = new AgUiFile();
			for (String name = fields.next(); name != null; name = fields.next()) {
				switch (name) {
					case "type" -> type = fields.text(place + ".type");
					case "text" -> words = fields.text(place + ".text");
					default -> file.read(name, place, fields);
				}
			}
			if (type == null) {
				wrong(place + ".type", "'" + place + ".type' is missing.");
			}
			else if (type.equals("text")) {
				if (words == null) {
					wrong(place + ".text", "'" + place + ".text' is missing.");
				}
				parts.add(new MessagePart.Text(String.valueOf(words)));
			}
			else if (Set.of("audio", "video").contains(type)) {
				wrong(place + ".type", "'" + place + "': sound and videos can't be passed on.");
			}
			else if (Set.of("image", "document", "binary").contains(type)) {
				parts.add(file.part(type, place, fields));
			}
		}

		private void wrong(String place, String sentence) {
			if (this.fault == null) {
				this.faultPlace = place;
				this.fault = sentence;
			}
		}

	}

}

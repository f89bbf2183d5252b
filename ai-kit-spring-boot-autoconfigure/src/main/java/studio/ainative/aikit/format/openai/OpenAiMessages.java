package studio.ainative.aikit.format.openai;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.RequestFields;

/**
 * Reads the messages of a request.
 */
final class OpenAiMessages {

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
		List<MessagePart> content = null;
		List<MessagePart> calls = List.of();
		String callId = null;
		for (String name = this.fields.next(); name != null; name = this.fields.next()) {
			switch (name) {
				case "role" -> role = this.fields.text(place + ".role");
				case "content" -> content = content(place + ".content");
				case "tool_calls" -> calls = this.fields.toolCalls(place + ".tool_calls", OpenAiChatRequest.MAX_TOOLS);
				case "tool_call_id" -> callId = this.fields.text(place + ".tool_call_id");
				default -> this.fields.skip();
			}
		}
		Message.Role speaker = this.fields.role(role, place + ".role");
		if (content == null && speaker != Message.Role.ASSISTANT) {
			throw this.fields.fault(place + ".content", "'" + place + ".content' is missing.");
		}
		List<MessagePart> said = new ArrayList<>((content != null) ? content : List.of());
		if (speaker == Message.Role.TOOL) {
			said = new ArrayList<>(List.of(result(place, callId, said)));
		}
		said.addAll(calls);
		List<MessagePart> parts = said;
		return this.fields.make(place, () -> new Message(null, speaker, "", null, Message.Status.COMPLETE, parts));
	}

	private MessagePart result(String place, @Nullable String callId, List<MessagePart> said) {
		if (callId == null || callId.isEmpty()) {
			throw this.fields.fault(place + ".tool_call_id", "'" + place + ".tool_call_id' is missing.");
		}
		StringBuilder text = new StringBuilder();
		for (MessagePart part : said) {
			if (!(part instanceof MessagePart.Text piece)) {
				throw this.fields.fault(place + ".content", "'" + place + ".content' must be text.");
			}
			text.append(piece.text());
		}
		return new MessagePart.ToolResult(callId, text.toString());
	}

	private @Nullable List<MessagePart> content(String place) {
		if (!this.fields.is(JsonToken.START_ARRAY)) {
			String text = this.fields.text(place);
			return (text != null) ? List.of(new MessagePart.Text(text)) : null;
		}
		List<MessagePart> parts = new ArrayList<>();
		for (int i = 0; this.fields.nextElement(); i++) {
			if (i == OpenAiChatRequest.MAX_PARTS) {
				throw this.fields.fault(place,
						"'" + place + "' must not have more than " + OpenAiChatRequest.MAX_PARTS + " parts.");
			}
			MessagePart part = part(place + "[" + i + "]");
			if (part != null) {
				parts.add(part);
			}
		}
		return parts;
	}

	private @Nullable MessagePart part(String place) {
		this.fields.requireObject(place);
		String type = null;
		String words = null;
		String image = null;
		Attachment file = null;
		for (String name = this.fields.next(); name != null; name = this.fields.next()) {
			switch (name) {
				case "type" -> type = this.fields.text(place + ".type");
				case "text", "refusal" -> words = this.fields.text(place + "." + name);
				case "image_url" -> image = imageUrl(place + ".image_url");
				case "file" -> file = file(place + ".file");
				default -> this.fields.skip();
			}
		}
		if (type == null) {
			throw this.fields.fault(place + ".type", "'" + place + ".type' is missing.");
		}
		return switch (type) {
			case "text", "refusal" -> new MessagePart.Text(required(words, place + "." + type));
			case "image_url" -> file("image/*", null, required(image, place + ".image_url.url"), place);
			case "file" -> file("", (file != null) ? file.name : null,
					required((file != null) ? file.data : null, place + ".file.file_data"), place);
			case "input_audio" ->
				throw this.fields.fault(place + ".type", "'" + place + "': sound can't be passed on.");
			default -> null; // Of a later version of the protocol
		};
	}

	private String required(@Nullable String value, String place) {
		if (value == null) {
			throw this.fields.fault(place, "'" + place + "' is missing.");
		}
		return value;
	}

	/** What a file is stands in its URL. */
	private MessagePart file(String otherwise, @Nullable String name, String url, String place) {
		int end = url.startsWith("data:") ? Math.max(url.indexOf(','), 0) : 0;
		String type = (end > 0) ? url.substring("data:".length(), end) : otherwise;
		return this.fields.make(place, () -> new MessagePart.File(type, name, url));
	}

	private @Nullable String imageUrl(String place) {
		String url = null;
		this.fields.requireObject(place);
		for (String name = this.fields.next(); name != null; name = this.fields.next()) {
			if (name.equals("url")) {
				url = this.fields.text(place + ".url");
			}
			else {
				this.fields.skip();
			}
		}
		return url;
	}

	private Attachment file(String place) {
		Attachment file = new Attachment();
		this.fields.requireObject(place);
		for (String name = this.fields.next(); name != null; name = this.fields.next()) {
			switch (name) {
				case "filename" -> file.name = this.fields.text(place + ".filename");
				case "file_data" -> file.data = this.fields.text(place + ".file_data");
				default -> this.fields.skip();
			}
		}
		return file;
	}

	/**
	 * A file, as far as it is known.
	 */
	private static final class Attachment {

		private @Nullable String name;

		private @Nullable String data;

	}

}

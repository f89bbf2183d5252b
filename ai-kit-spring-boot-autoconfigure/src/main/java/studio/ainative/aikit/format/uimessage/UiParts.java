package studio.ainative.aikit.format.uimessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * A conversation as the model is to see it, with files and calls of tools. What is one
 * message to a reader is several to the model where it has called tools: it went on once
 * it had their results.
 */
final class UiParts {

	private static final JsonMapper JSON = new JsonMapper();

	private final UiMessage message;

	private final List<Message> messages;

	private final List<MessagePart> said = new ArrayList<>();

	private final List<MessagePart> results = new ArrayList<>();

	private UiParts(UiMessage message, List<Message> messages) {
		this.message = message;
		this.messages = messages;
	}

	static List<Message> messages(List<UiMessage> messages) {
		List<Message> all = new ArrayList<>();
		messages.forEach((message) -> new UiParts(message, all).addAll());
		return all;
	}

	private void addAll() {
		for (UiPart part : UiConversation.valid(this.message.parts())) {
			if (part instanceof UiPart.Text text) {
				addText(text.text());
			}
			else if (part instanceof UiPart.File file) {
				addFile(file);
			}
			else if (part instanceof UiPart.Tool tool && tool.isFinished()) {
				addCall(tool);
			}
			else if (part instanceof UiPart.StepStart && !this.results.isEmpty()) {
				end();
			}
		}
		if (!this.said.isEmpty() || this.message.role() == Message.Role.USER) {
			end();
		}
	}

	private void addText(String text) {
		if (text.isEmpty()) {
			return;
		}
		if (!this.results.isEmpty()) {
			end();
		}
		int last = this.said.size() - 1;
		if (last >= 0 && this.said.get(last) instanceof MessagePart.Text before) {
			this.said.set(last, new MessagePart.Text(before.text() + UiConversation.BETWEEN_PARTS + text));
		}
		else {
			this.said.add(new MessagePart.Text(text));
		}
	}

	private void addFile(UiPart.File file) {
		if (this.message.role() != Message.Role.USER) {
			throw new InvalidMessagesException("Files of an answer can't be passed on to the model here.");
		}
		this.said.add(new MessagePart.File(file.mediaType(), file.filename(), file.url()));
	}

	private void addCall(UiPart.Tool tool) {
		this.said.add(new MessagePart.ToolCall(tool.toolCallId(), tool.toolName(),
				Objects.requireNonNullElse(tool.input(), "{}")));
		boolean failed = !tool.state().equals("output-available");
		this.results.add(new MessagePart.ToolResult(tool.toolCallId(), tool.toolName(),
				failed ? Objects.requireNonNullElse(tool.errorText(), "The tool was not allowed to run.")
						: text(tool.output()),
				failed));
	}

	/** A text is sent as it is, without its quotes. */
	private static String text(@Nullable String output) {
		if (output == null) {
			return "";
		}
		try {
			JsonNode node = JSON.readTree(output);
			return node.isString() ? node.stringValue() : output;
		}
		catch (JacksonException ex) {
			return output;
		}
	}

	private void end() {
		this.messages.add(new Message(this.message.id(), this.message.role(), "", null, this.message.status(),
				List.copyOf(this.said)));
		if (!this.results.isEmpty()) {
			this.messages.add(
					new Message(null, Message.Role.TOOL, "", null, Message.Status.COMPLETE, List.copyOf(this.results)));
		}
		this.said.clear();
		this.results.clear();
	}

}

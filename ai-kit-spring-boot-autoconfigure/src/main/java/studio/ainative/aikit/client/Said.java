package studio.ainative.aikit.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * Looks at what is to be said before anything is done for it. Controllers pass on what
 * they were sent, so whatever may come from there is refused here by a sentence.
 */
final class Said {

	private Said() {
	}

	static String text(String name, @Nullable String text) {
		if (text == null || text.isBlank()) {
			throw new InvalidMessagesException("'" + name + "' must not be blank");
		}
		return text;
	}

	/**
	 * Refuse what asks the model nothing. Other messages may be blank: an answer that
	 * failed early stays in many a page's history.
	 * @param messages a conversation
	 * @return a copy
	 */
	static List<Message> messages(@Nullable List<? extends @Nullable Message> messages) {
		if (messages == null || messages.isEmpty()) {
			throw new InvalidMessagesException("'messages' must not be empty");
		}
		List<Message> copy = new ArrayList<>(messages.size());
		Message question = null;
		for (Message message : messages) {
			if (message == null) {
				throw new InvalidMessagesException("'messages' must not hold null");
			}
			copy.add(message);
			question = (message.role() == Message.Role.USER) ? message : question;
		}
		if (question != null && !question.hasContent()) {
			throw new InvalidMessagesException("'content' of the last user message must not be blank");
		}
		if (copy.stream().noneMatch(Message::hasContent)) {
			throw new InvalidMessagesException("'messages' must have text");
		}
		requireResults(copy);
		return List.copyOf(copy);
	}

	/** Providers refuse whatever has calls without results, or results without calls. */
	private static void requireResults(List<Message> messages) {
		Set<String> open = Set.of();
		for (Message message : messages) {
			if (message.role() == Message.Role.TOOL) {
				for (MessagePart.ToolResult result : message.parts(MessagePart.ToolResult.class)) {
					if (open.isEmpty() || !open.remove(result.callId())) {
						throw new InvalidMessagesException("A result of a tool must follow the message with its call");
					}
				}
				continue;
			}
			requireNone(open);
			open = openCalls(message);
		}
		requireNone(open);
	}

	private static Set<String> openCalls(Message message) {
		List<MessagePart.ToolCall> calls = message.parts(MessagePart.ToolCall.class);
		if (calls.isEmpty()) {
			return Set.of();
		}
		Set<String> open = new HashSet<>();
		for (MessagePart.ToolCall call : calls) {
			if (!open.add(call.id())) {
				throw new InvalidMessagesException("Calls of tools must have ids of their own");
			}
		}
		return open;
	}

	private static void requireNone(Set<String> open) {
		if (!open.isEmpty()) {
			throw new InvalidMessagesException("A call of a tool must have its result in the messages after it");
		}
	}

}

package studio.ainative.aikit.client;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;

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
		if (question != null && question.content().isBlank()) {
			throw new InvalidMessagesException("'content' of the last user message must not be blank");
		}
		if (copy.stream().allMatch((message) -> message.content().isBlank())) {
			throw new InvalidMessagesException("'messages' must have text");
		}
		return List.copyOf(copy);
	}

}

package studio.ainative.aikit.format.uimessage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;

/**
 * A conversation as the model is to see it.
 */
final class UiConversation {

	static final String BETWEEN_PARTS = "\n\n";

	private final Function<UiPart, @Nullable String> words;

	private final List<Message> messages = new ArrayList<>();

	private UiConversation(Function<UiPart, @Nullable String> words) {
		this.words = words;
	}

	static List<Message> messages(List<UiMessage> messages, Function<UiPart, @Nullable String> words) {
		UiConversation conversation = new UiConversation(words);
		messages.forEach(conversation::add);
		return conversation.messages;
	}

	private void add(UiMessage message) {
		StringBuilder text = new StringBuilder();
		for (UiPart part : valid(message.parts())) {
			if (part instanceof UiPart.Text said) {
				append(text, said.text());
			}
			else if (part instanceof UiPart.File) {
				append(text, this.words.apply(part));
			}
			else if (part instanceof UiPart.Tool tool && tool.isFinished()) {
				addResult(message, text, this.words.apply(tool));
			}
		}
		if (!text.isEmpty() || message.role() == Message.Role.USER) {
			add(message, text);
		}
	}

	private void addResult(UiMessage message, StringBuilder text, @Nullable String result) {
		if (result != null) {
			if (!text.isEmpty()) {
				add(message, text);
			}
			this.messages.add(Message.user(result));
		}
	}

	private void add(UiMessage message, StringBuilder text) {
		this.messages.add(new Message(message.id(), message.role(), text.toString(), null, message.status()));
		text.setLength(0);
	}

	private static void append(StringBuilder text, @Nullable String more) {
		if (more != null && !more.isEmpty()) {
			text.append(text.isEmpty() ? "" : BETWEEN_PARTS).append(more);
		}
	}

	/** Without what retries have voided. */
	static List<UiPart> valid(List<UiPart> parts) {
		List<UiPart> valid = new ArrayList<>();
		int step = 0;
		for (UiPart part : parts) {
			if (part instanceof UiPart.Restart) {
				valid.subList(step, valid.size()).clear();
				continue;
			}
			valid.add(part);
			if (part instanceof UiPart.StepStart) {
				step = valid.size();
			}
		}
		return valid;
	}

}

package studio.ainative.aikit.event;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parts go together in a message.
 */
final class MessageParts {

	private MessageParts() {
	}

	/**
	 * The text of a message.
	 * @param role who speaks
	 * @param content what was given as its text
	 * @param parts what was given as its parts
	 * @return the text of the parts, or the content if no part is text
	 * @throws InvalidMessagesException if that can't be one message
	 */
	static String text(Message.Role role, String content, List<MessagePart> parts) {
		parts.forEach((part) -> requireSayable(role, part));
		boolean told = parts.stream().anyMatch(MessagePart.Text.class::isInstance);
		if (role == Message.Role.TOOL && (parts.isEmpty() || told || !content.isEmpty())) {
			throw new InvalidMessagesException("A message of a tool must hold results, and nothing else");
		}
		if (!told) {
			return content;
		}
		StringBuilder text = new StringBuilder();
		for (MessagePart part : parts) {
			if (part instanceof MessagePart.Text piece) {
				text.append(piece.text());
			}
		}
		if (!content.isEmpty() && !content.contentEquals(text)) {
			throw new InvalidMessagesException("'content' of a message must be the text of its parts");
		}
		return text.toString();
	}

	/**
	 * All that a message holds.
	 * @param content what was given as its text
	 * @param parts what was given as its parts
	 * @return all of it in order, empty if it is text alone
	 */
	static List<MessagePart> all(String content, List<MessagePart> parts) {
		boolean told = parts.stream().anyMatch(MessagePart.Text.class::isInstance);
		if (told && parts.stream().allMatch(MessagePart.Text.class::isInstance)) {
			return List.of();
		}
		if (told || content.isEmpty()) {
			return List.copyOf(parts);
		}
		List<MessagePart> all = new ArrayList<>(parts.size() + 1);
		all.add(new MessagePart.Text(content));
		all.addAll(parts);
		return List.copyOf(all);
	}

	private static void requireSayable(Message.Role role, MessagePart part) {
		boolean sayable = (part instanceof MessagePart.ToolResult) ? role == Message.Role.TOOL
				: (part instanceof MessagePart.File) ? role == Message.Role.USER
						: part instanceof MessagePart.Text || role == Message.Role.ASSISTANT;
		if (!sayable) {
			throw new InvalidMessagesException("A message of the role '" + role + "' can't hold such a part: files are "
					+ "the user's, calls of tools and reasoning the assistant's, results of tools the tool's");
		}
	}

}

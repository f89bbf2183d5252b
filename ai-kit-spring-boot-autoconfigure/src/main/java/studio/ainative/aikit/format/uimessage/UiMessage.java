package studio.ainative.aikit.format.uimessage;

import java.util.List;

import studio.ainative.aikit.event.Message;

/**
 * A message as {@code useChat} keeps it.
 *
 * @param id its id
 * @param role who speaks
 * @param status whether the answer was whole, as far as the message tells
 * @param parts what was said, in its order
 * @since 0.1.0
 */
public record UiMessage(String id, Message.Role role, Message.Status status, List<UiPart> parts) {

	/**
	 * Copy the parts.
	 * @param id its id
	 * @param role who speaks
	 * @param status whether the answer was whole
	 * @param parts what was said, in its order
	 */
	public UiMessage {
		parts = List.copyOf(parts);
	}

}

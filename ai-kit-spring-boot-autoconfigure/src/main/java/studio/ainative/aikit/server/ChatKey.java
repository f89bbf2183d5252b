package studio.ainative.aikit.server;

import java.util.Objects;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.log.StartKey;
import studio.ainative.aikit.log.StartKey.IfTaken;

/**
 * A chat, by which the answer that streams in it is found.
 *
 * @param id the chat's id
 */
record ChatKey(String id) {

	/** As long as an {@code Idempotency-Key} may be. */
	private static final int MAX_ID = 256;

	/** No header can hold a line break, so no {@code Idempotency-Key} is one of these. */
	private static final String PREFIX = "chat\n";

	ChatKey {
		Objects.requireNonNull(id, "'chatId' must not be null");
		if (id.isEmpty() || id.length() > MAX_ID) {
			throw new InvalidMessagesException(
					"A chat's id must have 1 to " + MAX_ID + " characters (was " + id.length() + ")");
		}
	}

	/**
	 * As a reader has it: one that can't be a chat's is that of a chat without answer.
	 */
	static ChatKey asked(String id) {
		return new ChatKey((id.isEmpty() || id.length() > MAX_ID) ? "-" : id);
	}

	/** The last answer in a chat is the one that counts. */
	StartKey startKey() {
		return new StartKey(PREFIX + this.id, "", IfTaken.REPLACE);
	}

}

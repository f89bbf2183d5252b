package studio.ainative.aikit.provider.wire;

/**
 * Makes an event of a piece of text, in an adapter that knows what the text belongs to.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TextTarget {

	/**
	 * Send the event of a piece of text.
	 * @param text the text, not empty
	 * @param number the chunk's number, where the format has one
	 * ({@link JsonAdapter#numberField()}); -1 if this chunk has none
	 */
	void send(String text, int number);

}

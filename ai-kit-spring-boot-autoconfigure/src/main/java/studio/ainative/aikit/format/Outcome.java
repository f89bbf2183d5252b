package studio.ainative.aikit.format;

import java.util.Locale;

/**
 * How an answer ended. Only {@link #COMPLETE} means that it is whole; a format is to take
 * every other value for an answer that is not, those that it doesn't know included.
 *
 * @since 0.1.0
 */
public enum Outcome {

	/** The answer is whole. */
	COMPLETE,

	/** The answer failed or was aborted: an {@code error} event came before. */
	ERROR,

	/** The reader has asked the server to stop: what came before is all there is. */
	STOPPED,

	/** Nobody read the answer any more, so it was cancelled. */
	ABANDONED;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * The value of the {@code outcome} field.
	 * @return the name in lower case
	 */
	public String wireName() {
		return this.wireName;
	}

}

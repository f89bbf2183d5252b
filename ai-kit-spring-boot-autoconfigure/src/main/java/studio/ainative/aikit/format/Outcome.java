package studio.ainative.aikit.format;

import java.util.Locale;

/**
 * How an answer ended, as its {@code done} event tells.
 *
 * @since 0.1.0
 */
public enum Outcome {

	/** The answer is whole. */
	COMPLETE,

	/** The answer failed or was aborted: an {@code error} event came before. */
	ERROR;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * The value of the {@code outcome} field.
	 * @return the name in lower case
	 */
	public String wireName() {
		return this.wireName;
	}

}

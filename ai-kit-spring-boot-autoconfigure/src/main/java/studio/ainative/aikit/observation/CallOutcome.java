package studio.ainative.aikit.observation;

import java.util.Locale;

/**
 * How a call ended: the value of the key {@code aikit.outcome}, which OpenTelemetry's
 * convention has no word for.
 *
 * @since 0.1.0
 */
public enum CallOutcome {

	/** The answer is whole. */
	COMPLETE,

	/** The application stopped it. */
	STOPPED,

	/** Its subscriber left. */
	ABANDONED,

	/** It failed in another way than the following. */
	ERROR,

	/** It broke off after a part of the answer had come. */
	TRUNCATED,

	/** A limit of time has passed. */
	TIMEOUT,

	/** The provider sent more than is accepted. */
	LIMIT,

	/** The budget of tokens is spent. */
	BUDGET;

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome in lower case, as in the key's value.
	 * @return for example {@code complete}
	 */
	@Override
	public String toString() {
		return this.text;
	}

}

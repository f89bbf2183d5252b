package studio.ainative.aikit.cache;

import java.util.Locale;

/**
 * What a cache did for a call.
 *
 * @since 0.1.0
 */
public enum CacheUse {

	/** The answer was there. */
	HIT,

	/** Somebody was being answered who had asked the same. */
	JOINED,

	/** The provider was called, and the answer is kept if it may be. */
	MISS;

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * The use in lower case.
	 * @return for example {@code hit}
	 */
	@Override
	public String toString() {
		return this.text;
	}

}

package studio.ainative.aikit.client;

/**
 * What a call makes of the stream's cache, where the stream has one.
 *
 * @since 0.1.0
 */
public enum CacheMode {

	/** An answer that is kept, or on its way to somebody else, is as good as another. */
	USE,

	/**
	 * Another answer is wanted, which takes the place of the one that is kept. What
	 * {@link AIStream#retry()} does, and what a button to regenerate is for.
	 */
	REFRESH,

	/** As if there were no cache. */
	BYPASS

}

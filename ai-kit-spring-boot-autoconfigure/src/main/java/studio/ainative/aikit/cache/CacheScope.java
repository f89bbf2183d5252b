package studio.ainative.aikit.cache;

/**
 * Who shares the answers of a cache.
 *
 * @since 0.1.0
 */
public enum CacheScope {

	/**
	 * Those whom {@link CacheNamespace} doesn't tell apart, which is each principal alone
	 * by default. Where it finds nobody nothing is cached: what somebody was told is
	 * never given to somebody else by mistake.
	 */
	PRINCIPAL,

	/**
	 * All who ask the same. For answers that hold nothing of anybody's: a prompt that has
	 * personal data in it is only met by the same prompt, but then its answer is given to
	 * whoever sends it.
	 */
	EVERYONE

}

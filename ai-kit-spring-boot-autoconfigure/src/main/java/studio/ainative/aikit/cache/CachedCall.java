package studio.ainative.aikit.cache;

import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;

/**
 * A call that may be answered from a cache.
 *
 * @since 0.1.0
 */
public interface CachedCall {

	/**
	 * Call the provider. Its events are subscribed to once, and given to all who have
	 * joined; what the caller alone is to be told is not in them. Not called on a hit,
	 * and at most once.
	 * @return the events, with the last report of usage
	 */
	Flux<StreamEvent> call();

	/**
	 * What the cache does for this. Told once, before {@link #call()} and before the
	 * first event; not told if the cache is not used, as nobody is known who asks.
	 * @param use what it does
	 */
	void cached(CacheUse use);

}

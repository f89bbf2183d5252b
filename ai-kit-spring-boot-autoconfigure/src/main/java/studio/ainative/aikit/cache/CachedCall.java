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
	 * The provider isn't called for this. Told before the first event, and once.
	 * @param use {@link CacheUse#HIT} or {@link CacheUse#JOINED}
	 */
	void cached(CacheUse use);

}

package studio.ainative.aikit.cache;

import reactor.core.publisher.Mono;

/**
 * Tells apart those who ask: answers are only shared by those of one name.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CacheNamespace {

	/** Nobody is known, so that nothing is cached in {@link CacheScope#PRINCIPAL}. */
	CacheNamespace NOBODY = Mono::empty;

	/**
	 * Find who asks.
	 * <p>
	 * Called on the thread that calls {@code stream}, {@code send} or {@code retry}, so
	 * that it can read what is bound to a request's thread. What it returns is subscribed
	 * to when the answer is, with the subscriber's context. Must not block. A failure is
	 * like nobody.
	 * @return the name, of a principal or a tenant for example; empty for nobody, whose
	 * answers are not cached
	 */
	Mono<String> namespace();

}

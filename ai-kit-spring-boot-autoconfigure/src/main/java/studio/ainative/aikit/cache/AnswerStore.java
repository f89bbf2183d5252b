package studio.ainative.aikit.cache;

import java.time.Duration;

import reactor.core.publisher.Mono;

/**
 * Where the answers of a cache are kept. Thread-safe, and must not block the thread that
 * subscribes: it may be one that reads the network.
 * <p>
 * Losing answers is allowed at any time. A store that fails, or takes longer than
 * {@link CacheOptions#timeout()}, costs nobody an answer: the provider is called.
 *
 * @since 0.1.0
 */
public interface AnswerStore {

	/**
	 * Find an answer.
	 * @param key 64 characters, digits and {@code a} to {@code f}
	 * @return what was put last, as it was; empty if there is none
	 */
	Mono<byte[]> get(String key);

	/**
	 * Keep an answer in place of what was there. An answer tells its age itself: one that
	 * is kept for longer is not given again.
	 * @param key 64 characters, digits and {@code a} to {@code f}
	 * @param answer the answer, not to be changed
	 * @param ttl how long it is of use
	 * @return completes when it is kept
	 */
	Mono<Void> put(String key, byte[] answer, Duration ttl);

}

package studio.ainative.aikit.cache;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.cache.Cache;

/**
 * Answers in a {@link Cache} of Spring's, over Redis or Caffeine for example. It is asked
 * on threads of its own, never on one that reads the network.
 * <p>
 * How many answers it keeps and when it drops them is its own matter; an answer that is
 * older than the time it may be given again is not given, though the cache still has it.
 *
 * @since 0.1.0
 */
public final class SpringAnswerStore implements AnswerStore, AutoCloseable {

	/** Few are enough, and a cache that hangs takes no more. */
	private static final int THREADS = 8;

	/**
	 * More waiting means that the cache can't follow, and then the provider is called.
	 */
	private static final int QUEUE = 256;

	private static final int IDLE_SECONDS = 60;

	private final Cache cache;

	private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, QUEUE, "ai-kit-cache", IDLE_SECONDS,
			true);

	/**
	 * Keep answers in a cache.
	 * @param cache the cache, whose values are byte arrays
	 */
	public SpringAnswerStore(Cache cache) {
		this.cache = Objects.requireNonNull(cache, "'cache' must not be null");
	}

	@Override
	public Mono<byte[]> get(String key) {
		return Mono.fromCallable(() -> find(key)).subscribeOn(this.scheduler);
	}

	@Override
	public Mono<Void> put(String key, byte[] answer, Duration ttl) {
		return Mono.<Void>fromRunnable(() -> this.cache.put(key, answer)).subscribeOn(this.scheduler);
	}

	private byte @Nullable [] find(String key) {
		Cache.ValueWrapper found = this.cache.get(key);
		if (found == null) {
			return null;
		}
		// Whatever else it may be was not put here like that, and is found to be damaged
		return (found.get() instanceof byte[] answer) ? answer : new byte[0];
	}

	@Override
	public void close() {
		this.scheduler.dispose();
	}

}

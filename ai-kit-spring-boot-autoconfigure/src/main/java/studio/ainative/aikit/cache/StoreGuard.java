package studio.ainative.aikit.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Asks a store in such a way that it can't harm: what fails or takes too long is as if
 * nothing were kept, and a store that did so is left alone for a while, so that not each
 * call waits for it.
 */
final class StoreGuard {

	private static final Log logger = LogFactory.getLog(AnswerCache.class);

	private static final long PAUSE = Duration.ofSeconds(10).toNanos();

	private static final long WARNING_INTERVAL = Duration.ofMinutes(1).toNanos();

	private final AnswerStore store;

	private final Duration timeout;

	private final LongSupplier clock;

	private final AtomicLong free;

	private final AtomicLong nextWarning;

	StoreGuard(AnswerStore store, Duration timeout, LongSupplier clock) {
		this.store = store;
		this.timeout = timeout;
		this.clock = clock;
		this.free = new AtomicLong(clock.getAsLong());
		this.nextWarning = new AtomicLong(clock.getAsLong());
	}

	/** What is kept; never fails. */
	Mono<byte[]> get(String key) {
		return Mono.defer(() -> isFree() ? this.store.get(key).timeout(this.timeout) : Mono.empty())
			.onErrorResume((ex) -> {
				failed(ex);
				return Mono.empty();
			});
	}

	/** Completes when it is kept, or can't be. */
	Mono<Void> put(String key, byte[] answer, Duration ttl) {
		return Mono.defer(() -> isFree() ? this.store.put(key, answer, ttl).timeout(this.timeout) : Mono.empty())
			.onErrorResume((ex) -> {
				failed(ex);
				return Mono.empty();
			});
	}

	private boolean isFree() {
		return this.clock.getAsLong() - this.free.get() >= 0;
	}

	private void failed(Throwable ex) {
		this.free.set(this.clock.getAsLong() + PAUSE);
		warn("The cache of answers fails, and the provider is called instead", ex);
	}

	/** What was kept can't be read. */
	void damaged(@Nullable Throwable ex) {
		warn("An answer in the cache is damaged, and the provider is called instead", ex);
	}

	/** The class alone: a message may hold anything. */
	private void warn(String sentence, @Nullable Throwable ex) {
		long now = this.clock.getAsLong();
		long next = this.nextWarning.get();
		if (now - next >= 0 && this.nextWarning.compareAndSet(next, now + WARNING_INTERVAL)) {
			logger.warn(sentence + ((ex != null) ? " (" + ex.getClass().getName() + ")" : ""));
		}
	}

}

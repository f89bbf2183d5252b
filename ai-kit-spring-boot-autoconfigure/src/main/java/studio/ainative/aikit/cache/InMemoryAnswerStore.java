package studio.ainative.aikit.cache;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers in the memory of this process. When it is full, those go that were not asked
 * for the longest.
 *
 * @since 0.1.0
 */
public final class InMemoryAnswerStore implements AnswerStore {

	/** What an answer takes besides its bytes: its key, mostly. */
	private static final int OVERHEAD = 256;

	private final long maxSize;

	private final LongSupplier clock;

	/** The one that was not asked for the longest comes first. */
	private final Map<String, Kept> answers = new LinkedHashMap<>(16, 0.75F, true);

	private long size;

	/**
	 * Make a store.
	 * @param maxSize how many bytes all answers may take together, more than zero
	 */
	public InMemoryAnswerStore(long maxSize) {
		this(maxSize, System::nanoTime);
	}

	InMemoryAnswerStore(long maxSize, LongSupplier clock) {
		if (maxSize < 1) {
			throw new IllegalArgumentException("'maxSize' must be more than zero (was " + maxSize + ")");
		}
		this.maxSize = maxSize;
		this.clock = clock;
	}

	@Override
	public Mono<byte[]> get(String key) {
		return Mono.fromSupplier(() -> find(key));
	}

	@Override
	public Mono<Void> put(String key, byte[] answer, Duration ttl) {
		return Mono.fromRunnable(() -> keep(key, answer, ttl));
	}

	private synchronized byte @Nullable [] find(String key) {
		Kept kept = this.answers.get(key);
		if (kept == null) {
			return null;
		}
		if (this.clock.getAsLong() - kept.until() >= 0) {
			this.answers.remove(key);
			this.size -= kept.size();
			return null;
		}
		return kept.bytes();
	}

	private synchronized void keep(String key, byte[] answer, Duration ttl) {
		Kept added = new Kept(answer, this.clock.getAsLong() + nanos(ttl));
		Kept before = this.answers.remove(key);
		this.size -= (before != null) ? before.size() : 0;
		if (added.size() > this.maxSize) {
			return;
		}
		this.answers.put(key, added);
		this.size += added.size();
		Iterator<Kept> eldest = this.answers.values().iterator();
		while (this.size > this.maxSize) {
			this.size -= eldest.next().size();
			eldest.remove();
		}
	}

	/** A hundred years are as good as any longer time, and can be added. */
	private static long nanos(Duration ttl) {
		Duration longest = Duration.ofDays(36500);
		return ((ttl.compareTo(longest) < 0) ? ttl : longest).toNanos();
	}

	/** How many bytes are taken. */
	synchronized long size() {
		return this.size;
	}

	/** One answer, and until when it is of use by the clock. */
	private static final class Kept {

		private final byte[] bytes;

		private final long until;

		Kept(byte[] bytes, long until) {
			this.bytes = bytes;
			this.until = until;
		}

		byte[] bytes() {
			return this.bytes;
		}

		long until() {
			return this.until;
		}

		long size() {
			return (long) this.bytes.length + OVERHEAD;
		}

	}

}

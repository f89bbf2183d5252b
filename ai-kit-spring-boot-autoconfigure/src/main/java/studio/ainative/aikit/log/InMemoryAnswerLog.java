package studio.ainative.aikit.log;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerLogException.Reason;

/**
 * Keeps answers in this process's memory: for applications of one node, whose answers
 * need not survive it.
 * <p>
 * When there is no room, the answers that ended first are forgotten first; answers that
 * run are not. An answer whose time is over is forgotten when the log is next used.
 *
 * @since 0.1.0
 */
public final class InMemoryAnswerLog implements AnswerLog {

	private final MemoryBounds bounds;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, MemoryAnswer> answers = new HashMap<>();

	/** Those that have ended, in the order of their ends. */
	private final Map<String, MemoryAnswer> ended = new LinkedHashMap<>();

	private final Map<KeyOfOwner, MemoryAnswer> keys = new HashMap<>();

	/** By estimate. */
	private final AtomicLong bytes = new AtomicLong();

	/**
	 * Make a log without answers.
	 * @param bounds how much it may keep
	 */
	public InMemoryAnswerLog(MemoryBounds bounds) {
		this(bounds, System::nanoTime);
	}

	/**
	 * Make a log that has its own time, for tests.
	 * @param bounds how much it may keep
	 * @param nanoTime what time it is, in nanoseconds since any moment
	 */
	public InMemoryAnswerLog(MemoryBounds bounds, LongSupplier nanoTime) {
		this.bounds = bounds;
		this.nanoTime = nanoTime;
	}

	@Override
	public Mono<LogOpening> open(NewAnswer answer) {
		return Mono.fromSupplier(() -> {
			Admission admission = locked(() -> admit(answer));
			if (admission.replaced() != null) {
				admission.replaced().requestStop();
			}
			return admission.opening();
		});
	}

	private Admission admit(NewAnswer answer) {
		StartKey key = answer.key();
		KeyOfOwner name = (key != null) ? new KeyOfOwner(answer.owner(), key.value()) : null;
		MemoryAnswer taken = (name != null) ? this.keys.get(name) : null;
		if (key != null && taken != null) {
			LogOpening opening = LogOpening.taken(taken.streamId(), key, taken.fingerprint());
			if (opening != null) {
				return new Admission(opening, null);
			}
		}
		if (this.answers.containsKey(answer.streamId())) {
			throw new AnswerLogException(Reason.FENCED, "The id of a new answer is in use");
		}
		forgetUntil(() -> this.answers.size() < this.bounds.maxAnswers());
		if (this.answers.size() >= this.bounds.maxAnswers()) {
			throw new AnswerLogException(Reason.FULL,
					this.bounds.maxAnswers() + " answers run, and no more are kept in memory");
		}
		MemoryAnswer begun = new MemoryAnswer(answer);
		this.answers.put(answer.streamId(), begun);
		this.bytes.addAndGet(begun.size());
		if (name != null) {
			this.keys.put(name, begun);
		}
		return new Admission(LogOpening.opened(answer.streamId(), new MemoryWriter(begun)), taken);
	}

	@Override
	public Flux<LogEntry> read(String streamId, long after) {
		return Flux.defer(() -> {
			MemoryAnswer answer = find(streamId);
			return (answer != null) ? answer.read(after)
					: Flux.error(new AnswerLogException(Reason.GONE, "There is no such answer"));
		});
	}

	@Override
	public Mono<AnswerStatus> status(String streamId) {
		return Mono.fromSupplier(() -> {
			MemoryAnswer answer = find(streamId);
			return (answer != null) ? answer.status() : null;
		});
	}

	@Override
	public Mono<String> find(@Nullable String owner, String key) {
		return Mono.fromSupplier(() -> {
			MemoryAnswer answer = locked(() -> this.keys.get(new KeyOfOwner(owner, key)));
			return (answer != null) ? answer.streamId() : null;
		});
	}

	@Override
	public Mono<Void> stop(String streamId) {
		return Mono.fromRunnable(() -> {
			MemoryAnswer answer = find(streamId);
			if (answer != null) {
				answer.requestStop();
			}
		});
	}

	@Override
	public Mono<Void> delete(String streamId) {
		return Mono.fromRunnable(() -> {
			MemoryAnswer answer = locked(() -> {
				MemoryAnswer found = this.answers.get(streamId);
				if (found != null) {
					forget(found);
				}
				return found;
			});
			if (answer != null) {
				answer.delete();
			}
		});
	}

	/**
	 * Whether other nodes read the same log: they don't.
	 * @return {@code false}
	 */
	@Override
	public boolean isShared() {
		return false;
	}

	/** How many answers are kept. */
	int size() {
		return locked(this.answers::size);
	}

	/** How much memory they take, by estimate. */
	long bytes() {
		return this.bytes.get();
	}

	private @Nullable MemoryAnswer find(String streamId) {
		return locked(() -> this.answers.get(streamId));
	}

	/**
	 * Make room for more of an answer.
	 * @throws AnswerLogException if there is none
	 */
	private void reserve(MemoryAnswer answer, long more) {
		boolean fits = answer.size() + more <= this.bounds.maxAnswerSize();
		if (fits && this.bytes.get() + more > this.bounds.maxSize()) {
			fits = locked(() -> {
				forgetUntil(() -> this.bytes.get() + more <= this.bounds.maxSize());
				return this.bytes.get() + more <= this.bounds.maxSize();
			});
		}
		if (!fits) {
			throw new AnswerLogException(Reason.FULL, "The answer is too large to be kept in memory");
		}
	}

	private void end(MemoryAnswer answer) {
		locked(() -> {
			if (this.answers.get(answer.streamId()) == answer) {
				answer.expireAt(this.nanoTime.getAsLong() + answer.retain().toNanos());
				this.ended.put(answer.streamId(), answer);
			}
			return answer;
		});
	}

	/** Forgets what has ended until there is room, or nothing left to forget. */
	private void forgetUntil(Supplier<Boolean> room) {
		Iterator<MemoryAnswer> oldest = this.ended.values().iterator();
		while (!room.get() && oldest.hasNext()) {
			MemoryAnswer answer = oldest.next();
			oldest.remove();
			forget(answer);
		}
	}

	private void forgetExpired() {
		long now = this.nanoTime.getAsLong();
		Iterator<MemoryAnswer> oldest = this.ended.values().iterator();
		while (oldest.hasNext()) {
			MemoryAnswer answer = oldest.next();
			if (answer.expiresAt() - now > 0) {
				return;
			}
			oldest.remove();
			forget(answer);
		}
	}

	private void forget(MemoryAnswer answer) {
		this.answers.remove(answer.streamId());
		this.ended.remove(answer.streamId());
		this.bytes.addAndGet(-answer.size());
		StartKey key = answer.key();
		if (key != null) {
			this.keys.remove(new KeyOfOwner(answer.owner(), key.value()), answer);
		}
	}

	private <T extends @Nullable Object> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			forgetExpired();
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How much a log in memory may keep.
	 *
	 * @param maxAnswers how many answers at once, those that ended included; at least 1
	 * @param maxAnswerSize how much memory one answer may take, by estimate
	 * @param maxSize how much memory all may take together, by estimate
	 */
	public record MemoryBounds(int maxAnswers, long maxAnswerSize, long maxSize) {

		/**
		 * Refuse bounds that leave no room.
		 * @param maxAnswers how many answers at once
		 * @param maxAnswerSize how much memory one answer may take
		 * @param maxSize how much memory all may take together
		 */
		public MemoryBounds {
			requirePositive("maxAnswers", maxAnswers);
			requirePositive("maxAnswerSize", maxAnswerSize);
			requirePositive("maxSize", maxSize);
		}

		/**
		 * Ten thousand answers, of which one may take 8 MB and all together 256 MB.
		 * @return the bounds
		 */
		public static MemoryBounds defaults() {
			return new MemoryBounds(10_000, 8L << 20, 256L << 20);
		}

		private static void requirePositive(String name, long value) {
			if (value < 1) {
				throw new IllegalArgumentException("'" + name + "' must be 1 or more (was " + value + ")");
			}
		}

	}

	private record KeyOfOwner(@Nullable String owner, String value) {
	}

	/**
	 * What became of a new answer.
	 *
	 * @param opening what its producer is told
	 * @param replaced the answer that it takes the place of
	 */
	private record Admission(LogOpening opening, @Nullable MemoryAnswer replaced) {
	}

	/**
	 * Appends to one answer.
	 */
	private final class MemoryWriter implements Writer {

		private final MemoryAnswer answer;

		MemoryWriter(MemoryAnswer answer) {
			this.answer = answer;
		}

		@Override
		public Mono<Void> append(LogEntry entry) {
			return Mono.fromRunnable(() -> {
				List<List<StreamEvent>> parts = KeptEvents.pack(entry.events());
				long more = KeptEvents.sizeOf(parts);
				reserve(this.answer, more);
				this.answer.append(entry, parts, more, InMemoryAnswerLog.this.bytes);
				if (entry.end() != null) {
					end(this.answer);
				}
			});
		}

		@Override
		public Mono<Void> stopRequested() {
			return this.answer.stopRequested();
		}

		/** There is no lease to wait for: the readers are told at once. */
		@Override
		public void close() {
			if (this.answer.lose()) {
				end(this.answer);
			}
		}

	}

}

package studio.ainative.aikit.log;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerLogException.Reason;

/**
 * One answer in memory, and those who follow it.
 */
final class MemoryAnswer {

	/** As many events go to a reader at once. */
	private static final int BATCH = 256;

	private final NewAnswer answer;

	private final Sinks.Empty<Void> stopRequested = Sinks.empty();

	private final Set<MemoryTail> tails = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final KeptEvents events = new KeptEvents();

	private @Nullable AnswerEnd end;

	private boolean deleted;

	private long size;

	private long expiresAt;

	MemoryAnswer(NewAnswer answer) {
		this.answer = answer;
		String note = answer.note();
		this.size = (note != null) ? 2L * note.length() : 0;
	}

	String streamId() {
		return this.answer.streamId();
	}

	@Nullable String owner() {
		return this.answer.owner();
	}

	@Nullable StartKey key() {
		return this.answer.key();
	}

	String fingerprint() {
		StartKey key = this.answer.key();
		return (key != null) ? key.fingerprint() : "";
	}

	Duration retain() {
		return this.answer.retain();
	}

	/** By the moment of its log's lock. */
	void expireAt(long nanoTime) {
		this.expiresAt = nanoTime;
	}

	long expiresAt() {
		return this.expiresAt;
	}

	long size() {
		this.lock.lock();
		try {
			return this.size;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Append an entry.
	 * @param entry the entry
	 * @param parts its events, {@linkplain KeptEvents#pack packed}
	 * @param more how much memory they take
	 * @param total how much all answers take
	 */
	void append(LogEntry entry, List<List<StreamEvent>> parts, long more, AtomicLong total) {
		this.lock.lock();
		try {
			if (this.deleted) {
				throw new AnswerLogException(Reason.GONE, "The answer was deleted");
			}
			if (this.end != null || entry.first() != this.events.size() + 1) {
				throw new AnswerLogException(Reason.FENCED, "The answer has ended, or belongs to another producer");
			}
			this.events.add(parts);
			this.end = entry.end();
			this.size += more;
			total.addAndGet(more);
		}
		finally {
			this.lock.unlock();
		}
		tellTails();
	}

	/**
	 * The producer is gone.
	 * @return {@code false} if the answer had ended before
	 */
	boolean lose() {
		this.lock.lock();
		try {
			if (this.deleted || this.end != null) {
				return false;
			}
			LogEntry lost = LogEntry.producerLost(this.events.size() + 1L, Clock.systemUTC().instant());
			this.events.add(List.of(lost.events()));
			this.end = lost.end();
		}
		finally {
			this.lock.unlock();
		}
		tellTails();
		return true;
	}

	void delete() {
		this.lock.lock();
		try {
			this.deleted = true;
		}
		finally {
			this.lock.unlock();
		}
		tellTails();
		requestStop();
	}

	void requestStop() {
		this.stopRequested.tryEmitEmpty();
	}

	Mono<Void> stopRequested() {
		return this.stopRequested.asMono();
	}

	AnswerStatus status() {
		this.lock.lock();
		try {
			return new AnswerStatus(streamId(), owner(), this.answer.startedAt(), this.answer.note(), 0,
					this.events.size(), !this.tails.isEmpty(), this.end);
		}
		finally {
			this.lock.unlock();
		}
	}

	Flux<LogEntry> read(long after) {
		return Flux.from((subscriber) -> {
			MemoryTail tail = new MemoryTail(this, after, subscriber);
			this.tails.add(tail);
			subscriber.onSubscribe(tail);
			tail.look();
		});
	}

	void left(MemoryTail tail) {
		this.tails.remove(tail);
	}

	/**
	 * What follows a cursor.
	 * @param cursor the number of the last event that the reader has
	 * @return the next entry, {@code null} if none is there yet
	 * @throws AnswerLogException if there will never be one
	 */
	@Nullable LogEntry next(long cursor) {
		this.lock.lock();
		try {
			if (this.deleted) {
				throw new AnswerLogException(Reason.GONE, "The answer was deleted");
			}
			int last = this.events.size();
			if (cursor < 0 || (cursor > last && this.end != null)) {
				throw new AnswerLogException(Reason.CURSOR, "The cursor is outside of the answer");
			}
			if (cursor > last || (cursor == last && this.end == null)) {
				return null;
			}
			int from = (int) cursor;
			int to = Math.min(last, from + BATCH);
			return new LogEntry(cursor + 1, this.events.range(from, to), (to == last) ? this.end : null);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void tellTails() {
		this.tails.forEach(MemoryTail::look);
	}

}

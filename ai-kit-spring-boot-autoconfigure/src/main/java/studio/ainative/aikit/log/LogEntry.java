package studio.ainative.aikit.log;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

/**
 * Events of an answer that follow each other, the answer's end, or both.
 *
 * @param first the number of the first event or, if there is none, the one that it would
 * have; from 1
 * @param events the events
 * @param end how the answer ends after them, {@code null} if it goes on
 * @since 0.1.0
 */
public record LogEntry(long first, List<StreamEvent> events, @Nullable AnswerEnd end) {

	/** Code of the error that ends an answer whose producer is gone: {@value}. */
	public static final String PRODUCER_LOST = "PRODUCER_LOST";

	private static final String LOST_SENTENCE = "The server that was writing this answer is gone.";

	/**
	 * Copy the events.
	 * @param first the number of the first event
	 * @param events the events
	 * @param end how the answer ends after them, {@code null} if it goes on
	 */
	public LogEntry {
		if (first < 1) {
			throw new IllegalArgumentException("'first' must be 1 or more (was " + first + ")");
		}
		Objects.requireNonNull(events, "'events' must not be null");
		events = List.copyOf(events);
		if (events.isEmpty() && end == null) {
			throw new IllegalArgumentException("'events' must not be empty unless the answer ends");
		}
	}

	/**
	 * The end of an answer whose producer is gone: an error event and the end.
	 * @param first the number that the error has
	 * @param at when that was found out
	 * @return the entry
	 */
	public static LogEntry producerLost(long first, Instant at) {
		return new LogEntry(first, List.of(new ErrorEvent(LOST_SENTENCE, PRODUCER_LOST)),
				new AnswerEnd(at, AnswerEnd.Outcome.ERROR));
	}

	/**
	 * The number of the last event.
	 * @return the number, that before {@link #first()} if there is no event
	 */
	public long last() {
		return this.first + this.events.size() - 1;
	}

	/**
	 * Without what a reader has.
	 * @param cursor the number of the last event that it has
	 * @return the events after that, which may be none, and the end; {@code null} if
	 * nothing is left
	 */
	public @Nullable LogEntry after(long cursor) {
		if (cursor < this.first) {
			return this;
		}
		int known = (int) Math.min(this.events.size(), cursor - this.first + 1);
		if (known == this.events.size() && this.end == null) {
			return null;
		}
		return new LogEntry(this.first + known, this.events.subList(known, this.events.size()), this.end);
	}

	@Override
	public String toString() {
		return "LogEntry[first=" + this.first + ", last=" + last() + ", end=" + this.end + "]";
	}

}

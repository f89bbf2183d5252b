package studio.ainative.aikit.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.EventSize;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.LogEntry;

/**
 * The events of an answer that this node makes: the whole answer while it is kept, else
 * what its slowest reader has yet to take. Thread-safe.
 */
final class AnswerTape {

	private final ReentrantLock lock = new ReentrantLock();

	private final List<StreamEvent> events = new ArrayList<>();

	/** How many events were dropped before them. */
	private long dropped;

	private long bytes;

	private @Nullable AnswerEnd end;

	/** The number of the last event. */
	private volatile long last;

	private volatile boolean ended;

	/**
	 * Add an event.
	 * @param event the event
	 * @return how much memory the events take now, by estimate; -1 if the answer has
	 * ended
	 */
	long add(StreamEvent event) {
		this.lock.lock();
		try {
			if (this.ended) {
				return -1;
			}
			append(event);
			return this.bytes;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * End the answer.
	 * @param event the last event, {@code null} for none
	 * @param end the end
	 * @return {@code false} if it has ended before
	 */
	boolean end(@Nullable StreamEvent event, AnswerEnd end) {
		this.lock.lock();
		try {
			if (this.ended) {
				return false;
			}
			if (event != null) {
				append(event);
			}
			this.end = end;
			this.ended = true;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void append(StreamEvent event) {
		this.events.add(event);
		this.bytes += EventSize.of(event);
		this.last = this.dropped + this.events.size();
	}

	/** Whether nothing can be said to who has read so far. */
	boolean hasNothingAfter(long cursor) {
		return cursor >= this.last && !this.ended;
	}

	/**
	 * Take what follows a cursor.
	 * @param cursor the number of the last event that the reader has
	 * @param target takes the events
	 * @param most how many at most
	 * @return the end, if these were the last events
	 */
	@Nullable AnswerEnd next(long cursor, List<StreamEvent> target, int most) {
		this.lock.lock();
		try {
			long first = cursor - this.dropped;
			long rest = this.events.size() - first;
			int count = (int) Math.min(most, rest);
			for (int i = 0; i < count; i++) {
				target.add(this.events.get((int) first + i));
			}
			return (count >= rest) ? this.end : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What follows a cursor, as an entry.
	 * @param cursor the number of the last event that was taken
	 * @param most how many events at most
	 * @return the entry, {@code null} if nothing follows yet, or what follows was
	 * dropped, since the answer is kept no longer
	 */
	@Nullable LogEntry entry(long cursor, int most) {
		this.lock.lock();
		try {
			if (cursor < this.dropped) {
				return null;
			}
			int from = (int) (cursor - this.dropped);
			int to = Math.min(this.events.size(), from + most);
			AnswerEnd end = (to == this.events.size()) ? this.end : null;
			return (from == to && end == null) ? null : new LogEntry(cursor + 1, this.events.subList(from, to), end);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Drop what nobody is going to take.
	 * @param cursor the number of the last event that all have
	 */
	void drop(long cursor) {
		this.lock.lock();
		try {
			int count = (int) Math.min(this.events.size(), cursor - this.dropped);
			if (count > 0) {
				List<StreamEvent> taken = this.events.subList(0, count);
				taken.forEach((event) -> this.bytes -= EventSize.of(event));
				taken.clear();
				this.dropped += count;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	long last() {
		return this.last;
	}

	boolean isEnded() {
		return this.ended;
	}

	/** How many events there are. */
	int size() {
		this.lock.lock();
		try {
			return this.events.size();
		}
		finally {
			this.lock.unlock();
		}
	}

}

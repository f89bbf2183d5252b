package studio.ainative.aikit.server;

import java.util.ArrayDeque;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.EventSize;
import studio.ainative.aikit.event.StreamEvent;

/**
 * The events that wait for one reader, bounded by their number and by the memory they
 * take. Not thread-safe.
 */
final class Backlog {

	/**
	 * As much memory as may wait, in bytes, by estimate. One event may be larger: then it
	 * waits alone.
	 */
	static final int MAX_BYTES = 256 * 1024;

	private final Queue<StreamEvent> events = new ArrayDeque<>(1);

	private final int maxEvents;

	private long bytes;

	/** Size of the large ones among the latest events, at first a cautious guess. */
	private long largest = MAX_BYTES / 32;

	/** Events that a source was asked for and has not given. */
	private int outstanding;

	Backlog(int maxEvents) {
		this.maxEvents = maxEvents;
	}

	boolean hasRoom() {
		return this.events.size() < this.maxEvents && (this.bytes < MAX_BYTES || this.events.isEmpty());
	}

	/** How many events there is room for, by their number alone. */
	int room() {
		return hasRoom() ? this.maxEvents - this.events.size() : 0;
	}

	boolean isEmpty() {
		return this.events.isEmpty();
	}

	int size() {
		return this.events.size();
	}

	/** How many bytes wait, by estimate. */
	long bytes() {
		return this.bytes;
	}

	void add(StreamEvent event) {
		long size = EventSize.of(event);
		this.bytes += size;
		this.largest = Math.max(size, this.largest - (this.largest >> 4));
		this.events.add(event);
	}

	@Nullable StreamEvent poll() {
		StreamEvent event = this.events.poll();
		if (event != null) {
			this.bytes -= EventSize.of(event);
		}
		return event;
	}

	void clear() {
		this.events.clear();
		this.bytes = 0;
	}

	/** An event that the source was asked for has come. */
	void arrived() {
		this.outstanding--;
	}

	/**
	 * How many events the source is to be asked for now: as many as there will be room
	 * for if they are like the latest, at least one at a time.
	 * @param prefetch how many may wait
	 * @return the number, often zero: asking for single ones costs more than it brings
	 */
	int demand(int prefetch) {
		int capacity = (int) Math.max(1, Math.min(prefetch, MAX_BYTES / this.largest));
		int missing = capacity - this.events.size() - this.outstanding;
		if (missing < Math.max(1, capacity / 4)) {
			return 0;
		}
		this.outstanding += missing;
		return missing;
	}

}

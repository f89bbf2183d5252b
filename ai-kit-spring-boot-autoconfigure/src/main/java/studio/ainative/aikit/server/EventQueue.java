package studio.ainative.aikit.server;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.server.ResponseState.End;

/**
 * The events of one response that wait for its reader, up to its end. Thread-safe.
 */
final class EventQueue {

	private final StreamingOptions options;

	private final ResponseState state;

	private final ReentrantLock lock;

	private final Backlog backlog;

	/** {@code null} until a sender waits. */
	private @Nullable WaitingSenders senders;

	EventQueue(StreamingOptions options, ResponseState state) {
		this.options = options;
		this.state = state;
		this.lock = state.lock();
		this.backlog = new Backlog(options.bufferSize());
	}

	ResponseState state() {
		return this.state;
	}

	/**
	 * Add an event of the application's, as soon as there is room for it.
	 * @param event makes the event, given the index that the next token has
	 * @return {@code false} if nobody is there to read it
	 * @throws IllegalStateException if the application has ended the response, or would
	 * have to wait on a thread that must not
	 * @throws SendTimeoutException if there was no room in time
	 */
	boolean offer(IntFunction<StreamEvent> event) {
		this.lock.lock();
		try {
			boolean open = this.state.requireOpen() && (this.backlog.hasRoom() || senders().awaitRoom());
			if (open) {
				add(event.apply(this.state.nextIndex()));
			}
			return open;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add an event of the source's, for which there is room as it was asked for.
	 * @param event the event
	 */
	void accept(StreamEvent event) {
		this.lock.lock();
		try {
			this.backlog.arrived();
			if (this.state.isOpen()) {
				add(event);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How many events of an answer that is kept may be added now. */
	int room() {
		this.lock.lock();
		try {
			return this.state.isOpen() ? this.backlog.room() : 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add events of an answer that is kept.
	 * @param events the events
	 * @param end the answer's end, {@code null} if it goes on
	 */
	void accept(List<StreamEvent> events, @Nullable End end) {
		this.lock.lock();
		try {
			if (this.state.isOpen()) {
				events.forEach(this::add);
				if (end != null) {
					this.state.end(end);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many events the source is to be asked for now.
	 * @param prefetch how many may wait
	 * @return the number, often zero
	 */
	int demand(int prefetch) {
		this.lock.lock();
		try {
			return this.state.isOpen() ? this.backlog.demand(prefetch) : 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The application ends the response.
	 * @param error the last event, if it failed
	 * @return {@code false} if it was no longer open
	 */
	boolean end(@Nullable ErrorEvent error) {
		this.lock.lock();
		try {
			if (!this.state.isOpen()) {
				return false;
			}
			this.state.begin();
			// A source may tell of its failure by an event first, then by its signal
			if (error != null && !this.state.isTold(error)) {
				add(error);
			}
			this.state.end();
			signalRoom();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give up what waits, as an event can't be written.
	 */
	void fail() {
		this.lock.lock();
		try {
			this.backlog.clear();
			this.state.fail();
		}
		finally {
			this.lock.unlock();
		}
		end(null);
	}

	/**
	 * The reader leaves.
	 * @return {@code false} if the response was over
	 */
	boolean leave() {
		this.lock.lock();
		try {
			if (this.state.isOver()) {
				return false;
			}
			this.state.leave();
			this.backlog.clear();
			signalRoom();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take the next event.
	 * @return the event, {@code null} if none waits
	 */
	@Nullable StreamEvent poll() {
		this.lock.lock();
		try {
			StreamEvent event = this.backlog.poll();
			if (event != null) {
				signalRoom();
			}
			return event;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take several events at once.
	 * @param target where to put them
	 * @param maxEvents how many at most
	 * @param enough take no more once these are as many bytes, by estimate
	 */
	void drainTo(List<StreamEvent> target, int maxEvents, long enough) {
		this.lock.lock();
		try {
			long rest = this.backlog.bytes() - enough;
			StreamEvent event = this.backlog.poll();
			while (event != null) {
				target.add(event);
				boolean more = target.size() < maxEvents && this.backlog.bytes() > rest;
				event = more ? this.backlog.poll() : null;
			}
			signalRoom();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take the end, after all events.
	 * @return the end, {@code null} if it is not there yet, or was taken
	 */
	@Nullable End pollEnd() {
		if (!this.state.isEnded()) {
			return null;
		}
		this.lock.lock();
		try {
			return this.backlog.isEmpty() ? this.state.takeEnd() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How many bytes wait, by estimate. */
	long waitingBytes() {
		this.lock.lock();
		try {
			return this.backlog.bytes();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether there is something to take: an event, or the end. */
	boolean isWaiting() {
		this.lock.lock();
		try {
			return !this.state.isOver() && (!this.backlog.isEmpty() || this.state.isEnded());
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(StreamEvent event) {
		this.state.begin();
		this.backlog.add(event);
		this.state.tell(event);
	}

	private WaitingSenders senders() {
		if (this.senders == null) {
			this.senders = new WaitingSenders(this.lock, this.backlog, this.state, this.options.sendTimeout());
		}
		return this.senders;
	}

	private void signalRoom() {
		if (this.senders != null) {
			this.senders.signalAll();
		}
	}

}

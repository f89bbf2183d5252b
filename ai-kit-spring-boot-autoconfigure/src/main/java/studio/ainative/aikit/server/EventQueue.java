package studio.ainative.aikit.server;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.format.Outcome;

/**
 * The events of one response that wait for its reader, and how the response stands. It
 * begins with the first event, ends when the application says so, and is over when the
 * end was taken or the reader left, whichever is first.
 * <p>
 * Thread-safe. The lock is held for moments, and never while foreign code runs. What is
 * set once and stays may be read without it.
 */
final class EventQueue {

	private final StreamingOptions options;

	private final Clock clock;

	private final ReentrantLock lock = new ReentrantLock();

	/** {@code null} until a sender waits. */
	private @Nullable Condition room;

	private final Backlog backlog;

	private @Nullable Instant startedAt;

	/** Set once. */
	private volatile @Nullable Instant endedAt;

	private Outcome outcome = Outcome.COMPLETE;

	/** The reader is let go without the answer's end. */
	private boolean released;

	private @Nullable String lastErrorCode;

	private long messages;

	private int nextIndex;

	private boolean hasReader;

	/** Set once. */
	private volatile boolean gone;

	/** Set once. */
	private volatile boolean endTaken;

	EventQueue(StreamingOptions options, Clock clock) {
		this.options = options;
		this.clock = clock;
		this.backlog = new Backlog(options.bufferSize());
	}

	/**
	 * A reader comes.
	 * @return {@code false} if there was one already
	 */
	boolean attach() {
		this.lock.lock();
		try {
			boolean first = !this.hasReader;
			this.hasReader = true;
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The response begins, if it has not.
	 * @return when it began
	 */
	Instant begin() {
		this.lock.lock();
		try {
			Instant begun = this.startedAt;
			if (begun == null) {
				begun = this.clock.instant();
				this.startedAt = begun;
				this.messages++;
			}
			return begun;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begin on the application's behalf.
	 * @throws IllegalStateException if it has ended the response
	 */
	void start() {
		this.lock.lock();
		try {
			if (requireOpen()) {
				begin();
			}
		}
		finally {
			this.lock.unlock();
		}
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
			boolean open = awaitRoom();
			if (open) {
				add(event.apply(this.nextIndex));
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
			if (isOpen()) {
				add(event);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The response begins at a moment that is known.
	 * @param startedAt when the answer began
	 */
	void beginAt(Instant startedAt) {
		this.lock.lock();
		try {
			if (this.startedAt == null) {
				this.startedAt = startedAt;
				this.messages++;
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
			return isOpen() ? this.backlog.room() : 0;
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
			if (isOpen()) {
				events.forEach(this::add);
				if (end != null) {
					this.outcome = end.outcome();
					this.endedAt = end.timestamp();
					this.messages++;
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let the reader go: the response ends, the answer does not.
	 * @return {@code false} if it was no longer open
	 */
	boolean release() {
		this.lock.lock();
		try {
			if (!isOpen()) {
				return false;
			}
			this.released = true;
			this.endedAt = this.clock.instant();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether the reader was let go before the answer's end. */
	boolean isReleased() {
		this.lock.lock();
		try {
			return this.released;
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
			return isOpen() ? this.backlog.demand(prefetch) : 0;
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
			if (!isOpen()) {
				return false;
			}
			begin();
			// A source may tell of its failure by an event first, then by its signal
			if (error != null && !error.code().equals(this.lastErrorCode)) {
				add(error);
			}
			this.endedAt = this.clock.instant();
			this.messages++;
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
			this.outcome = Outcome.ERROR;
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
			if (isOver()) {
				return false;
			}
			this.gone = true;
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
		Instant ended = this.endedAt;
		if (ended == null) {
			return null;
		}
		this.lock.lock();
		try {
			if (isOver() || !this.backlog.isEmpty()) {
				return null;
			}
			this.endTaken = true;
			return new End(ended, this.outcome, this.released);
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
			return !isOver() && (!this.backlog.isEmpty() || this.endedAt != null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether the reader left before the end. */
	boolean isGone() {
		return this.gone;
	}

	boolean isOpen() {
		return !this.gone && this.endedAt == null;
	}

	boolean isOver() {
		return this.gone || this.endTaken;
	}

	long messages() {
		this.lock.lock();
		try {
			return this.messages;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(StreamEvent event) {
		begin();
		this.backlog.add(event);
		this.messages++;
		if (event instanceof StreamEvent.Token token && token.choice() == 0) {
			this.nextIndex = token.index() + 1;
		}
		else if (event instanceof ErrorEvent error) {
			this.outcome = Outcome.ERROR;
			this.lastErrorCode = error.code();
		}
	}

	private boolean awaitRoom() {
		long left = this.options.sendTimeout().toNanos();
		int waiting = this.backlog.size();
		try {
			while (requireOpen() && !this.backlog.hasRoom()) {
				requireWaitingTime(left, waiting);
				left = roomMade().awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a slow reader", ex);
		}
		if (this.gone && left <= 0) {
			// Who looks for stalled readers was faster
			throw new SendTimeoutException(this.options.sendTimeout(), waiting);
		}
		return !this.gone;
	}

	private Condition roomMade() {
		if (this.room == null) {
			this.room = this.lock.newCondition();
		}
		return this.room;
	}

	private void signalRoom() {
		if (this.room != null) {
			this.room.signalAll();
		}
	}

	private void requireWaitingTime(long left, int waiting) {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException("The reader is slow, " + waiting
					+ " events wait ('bufferSize'), and this thread must not block: send from another one, or use "
					+ "StreamingResponses.from(Flux), which slows its source");
		}
		if (left <= 0) {
			throw new SendTimeoutException(this.options.sendTimeout(), waiting);
		}
	}

	/**
	 * Whether there is a reader: without one, the application's mistakes don't matter.
	 */
	private boolean requireOpen() {
		if (!this.gone && this.endedAt != null) {
			throw new IllegalStateException("The response has ended: nothing can be sent any more");
		}
		return !this.gone;
	}

	/**
	 * The end of a response.
	 *
	 * @param timestamp when it ended
	 * @param outcome how it ended
	 * @param isReleased whether the reader is let go without the answer's end
	 */
	record End(Instant timestamp, Outcome outcome, boolean isReleased) {
	}

}

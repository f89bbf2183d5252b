package studio.ainative.aikit.server;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.format.Outcome;

/**
 * How one response stands: it begins with the first event, ends when the application says
 * so, and is over when the end was taken or the reader left, whichever is first.
 * <p>
 * Its lock is that of the events that wait, too. What is set once and stays is read
 * without it; everything else takes it, or asks for it.
 */
final class ResponseState {

	private final Clock clock;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable Instant startedAt;

	/** Set once. */
	private volatile @Nullable Instant endedAt;

	private Outcome outcome = Outcome.COMPLETE;

	/** The reader is let go without the answer's end: set once. */
	private volatile boolean released;

	private @Nullable String lastErrorCode;

	private long messages;

	private int nextIndex;

	private boolean hasReader;

	/** Set once. */
	private volatile boolean gone;

	/** Set once. */
	private volatile boolean endTaken;

	ResponseState(Clock clock) {
		this.clock = clock;
	}

	/**
	 * The lock of this response.
	 * @return held for moments, and never while foreign code runs
	 */
	ReentrantLock lock() {
		return this.lock;
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
	 * It begins, if it has not.
	 * @return when it began
	 */
	Instant begin() {
		this.lock.lock();
		try {
			Instant begun = this.startedAt;
			if (begun == null) {
				begun = this.clock.instant();
				beginAt(begun);
			}
			return begun;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * It begins at a moment that is known, if it has not.
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

	long messages() {
		this.lock.lock();
		try {
			return this.messages;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let the reader go: it ends, the answer does not.
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
		return this.released;
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

	/** Whether it has ended: what it told may wait yet. */
	boolean isEnded() {
		return this.endedAt != null;
	}

	// For who holds the lock

	/**
	 * It tells this event.
	 * @param event one that is not its start, nor its end
	 */
	void tell(StreamEvent event) {
		this.messages++;
		if (event instanceof StreamEvent.Token token && token.choice() == 0) {
			this.nextIndex = token.index() + 1;
		}
		else if (event instanceof ErrorEvent error) {
			this.outcome = Outcome.ERROR;
			this.lastErrorCode = error.code();
		}
	}

	/** The index that the next token has. */
	int nextIndex() {
		return this.nextIndex;
	}

	/** Whether this is the error that was told last. */
	boolean isTold(ErrorEvent error) {
		return error.code().equals(this.lastErrorCode);
	}

	/** The answer has failed, whatever it told. */
	void fail() {
		this.outcome = Outcome.ERROR;
	}

	void end() {
		end(new End(this.clock.instant(), this.outcome, false));
	}

	void end(End end) {
		this.outcome = end.outcome();
		this.endedAt = end.timestamp();
		this.messages++;
	}

	/**
	 * Take the end: it is over.
	 * @return the end, {@code null} if it is not there yet, or the response was over
	 */
	@Nullable End takeEnd() {
		Instant ended = this.endedAt;
		if (ended == null || isOver()) {
			return null;
		}
		this.endTaken = true;
		return new End(ended, this.outcome, this.released);
	}

	/** The reader leaves: it is over. */
	void leave() {
		this.gone = true;
	}

	/**
	 * Whether there is a reader: without one, the application's mistakes don't matter.
	 * @return {@code false} if there is none
	 * @throws IllegalStateException if it has ended
	 */
	boolean requireOpen() {
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

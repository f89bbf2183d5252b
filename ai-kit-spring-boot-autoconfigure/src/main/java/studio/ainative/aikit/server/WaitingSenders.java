package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import reactor.core.scheduler.Schedulers;

/**
 * The application's threads that wait for a slow reader, for a while. Only used by who
 * holds the lock.
 */
final class WaitingSenders {

	private final Backlog backlog;

	private final ResponseState state;

	private final Duration timeout;

	private final Condition room;

	/**
	 * Nobody waits yet.
	 * @param lock guards the backlog and the state
	 * @param backlog has no room, for now
	 * @param state how the response stands
	 * @param timeout how long one waits at most
	 */
	WaitingSenders(ReentrantLock lock, Backlog backlog, ResponseState state, Duration timeout) {
		this.backlog = backlog;
		this.state = state;
		this.timeout = timeout;
		this.room = lock.newCondition();
	}

	/**
	 * Wait until there is room.
	 * @return {@code false} if the reader has left
	 * @throws IllegalStateException if the application has ended the response, or this
	 * thread must not wait
	 * @throws SendTimeoutException if there was no room in time
	 */
	boolean awaitRoom() {
		long left = this.timeout.toNanos();
		int waiting = this.backlog.size();
		try {
			while (this.state.requireOpen() && !this.backlog.hasRoom()) {
				requireWaitingTime(left, waiting);
				left = this.room.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a slow reader", ex);
		}
		if (this.state.isGone() && left <= 0) {
			// Who looks for stalled readers was faster
			throw new SendTimeoutException(this.timeout, waiting);
		}
		return !this.state.isGone();
	}

	/** There is room, or never will be. */
	void signalAll() {
		this.room.signalAll();
	}

	private void requireWaitingTime(long left, int waiting) {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException("The reader is slow, " + waiting
					+ " events wait ('bufferSize'), and this thread must not block: send from another one, or use "
					+ "StreamingResponses.from(Flux), which slows its source");
		}
		if (left <= 0) {
			throw new SendTimeoutException(this.timeout, waiting);
		}
	}

}

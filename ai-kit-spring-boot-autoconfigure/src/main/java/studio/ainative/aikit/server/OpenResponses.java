package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

/**
 * The responses of one factory that have a reader, and how they end when the application
 * does.
 */
final class OpenResponses {

	private static final ErrorEvent SHUTDOWN = new ErrorEvent("The server is shutting down.",
			StreamingResponse.SERVER_SHUTDOWN);

	/** How long a reader has to take the last events. */
	private static final Duration FAREWELL = Duration.ofMillis(500);

	private final Set<EventPipe> open = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition empty = this.lock.newCondition();

	private volatile boolean draining;

	/**
	 * A response has a reader. After the beginning of a shutdown it is ended at once.
	 * @param response the response
	 */
	void add(EventPipe response) {
		// In this order: either the shutdown sees the response or this sees the shutdown
		this.open.add(response);
		if (this.draining) {
			remove(response);
			response.end(SHUTDOWN);
		}
	}

	/**
	 * A response is over. May be called again.
	 * @param response the response
	 */
	void remove(EventPipe response) {
		if (this.open.remove(response) && this.draining && this.open.isEmpty()) {
			this.lock.lock();
			try {
				this.empty.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	int size() {
		return this.open.size();
	}

	/**
	 * Refuse new responses, and wait until those that run have ended or were ended.
	 */
	void drain() {
		this.draining = true;
		List<EventPipe> running = new ArrayList<>(this.open);
		long begun = System.nanoTime();
		try {
			while (!running.isEmpty()) {
				Duration passed = Duration.ofNanos(System.nanoTime() - begun);
				Duration wait = FAREWELL;
				for (EventPipe response : running) {
					Duration left = endIfDue(response, passed);
					wait = (left.compareTo(wait) < 0) ? left : wait;
				}
				awaitEmpty(wait);
				running.removeIf((response) -> !this.open.contains(response));
			}
		}
		catch (InterruptedException ex) {
			running.forEach((response) -> response.end(SHUTDOWN));
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * End a response whose time is up, and close it if that was not taken.
	 * @return when to look again
	 */
	private static Duration endIfDue(EventPipe response, Duration passed) {
		Duration left = response.options().drainTimeout().minus(passed);
		if (isPositive(left)) {
			return left;
		}
		response.end(SHUTDOWN);
		left = left.plus(FAREWELL);
		if (!isPositive(left)) {
			response.close();
		}
		return left;
	}

	private void awaitEmpty(Duration time) throws InterruptedException {
		this.lock.lock();
		try {
			long left = time.toNanos();
			while (left > 0 && !this.open.isEmpty()) {
				left = this.empty.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

}

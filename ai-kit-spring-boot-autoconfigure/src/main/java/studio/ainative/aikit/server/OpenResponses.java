package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The responses of one factory that have a reader, and how they end when the application
 * does.
 */
final class OpenResponses {

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
			response.refuse();
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
		this.open.stream().filter(EventPipe::isMovable).forEach(EventPipe::release);
		List<ResponseDrain> running = new ArrayList<>();
		this.open.forEach((response) -> running.add(new ResponseDrain(response)));
		long begun = System.nanoTime();
		try {
			while (!running.isEmpty()) {
				Duration passed = Duration.ofNanos(System.nanoTime() - begun);
				Duration wait = ResponseDrain.FAREWELL;
				for (ResponseDrain response : running) {
					Duration left = response.look(passed);
					wait = (left.compareTo(wait) < 0) ? left : wait;
				}
				awaitEmpty(wait);
				running.removeIf((response) -> !this.open.contains(response.response()));
			}
		}
		catch (InterruptedException ex) {
			running.forEach(ResponseDrain::end);
			Thread.currentThread().interrupt();
		}
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

}

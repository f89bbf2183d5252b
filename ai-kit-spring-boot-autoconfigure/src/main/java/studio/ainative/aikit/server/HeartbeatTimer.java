package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Finds the responses that have been silent for an interval, and looks after stalled ones
 * at intervals: one timer for all of them, with one task scheduled at any time.
 * <p>
 * Each response stands once in a heap, by when it will be due if it stays silent. What is
 * sent only moves a timestamp; the place in the heap is put right when its time comes. So
 * a token costs nothing here, and a response a step in the heap an interval. Moments are
 * rounded up a little, so that thousands of responses are served by a few ticks.
 */
final class HeartbeatTimer implements AutoCloseable {

	/**
	 * A beat may come later than due by this part of its interval, together with others.
	 */
	private static final int PRECISION = 64;

	private final ReentrantLock lock = new ReentrantLock();

	private final PriorityQueue<Beat> beats = new PriorityQueue<>(Comparator.naturalOrder());

	private final Supplier<Scheduler> schedulers;

	private final LongSupplier nanoTime;

	private @Nullable Scheduler scheduler;

	private @Nullable Disposable task;

	private long taskDue;

	private boolean closed;

	HeartbeatTimer() {
		this(() -> Schedulers.newSingle("ai-kit-response-timer", true), System::nanoTime);
	}

	/**
	 * Make a timer.
	 * @param schedulers makes the scheduler once it is needed; it is disposed of at the
	 * end
	 * @param nanoTime what time it is, in nanoseconds since any moment
	 */
	HeartbeatTimer(Supplier<Scheduler> schedulers, LongSupplier nanoTime) {
		this.schedulers = schedulers;
		this.nanoTime = nanoTime;
	}

	/**
	 * Watch a response.
	 * @param interval the silence after which it is due
	 * @param due called after each interval of silence, on the timer's thread
	 * @return where to report what is sent
	 */
	Beat watch(Duration interval, Runnable due) {
		Beat beat = new Beat(interval.toNanos(), due);
		this.lock.lock();
		try {
			if (!this.closed) {
				this.beats.add(beat);
				arm();
			}
		}
		finally {
			this.lock.unlock();
		}
		return beat;
	}

	/**
	 * Run something once, on the timer's thread. It is left out if the timer is closed by
	 * then, or has never had anything to watch.
	 * @param delay how long to wait
	 * @param task must return soon
	 */
	void after(Duration delay, Runnable task) {
		this.lock.lock();
		try {
			if (this.scheduler != null && !this.closed) {
				this.scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What time it is, in nanoseconds since any moment. */
	long now() {
		return this.nanoTime.getAsLong();
	}

	/** How many responses are watched, those included that have only just ended. */
	int size() {
		this.lock.lock();
		try {
			return this.beats.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.beats.clear();
			if (this.scheduler != null) {
				this.scheduler.dispose();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void tick(long due) {
		List<Beat> silent = new ArrayList<>();
		this.lock.lock();
		try {
			if (due != this.taskDue) {
				// An earlier task took this one's place while it waited for the lock
				return;
			}
			this.task = null;
			long now = this.nanoTime.getAsLong();
			Beat first = this.beats.peek();
			while (first != null && first.place - now <= 0) {
				this.beats.poll();
				if (first.moveOn(now)) {
					silent.add(first);
				}
				if (!first.isStopped()) {
					this.beats.add(first);
				}
				first = this.beats.peek();
			}
			arm();
		}
		finally {
			this.lock.unlock();
		}
		silent.forEach(Beat::fire);
	}

	private void arm() {
		Beat first = this.beats.peek();
		if (first == null || this.closed || (this.task != null && this.taskDue - first.place <= 0)) {
			return;
		}
		if (this.task != null) {
			this.task.dispose();
		}
		if (this.scheduler == null) {
			this.scheduler = this.schedulers.get();
		}
		long due = first.place;
		this.taskDue = due;
		long delay = Math.max(0, due - this.nanoTime.getAsLong());
		this.task = this.scheduler.schedule(() -> tick(due), delay, TimeUnit.NANOSECONDS);
	}

	/**
	 * One response's place in the timer.
	 */
	final class Beat implements Comparable<Beat> {

		private final long interval;

		/** {@code null} once stopped: the timer keeps no response that has ended. */
		private volatile @Nullable Runnable due;

		private volatile long lastSent;

		private long place;

		private Beat(long interval, Runnable due) {
			this.interval = interval;
			this.due = due;
			this.lastSent = HeartbeatTimer.this.nanoTime.getAsLong();
			this.place = due(this.lastSent);
		}

		/** When a silence is long enough: one moment for all that are about as old. */
		private long due(long since) {
			long grain = Math.max(1, this.interval / PRECISION);
			return (Math.floorDiv(since + this.interval - 1, grain) + 1) * grain;
		}

		/**
		 * Something was sent: the silence begins anew.
		 * @return what time it is
		 */
		long sent() {
			long now = now();
			this.lastSent = now;
			return now;
		}

		void stop() {
			this.due = null;
		}

		private boolean isStopped() {
			return this.due == null;
		}

		private boolean moveOn(long now) {
			this.place = due(this.lastSent);
			boolean silent = this.place - now <= 0;
			if (silent) {
				this.place = due(now);
			}
			return silent && !isStopped();
		}

		private void fire() {
			Runnable due = this.due;
			if (due != null) {
				due.run();
			}
		}

		@Override
		public int compareTo(Beat other) {
			return Long.signum(this.place - other.place);
		}

	}

}

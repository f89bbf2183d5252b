package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs what writes heartbeats, those of one moment one after another on one thread:
 * hundreds of responses are due at once, and nearly always each takes microseconds.
 * <p>
 * A write that doesn't return has met a reader who stalled. It is left alone, and what
 * waits behind it is shared by two other threads, 10 to 20 milliseconds later. So however
 * many have stalled, those behind them wait for a few such pauses: with each there are
 * twice as many threads. It happens once for a stalled reader, as a response with a write
 * under way is not handed over again.
 */
final class BeatWriter implements Executor {

	/** The first look notes which write is under way, the second finds it again. */
	static final Duration LOOK = Duration.ofMillis(10);

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private final Executor threads;

	private final HeartbeatTimer timer;

	private @Nullable Batch latest;

	/**
	 * Make a writer.
	 * @param threads what may block
	 * @param timer looks after writes that don't return
	 */
	BeatWriter(Executor threads, HeartbeatTimer timer) {
		this.threads = threads;
		this.timer = timer;
	}

	@Override
	public synchronized void execute(Runnable task) {
		if (this.latest == null || !this.latest.add(task)) {
			this.latest = begin(List.of(task));
		}
	}

	private Batch begin(List<Runnable> tasks) {
		Batch batch = new Batch(tasks);
		this.threads.execute(batch);
		this.timer.after(LOOK, batch::look);
		return batch;
	}

	/**
	 * Tasks for one thread. Further ones are taken until none is left.
	 */
	private final class Batch implements Runnable {

		private final Queue<Runnable> waiting;

		private boolean over;

		/** The task that runs. */
		private @Nullable Runnable running;

		/** The task that ran when the timer looked. */
		private @Nullable Runnable seen;

		Batch(List<Runnable> tasks) {
			this.waiting = new ArrayDeque<>(tasks);
		}

		synchronized boolean add(Runnable task) {
			if (!this.over) {
				this.waiting.add(task);
			}
			return !this.over;
		}

		@Override
		public void run() {
			for (Runnable task = next(); task != null; task = next()) {
				try {
					task.run();
				}
				catch (RuntimeException | LinkageError | AssertionError ex) {
					logger.error("A response could not be written", ex);
				}
			}
		}

		private synchronized @Nullable Runnable next() {
			this.running = this.waiting.poll();
			this.over = (this.running == null);
			return this.running;
		}

		private void look() {
			if (isStuck()) {
				spread();
			}
			else if (!isOver()) {
				BeatWriter.this.timer.after(LOOK, this::look);
			}
		}

		private synchronized boolean isStuck() {
			boolean stuck = this.running != null && this.running == this.seen;
			this.seen = this.running;
			return stuck;
		}

		private synchronized boolean isOver() {
			return this.over;
		}

		private void spread() {
			List<Runnable> rest = leave();
			int half = (rest.size() + 1) / 2;
			try {
				for (List<Runnable> part : List.of(rest.subList(0, half), rest.subList(half, rest.size()))) {
					if (!part.isEmpty()) {
						begin(part);
					}
				}
			}
			catch (RejectedExecutionException ex) {
				logger.debug("No thread is left to write a response", ex);
			}
		}

		private synchronized List<Runnable> leave() {
			this.over = true;
			List<Runnable> rest = new ArrayList<>(this.waiting);
			this.waiting.clear();
			return rest;
		}

	}

}

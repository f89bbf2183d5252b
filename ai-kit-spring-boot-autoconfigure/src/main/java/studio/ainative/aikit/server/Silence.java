package studio.ainative.aikit.server;

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Finds out that a response has been silent for an interval, so that a heartbeat is due.
 */
final class Silence {

	private final ResponseRuntime runtime;

	private volatile HeartbeatTimer.@Nullable Beat beat;

	/** An interval has gone by without a frame. */
	private volatile boolean due;

	Silence(ResponseRuntime runtime) {
		this.runtime = runtime;
	}

	/**
	 * Listen from now on, if heartbeats are wanted.
	 * @param heartbeat whether they are, and how often
	 * @param broken called on the timer's thread when one is due
	 */
	void listen(StreamingOptions.Heartbeat heartbeat, Runnable broken) {
		if (heartbeat.enabled()) {
			this.beat = this.runtime.heartbeats().watch(heartbeat.interval(), () -> {
				this.due = true;
				broken.run();
			});
		}
	}

	/** Whether nothing was sent for an interval. */
	boolean isDue() {
		return this.due;
	}

	/**
	 * Something is sent.
	 * @return what time it is, zero if nobody listens
	 */
	long sent() {
		HeartbeatTimer.Beat beat = this.beat;
		if (beat == null) {
			return 0;
		}
		this.due = false;
		return beat.sent();
	}

	void stop() {
		HeartbeatTimer.Beat beat = this.beat;
		if (beat != null) {
			beat.stop();
		}
	}

	/** Where to write now: heartbeats that are due together share a thread. */
	Executor writer() {
		return this.due ? this.runtime.beatWriter() : this.runtime.writer();
	}

}

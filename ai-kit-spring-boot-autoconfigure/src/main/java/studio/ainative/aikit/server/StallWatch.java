package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Finds out that a reader takes nothing: a write to it doesn't return, or events wait and
 * it asks for none. A reader who is only slow takes something now and then.
 * <p>
 * The timer looks several times in a {@code sendTimeout} and counts the looks since
 * anything was taken, so that taking costs next to nothing. A stall is found after the
 * timeout, at most a quarter later.
 */
final class StallWatch {

	private static final int LOOKS = 9;

	private final BooleanSupplier waiting;

	private final Runnable stalled;

	private final AtomicBoolean begun = new AtomicBoolean();

	private volatile HeartbeatTimer.@Nullable Beat beat;

	/** Frames were taken and are not yet written. */
	private volatile boolean writing;

	/** Something was taken since the last look. */
	private volatile boolean moved;

	/** Nothing was taken since the mark. */
	private volatile boolean marked;

	/** Only used by the timer. */
	private int looks;

	/**
	 * Make a watch that has yet to begin.
	 * @param waiting whether something waits to be taken
	 * @param stalled called once the reader has taken nothing for the timeout, on the
	 * timer's thread
	 */
	StallWatch(BooleanSupplier waiting, Runnable stalled) {
		this.waiting = waiting;
		this.stalled = stalled;
	}

	/**
	 * Begin, unless begun before.
	 * @param timer the timer
	 * @param sendTimeout how long the reader may take nothing
	 * @return whether it has begun by this call
	 */
	boolean begin(HeartbeatTimer timer, Duration sendTimeout) {
		boolean first = !this.begun.get() && this.begun.compareAndSet(false, true);
		if (first) {
			this.beat = timer.watch(sendTimeout.dividedBy(LOOKS).plusNanos(1), this::look);
		}
		return first;
	}

	void stop() {
		HeartbeatTimer.Beat beat = this.beat;
		if (beat != null) {
			beat.stop();
		}
	}

	void taken() {
		// Most often both are set, and reading is cheaper
		if (!this.writing) {
			this.writing = true;
		}
		if (!this.moved) {
			this.moved = true;
		}
		if (this.marked) {
			this.marked = false;
		}
	}

	void written() {
		this.writing = false;
	}

	/**
	 * Look from now on whether anything is taken.
	 */
	void mark() {
		this.marked = true;
	}

	/**
	 * Whether the reader has taken nothing since the mark, though there is something.
	 * @return {@code false} too if there was no mark
	 */
	boolean isStalledSinceMark() {
		return this.marked && (this.writing || this.waiting.getAsBoolean());
	}

	private void look() {
		if (this.moved || !(this.writing || this.waiting.getAsBoolean())) {
			this.moved = false;
			this.looks = 0;
			return;
		}
		this.looks++;
		if (this.looks > LOOKS) {
			stop();
			this.stalled.run();
		}
	}

}

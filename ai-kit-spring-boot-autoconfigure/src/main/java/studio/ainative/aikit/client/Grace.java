package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * The short while that an answer is waited for once its finish reason was seen: usage and
 * the terminal event mostly come at once, but some servers never send the latter and
 * leave the connection open.
 * <p>
 * It begins anew with each event of the answer, not with comments, and doesn't pass while
 * nothing is asked for. Whoever reads the body enters it for each piece, so that it never
 * passes while a piece is being read, and no piece is read after it.
 */
final class Grace implements Deadline {

	/**
	 * How long. A usage chunk was seen to follow within milliseconds; a reader who waits
	 * for the end notices little more than this.
	 */
	static final Duration LENGTH = Duration.ofSeconds(2);

	private final SilenceClock clock;

	private final BooleanSupplier waiting;

	private final Runnable over;

	private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

	/** When it began, for the last time. */
	private volatile long begun;

	/** Whether something was asked for when it was last looked at. */
	private volatile boolean wanted;

	/**
	 * Make the time of grace of one answer.
	 * @param clock looks whether it has passed
	 * @param waiting whether something is asked for; any thread may ask
	 * @param over run once when the time has passed, on a thread of its own or, if it
	 * passes while a piece is read, on that of the reader
	 */
	Grace(SilenceClock clock, BooleanSupplier waiting, Runnable over) {
		this.clock = clock;
		this.waiting = waiting;
		this.over = over;
	}

	/**
	 * Begin.
	 * @return {@code false} if nobody would end it, as the timers are shut down
	 */
	boolean begin() {
		beginAnew();
		return this.clock.set(this);
	}

	private void beginAnew() {
		this.wanted = this.waiting.getAsBoolean();
		this.begun = this.clock.now();
	}

	@Override
	public long look(long now) {
		boolean wanted = this.waiting.getAsBoolean();
		if (!wanted || !this.wanted) {
			this.wanted = wanted;
			this.begun = now;
		}
		long left = this.begun + LENGTH.toNanos() - now;
		if (left <= 0) {
			pass();
		}
		return left;
	}

	private void pass() {
		if (this.state.compareAndSet(State.OPEN, State.OVER)) {
			this.over.run();
		}
		else {
			this.state.compareAndSet(State.ENTERED, State.DUE);
		}
	}

	@Override
	public boolean outlivesEvents() {
		return false;
	}

	/**
	 * A piece of the body is about to be read.
	 * @return {@code false} if nothing more is to be read
	 */
	boolean enter() {
		return this.state.compareAndSet(State.OPEN, State.ENTERED);
	}

	/**
	 * A piece of the body was read.
	 * @param moved whether it had an event of the answer
	 */
	void leave(boolean moved) {
		if (moved) {
			beginAnew();
		}
		if (!this.state.compareAndSet(State.ENTERED, State.OPEN)) {
			this.state.set(moved ? State.OPEN : State.OVER);
			if (!moved) {
				this.over.run();
			}
		}
	}

	/** The answer ends in another way, or is not at its end after all. */
	void cancel() {
		this.clock.callOff(this);
	}

	private enum State {

		OPEN, ENTERED,

		/** It passed while a piece was being read. */
		DUE,

		OVER

	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * The short while that an answer is waited for once its finish reason was seen: usage and
 * the terminal event mostly come at once, but some servers never send the latter and
 * leave the connection open.
 * <p>
 * It begins anew with each event of the answer, not with comments, and doesn't pass while
 * nothing is asked for. Whoever reads the body enters it for each piece, so that it never
 * passes while a piece is being read, and no piece is read after it.
 */
final class Grace {

	/**
	 * How long. A usage chunk was seen to follow within milliseconds; a reader who waits
	 * for the end notices little more than this.
	 */
	static final Duration LENGTH = Duration.ofSeconds(2);

	private final BooleanSupplier waiting;

	private final Runnable over;

	private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

	private final Disposable.Swap timer = Disposables.swap();

	/** How often it has begun, so that a timer of before counts for nothing. */
	private volatile int round;

	/**
	 * Make the time of grace of one answer.
	 * @param waiting whether something is asked for; any thread may ask
	 * @param over run once when the time has passed, on a thread of its own or, if it
	 * passes while a piece is read, on that of the reader
	 */
	Grace(BooleanSupplier waiting, Runnable over) {
		this.waiting = waiting;
		this.over = over;
	}

	/**
	 * Begin, or begin anew.
	 * @return {@code false} if nobody would end it, as the timers are shut down
	 */
	@SuppressWarnings("NonAtomicVolatileUpdate") // Only the reader of the body begins it
	boolean begin() {
		this.round++;
		try {
			this.timer.update(schedule(this.round, this.waiting.getAsBoolean()));
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	private Disposable schedule(int round, boolean counts) {
		return Schedulers.parallel().schedule(() -> pass(round, counts), LENGTH.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void pass(int round, boolean counts) {
		if (round != this.round) {
			return;
		}
		boolean wanted = this.waiting.getAsBoolean();
		if (!counts || !wanted) {
			// By replacing: this task is what would be disposed of
			this.timer.replace(schedule(round, wanted));
		}
		else if (this.state.compareAndSet(State.OPEN, State.OVER)) {
			this.over.run();
		}
		else {
			this.state.compareAndSet(State.ENTERED, State.DUE);
		}
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
		boolean passed = moved && !begin();
		if (!passed && this.state.compareAndSet(State.ENTERED, State.OPEN)) {
			return;
		}
		passed |= !moved;
		this.state.set(passed ? State.OVER : State.OPEN);
		if (passed) {
			this.over.run();
		}
	}

	/** The answer ends in another way, or is not at its end after all. */
	void cancel() {
		this.timer.dispose();
	}

	private enum State {

		OPEN, ENTERED,

		/** It passed while a piece was being read. */
		DUE,

		OVER

	}

}

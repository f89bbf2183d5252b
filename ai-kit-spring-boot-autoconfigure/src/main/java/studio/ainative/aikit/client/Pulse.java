package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * Watches a connection for bytes of any kind, as a server that keeps answers sends a
 * comment while it has nothing else to say: a connection without a word for twice that
 * long has died without a sign.
 * <p>
 * How often the server does is learned from its first comment; until then it is taken to
 * be twice in the longest silence that is allowed. Like {@link SilenceClock} this looks
 * now and then whether something has come, so that bytes cost a flag and no look at the
 * time.
 */
final class Pulse {

	/** Twice the interval of AI Kit's servers, unless they are told otherwise. */
	private static final Duration LONGEST = Duration.ofSeconds(30);

	private static final int LOOKS = 8;

	private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final long nanosBetweenLooks;

	private final BooleanSupplier waiting;

	private final Runnable lost;

	private final Disposable.Swap timer = Disposables.swap();

	private volatile boolean moved;

	/** So many looks in silence that the connection counts as lost. */
	private volatile int patience = LOOKS;

	/** In silence, one after another. Only written by the timer. */
	private volatile int looks;

	/**
	 * Make the pulse of one connection.
	 * @param idle how long the answer may be silent
	 * @param waiting whether bytes are asked for; any thread may ask
	 * @param lost run once on a thread of its own when the connection has been silent for
	 * too long, unless that is {@linkplain #end() over}
	 */
	Pulse(Duration idle, BooleanSupplier waiting, Runnable lost) {
		Duration half = idle.dividedBy(2);
		long longest = TimeUnit.NANOSECONDS.convert((half.compareTo(LONGEST) < 0) ? half : LONGEST);
		this.nanosBetweenLooks = Math.max(longest / LOOKS, SHORTEST_NANOS);
		this.waiting = waiting;
		this.lost = lost;
	}

	/** Begin to watch. */
	void begin() {
		lookLater();
	}

	/** Bytes came in. */
	void beat() {
		if (!this.moved) {
			this.moved = true;
		}
	}

	/** What came in is a comment: by the silence before it, others are due. */
	void learn() {
		this.patience = Math.min(this.patience, 2 * (this.looks + 1));
		beat();
	}

	/** The connection is over, or nothing more is expected of it. */
	void end() {
		this.timer.dispose();
	}

	private void lookLater() {
		try {
			this.timer
				.replace(Schedulers.parallel().schedule(this::look, this.nanosBetweenLooks, TimeUnit.NANOSECONDS));
		}
		catch (RejectedExecutionException ex) {
			// Nobody looks any more: the clocks of the call fail as well, and say so
		}
	}

	private void look() {
		if (this.timer.isDisposed()) {
			return;
		}
		boolean silent = !this.moved && this.waiting.getAsBoolean();
		this.moved = false;
		this.looks = silent ? this.looks + 1 : 0;
		if (this.looks >= this.patience) {
			this.lost.run();
		}
		else {
			lookLater();
		}
	}

}

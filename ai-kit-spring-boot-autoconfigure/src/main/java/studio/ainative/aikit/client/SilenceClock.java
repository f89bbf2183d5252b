package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.event.StreamEvent;

/**
 * Watches one try for silence: before the first content by one limit, after it by
 * another. It stands still while nothing is asked for.
 * <p>
 * It looks several times in the shorter limit whether anything has come since the last
 * look, and counts the looks in silence. So an event only sets a flag, where it would
 * else have to read the time, which costs more than all that is done to the event here;
 * and the first content, which somebody waits for, sets no timer. A silence is found
 * after its limit, at most a sixteenth later. The same looks see to the one
 * {@link Deadline} that an answer has at its end.
 */
final class SilenceClock {

	private static final int LOOKS = 16;

	private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	/** No longer than a deadline is away, so that each is kept to the moment. */
	private static final long LONGEST_NANOS = Grace.LENGTH.toNanos();

	private final StreamTimeouts timeouts;

	private final Runnable begun;

	private final long nanosBetweenLooks;

	private final Disposable.Swap timer = Disposables.swap();

	private final AtomicBoolean watching = new AtomicBoolean();

	/** How many events are asked for and have not come. */
	private final AtomicLong demand = new AtomicLong();

	private volatile @Nullable Watched watched;

	private volatile boolean contentSeen;

	private volatile boolean resting;

	private volatile @Nullable Deadline deadline;

	private volatile boolean ended;

	/** Something has come since the last look, or is wanted again only since then. */
	private volatile boolean moved;

	/** In silence, one after another. Only used by the timer. */
	private long looks;

	SilenceClock(StreamTimeouts timeouts) {
		this(timeouts, () -> {
		});
	}

	/**
	 * Watch a try.
	 * @param timeouts the limits
	 * @param begun run once, just before the first content is passed on
	 */
	SilenceClock(StreamTimeouts timeouts, Runnable begun) {
		this.timeouts = timeouts;
		this.begun = begun;
		long shorter = Math.min(nanos(timeouts.firstToken()), nanos(timeouts.idle()));
		this.nanosBetweenLooks = Math.min(Math.max(shorter / LOOKS, SHORTEST_NANOS), LONGEST_NANOS);
	}

	private static long nanos(Duration limit) {
		return TimeUnit.NANOSECONDS.convert(limit);
	}

	/** How long the answer may be silent. */
	Duration idle() {
		return this.timeouts.idle();
	}

	/**
	 * Let the events of a try fail when they stay away for too long.
	 * @param events the events
	 * @return the same events, failing with a {@link StreamTimeoutException} in silence
	 */
	Flux<StreamEvent> watch(Flux<StreamEvent> events) {
		return PassThrough.apply(events, Watched::new);
	}

	/**
	 * Pass an event on that the watched events would have brought: the short way, past
	 * all that {@code WebClient} puts around the answer to a request.
	 * @param event the event, delivered as the watched events are: one after another,
	 * before their end
	 */
	void pass(StreamEvent event) {
		Watched watched = this.watched;
		if (watched != null) {
			watched.onNext(event);
		}
	}

	/**
	 * Begin to pass several events on, by one thread.
	 * @return what takes them, and is to be released; {@code null} if each must be
	 * {@linkplain #pass passed} by itself
	 */
	@Nullable Cutoff hold() {
		Watched watched = this.watched;
		return (watched != null && watched.hold()) ? watched : null;
	}

	/**
	 * Pass one of several events on.
	 * @param held what takes them
	 * @param event the event
	 */
	void passHeld(Cutoff held, StreamEvent event) {
		event(event);
		held.onNextHeld(event);
	}

	/**
	 * Bytes came in, whatever they mean.
	 */
	void bytes() {
		if (this.timeouts.idleOn() == StreamTimeouts.IdleOn.BYTES) {
			moved();
		}
	}

	/**
	 * Take silence for none, or for one again that begins now.
	 * @param resting whether nothing has to be waited for
	 */
	void rest(boolean resting) {
		moved();
		this.resting = resting;
	}

	/** The time that deadlines are counted in, in nanoseconds. */
	long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	/**
	 * Look whether a deadline has come, in place of the one before.
	 * @param deadline the deadline, {@link #LONGEST_NANOS} away or more
	 * @return {@code false} if nobody looks, or will any more
	 */
	boolean set(Deadline deadline) {
		this.deadline = deadline;
		if (this.timer.get() != null && !this.timer.isDisposed() && !Schedulers.parallel().isDisposed()) {
			return true;
		}
		this.deadline = null;
		return false;
	}

	/**
	 * Look for it no more. Any thread may call.
	 * @param deadline what may have been set
	 */
	void callOff(Deadline deadline) {
		if (this.deadline == deadline) {
			this.deadline = null;
			if (this.ended) {
				this.timer.dispose();
			}
		}
	}

	private void moved() {
		// Most often it is set, and reading is cheaper
		if (!this.moved) {
			this.moved = true;
		}
	}

	private void requested(Watched watched, long count) {
		if (!this.watching.get() && this.watching.compareAndSet(false, true)) {
			lookLater(watched, this.nanosBetweenLooks);
		}
		else if (this.demand.get() == 0) {
			moved();
		}
		this.demand.accumulateAndGet(count, Operators::addCap);
	}

	private void event(StreamEvent event) {
		// First, so that no look before the content counts for the time after it
		moved();
		if (this.demand.get() != Long.MAX_VALUE) {
			this.demand.decrementAndGet();
		}
		if (!this.contentSeen && Content.isContent(event)) {
			this.contentSeen = true;
			this.begun.run();
		}
	}

	/**
	 * The next look may have been taken by the time this thread has set it down, and the
	 * one after that be due: so what is there is replaced and not disposed of.
	 */
	private void lookLater(Watched watched, long nanos) {
		try {
			this.timer.replace(Schedulers.parallel().schedule(() -> look(watched), nanos, TimeUnit.NANOSECONDS));
		}
		catch (RejectedExecutionException ex) {
			watched.fail(StreamInterruptedException.unwatched(ex));
		}
	}

	private void look(Watched watched) {
		if (this.timer.isDisposed()) {
			return;
		}
		Timeout timeout = this.contentSeen ? Timeout.IDLE : Timeout.FIRST_TOKEN;
		boolean silent = this.demand.get() != 0 && !this.moved && !this.resting;
		this.moved = false;
		this.looks = silent ? this.looks + 1 : 0;
		Duration limit = (timeout == Timeout.IDLE) ? this.timeouts.idle() : this.timeouts.firstToken();
		if (this.looks * this.nanosBetweenLooks >= nanos(limit)) {
			watched.fail(new StreamTimeoutException(timeout, limit, null));
		}
		else {
			lookLater(watched, nanosToNextLook());
		}
	}

	private long nanosToNextLook() {
		Deadline deadline = this.deadline;
		long left = (deadline != null) ? deadline.look(now()) : 0;
		return (left > 0) ? Math.min(left, this.nanosBetweenLooks) : this.nanosBetweenLooks;
	}

	/** The try, which ends when it has been silent for too long. */
	private final class Watched extends Cutoff {

		Watched(CoreSubscriber<? super StreamEvent> actual) {
			super(actual);
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			SilenceClock.this.watched = this;
			super.onSubscribe(subscription);
		}

		@Override
		public void onNext(StreamEvent event) {
			event(event);
			super.onNext(event);
		}

		@Override
		public void request(long count) {
			requested(this, count);
			super.request(count);
		}

		@Override
		void ended() {
			SilenceClock.this.ended = true;
			Deadline deadline = SilenceClock.this.deadline;
			if (deadline == null || !deadline.outlivesEvents()) {
				SilenceClock.this.timer.dispose();
			}
		}

	}

}

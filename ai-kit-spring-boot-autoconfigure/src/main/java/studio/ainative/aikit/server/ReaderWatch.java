package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.server.ResponseObserver.Cause;

/**
 * Notes for an observer how one response gets on with its reader: a few additions for
 * each write, none for an event, and nothing where nobody observes.
 */
final class ReaderWatch implements ResponseObserver.OpenResponse {

	/** Notes nothing. */
	private static final ReaderWatch NONE = new ReaderWatch(null, "", null, null);

	private final @Nullable ResponseObserver observer;

	private final String format;

	private final @Nullable EventQueue queue;

	private final @Nullable HeartbeatTimer clock;

	private final AtomicBoolean open = new AtomicBoolean();

	private long openedAt;

	/** Why the response ends, if that is known before it does. */
	private volatile @Nullable Cause cause;

	// Written by who writes the response, one after another

	/** When the reader last began to have less than all, zero while it has all. */
	private final AtomicLong behindSince = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	private final AtomicLong heartbeats = new AtomicLong();

	private volatile long firstByte = -1;

	private volatile long firstToken = -1;

	private boolean taken;

	private boolean tokenTaken;

	private ReaderWatch(@Nullable ResponseObserver observer, String format, @Nullable EventQueue queue,
			@Nullable HeartbeatTimer clock) {
		this.observer = observer;
		this.format = format;
		this.queue = queue;
		this.clock = clock;
	}

	/**
	 * Watch a response, once it is opened.
	 * @param observer who wants to know, {@code null} for nobody
	 * @param format its format
	 * @param queue what waits for the reader
	 * @param clock tells the time
	 * @return the watch
	 */
	static ReaderWatch of(@Nullable ResponseObserver observer, WireFormat format, EventQueue queue,
			HeartbeatTimer clock) {
		return (observer != null) ? new ReaderWatch(observer, format.name(), queue, clock) : NONE;
	}

	/** The reader has come. */
	void open() {
		ResponseObserver observer = this.observer;
		if (observer != null) {
			this.openedAt = now();
			this.open.set(true);
			observer.opened(this);
		}
	}

	/**
	 * Something was taken to be written.
	 * @param count how many bytes, as far as is known
	 * @param withToken whether a text has been taken by now
	 * @param time what time it is, zero if that is not known
	 */
	void taken(int count, boolean withToken, long time) {
		if (this.observer == null) {
			return;
		}
		this.bytes.lazySet(this.bytes.get() + count);
		this.taken = true;
		this.tokenTaken |= withToken;
		if (this.behindSince.get() == 0) {
			// The lowest bit, so that it is not zero
			this.behindSince.lazySet(((time != 0) ? time : now()) | 1);
		}
	}

	void heartbeat(int count, long time) {
		if (this.observer != null) {
			this.heartbeats.lazySet(this.heartbeats.get() + 1);
			taken(count, false, time);
		}
	}

	/**
	 * What was taken before was handed on.
	 */
	void handedOn() {
		if (!this.taken || this.firstToken >= 0) {
			return;
		}
		long age = now() - this.openedAt;
		if (this.firstByte < 0) {
			this.firstByte = age;
		}
		if (this.tokenTaken) {
			this.firstToken = age;
		}
	}

	/**
	 * The reader has looked for more, and has all that there is.
	 */
	void caughtUp() {
		if (this.taken) {
			this.behindSince.lazySet(0);
		}
	}

	/**
	 * The response is about to end for a reason that is not seen from its end. The first
	 * one counts.
	 * @param cause the reason
	 */
	void because(Cause cause) {
		if (this.observer != null && this.cause == null) {
			this.cause = cause;
		}
	}

	/**
	 * All was written.
	 * @param outcome how the answer ended
	 */
	void finished(Outcome outcome) {
		close(switch (outcome) {
			case COMPLETE -> Cause.COMPLETE;
			case ERROR -> Cause.ERROR;
			case STOPPED, ABANDONED -> Cause.STOPPED;
		});
	}

	/**
	 * The reader is gone.
	 */
	void left() {
		close(Cause.LEFT);
	}

	private void close(Cause seen) {
		ResponseObserver observer = this.observer;
		if (observer == null || !this.open.compareAndSet(true, false)) {
			return;
		}
		Cause known = this.cause;
		observer.closed(this, new ResponseObserver.Closing((known != null) ? known : seen, age(),
				duration(this.firstByte), duration(this.firstToken), this.bytes.get(), this.heartbeats.get()));
	}

	private static @Nullable Duration duration(long nanos) {
		return (nanos >= 0) ? Duration.ofNanos(nanos) : null;
	}

	private long now() {
		return (this.clock != null) ? this.clock.now() : 0;
	}

	@Override
	public String format() {
		return this.format;
	}

	@Override
	public Duration age() {
		return Duration.ofNanos(now() - this.openedAt);
	}

	@Override
	public Duration lag() {
		long since = this.behindSince.get();
		return (since != 0 && waitingBytes() > 0) ? Duration.ofNanos(Math.max(0, now() - since)) : Duration.ZERO;
	}

	@Override
	public long waitingBytes() {
		return (this.queue != null) ? this.queue.waitingBytes() : 0;
	}

}

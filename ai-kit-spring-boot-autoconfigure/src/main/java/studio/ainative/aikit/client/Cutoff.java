package studio.ainative.aikit.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import studio.ainative.aikit.event.StreamEvent;

/**
 * Passes the events of one subscription on until they end, or are cut off from outside:
 * by a timer, or a caller who wants no more. Then the source is cancelled and one
 * terminal signal follows the event that is just being delivered, if there is one.
 * <p>
 * A part of a call's way that each event passes, so it costs an event two atomic
 * operations and no lock; and where who brings several at once {@linkplain #hold() holds}
 * it meanwhile, one read.
 */
class Cutoff extends PassThrough<StreamEvent> {

	private static final Object COMPLETE = new Object();

	private static final Object CANCELLED = new Object();

	/**
	 * {@link #COMPLETE}, {@link #CANCELLED} or a {@link Throwable}, once the events have
	 * ended.
	 */
	private final AtomicReference<@Nullable Object> end = new AtomicReference<>();

	/**
	 * Who raises it from zero may deliver. One more until the subscriber is ready, and
	 * one more from the end on.
	 */
	private final AtomicInteger work = new AtomicInteger(1);

	private final AtomicBoolean ready = new AtomicBoolean();

	Cutoff(CoreSubscriber<? super StreamEvent> actual) {
		super(actual);
	}

	/**
	 * End the events with an error. Does nothing if they have ended. Any thread may call.
	 * @param failure the error
	 */
	final void fail(Throwable failure) {
		cut(failure);
	}

	/**
	 * End the events as if they were complete. Does nothing if they have ended. Any
	 * thread may call.
	 */
	final void complete() {
		cut(COMPLETE);
	}

	private void cut(Object signal) {
		if (this.end.compareAndSet(null, signal)) {
			try {
				super.cancel();
			}
			finally {
				terminate();
			}
		}
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		super.onSubscribe(subscription);
		becomeReady();
		if (this.end.get() != null) {
			// It may have been cut off while there was nothing to cancel yet
			super.cancel();
		}
	}

	/**
	 * From here on the subscriber can take signals: it asks for them, or has returned.
	 */
	private void becomeReady() {
		if (!this.ready.get() && this.ready.compareAndSet(false, true) && this.work.decrementAndGet() != 0) {
			deliverEnd();
		}
	}

	@Override
	public void onNext(StreamEvent event) {
		if (hold()) {
			deliver(event);
			release();
		}
	}

	/**
	 * Begin to deliver several events. Their end, if it comes meanwhile, waits for the
	 * release.
	 * @return {@code false} if nothing can be delivered just now, and nothing is to be
	 * released
	 */
	final boolean hold() {
		return this.work.compareAndSet(0, 1);
	}

	/**
	 * Pass an event on, unless they have been cut off. Only for who holds.
	 * @param event the event
	 */
	final void onNextHeld(StreamEvent event) {
		if (this.work.get() == 1) {
			deliver(event);
		}
	}

	/** Deliver no more for now. Only for who holds, once. */
	final void release() {
		if (this.work.decrementAndGet() != 0) {
			deliverEnd();
		}
	}

	private void deliver(StreamEvent event) {
		try {
			// Not by way of the superclass: there the compiler would see the
			// subscribers of all steps together, and could not tell which is called
			this.actual.onNext(event);
		}
		catch (RuntimeException | Error ex) {
			// A subscriber must not throw; but it must not wait for ever either
			fail(ex);
		}
	}

	@Override
	public void onError(Throwable failure) {
		if (this.end.compareAndSet(null, failure)) {
			terminate();
		}
	}

	@Override
	public void onComplete() {
		if (this.end.compareAndSet(null, COMPLETE)) {
			terminate();
		}
	}

	@Override
	public void request(long count) {
		becomeReady();
		if (this.end.get() == null) {
			super.request(count);
		}
	}

	/** Nobody is told of what ends after that. */
	@Override
	public void cancel() {
		this.end.compareAndSet(null, CANCELLED);
		ended();
		super.cancel();
	}

	/**
	 * The events have ended, in whatever way; perhaps more than once. To be overridden.
	 */
	void ended() {
	}

	private void terminate() {
		if (this.work.getAndIncrement() == 0) {
			deliverEnd();
		}
	}

	private void deliverEnd() {
		ended();
		if (this.end.get() instanceof Throwable failure) {
			this.actual.onError(failure);
		}
		else {
			this.actual.onComplete();
		}
	}

}

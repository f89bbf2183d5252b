package studio.ainative.aikit.bridge.springai;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import studio.ainative.aikit.bridge.CancelThreads;

/**
 * Makes a source that pushes wait for its reader, and lets go of it without waiting.
 * <p>
 * Models on the official SDKs push from a thread that reads the connection, into a buffer
 * without a bound, whatever is asked for. So one element is always asked for, which is
 * then handed over on that thread, and the thread waits until there is demand again. An
 * event loop is never made to wait, nor a thread that is just asking for more.
 * <p>
 * Closing such a stream from another thread blocks until its next byte and may leave the
 * connection open. So where a thread reads the connection, it is the one to cancel, with
 * its next element.
 *
 * @param <T> the elements' type
 */
final class PushedResponses<T> implements CoreSubscriber<T> {

	/** What this thread is just asking for more. */
	private static final ThreadLocal<@Nullable PushedResponses<?>> ASKING = new ThreadLocal<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Publisher<? extends T> source;

	private final FluxSink<T> sink;

	private @Nullable Subscription subscription;

	private boolean subscribed;

	/** Whether an element was asked for that has not come. */
	private boolean outstanding;

	/** Whether elements come on a thread that may be made to wait. */
	private boolean readByThread;

	private boolean waiting;

	private boolean left;

	private PushedResponses(Publisher<? extends T> source, FluxSink<T> sink) {
		this.source = source;
		this.sink = sink;
	}

	/**
	 * Read a source no faster than it is read. Nothing is subscribed to before something
	 * is asked for.
	 * @param <T> the elements' type
	 * @param source the source
	 * @return its elements and its end
	 */
	static <T> Flux<T> of(Publisher<? extends T> source) {
		return Flux.create((sink) -> {
			PushedResponses<T> responses = new PushedResponses<>(source, sink);
			sink.onRequest((count) -> responses.demand());
			sink.onCancel(responses::leave);
		});
	}

	@Override
	public Context currentContext() {
		return Context.of(this.sink.contextView());
	}

	private void demand() {
		boolean subscribe = false;
		boolean ask = false;
		this.lock.lock();
		try {
			if (!this.subscribed) {
				this.subscribed = true;
				subscribe = true;
			}
			else if (this.waiting) {
				this.changed.signalAll();
			}
			else if (this.subscription != null && !this.outstanding) {
				this.outstanding = true;
				ask = true;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (subscribe) {
			this.source.subscribe(this);
		}
		else if (ask) {
			ask();
		}
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		boolean unwanted;
		this.lock.lock();
		try {
			this.subscription = subscription;
			this.outstanding = true;
			unwanted = this.left;
		}
		finally {
			this.lock.unlock();
		}
		if (unwanted) {
			subscription.cancel();
		}
		else {
			ask();
		}
	}

	private void ask() {
		PushedResponses<?> asking = ASKING.get();
		ASKING.set(this);
		try {
			known().request(1);
		}
		finally {
			if (asking != null) {
				ASKING.set(asking);
			}
			else {
				ASKING.remove();
			}
		}
	}

	@Override
	public void onNext(T element) {
		if (!this.sink.isCancelled()) {
			this.sink.next(element);
		}
		boolean mayWait = ASKING.get() != this && !Schedulers.isInNonBlockingThread();
		boolean ask;
		boolean cancel;
		this.lock.lock();
		try {
			this.outstanding = false;
			this.readByThread = mayWait;
			if (mayWait) {
				awaitDemand();
			}
			cancel = this.left;
			ask = !cancel && this.sink.requestedFromDownstream() > 0;
			this.outstanding = ask;
		}
		finally {
			this.lock.unlock();
		}
		if (cancel) {
			known().cancel();
		}
		else if (ask) {
			ask();
		}
	}

	private void awaitDemand() {
		this.waiting = true;
		try {
			while (!this.left && this.sink.requestedFromDownstream() == 0) {
				this.changed.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.left = true;
			this.sink.error(ex);
		}
		finally {
			this.waiting = false;
		}
	}

	@Override
	public void onError(Throwable failure) {
		if (!this.sink.isCancelled()) {
			this.sink.error(failure);
		}
	}

	@Override
	public void onComplete() {
		this.sink.complete();
	}

	private void leave() {
		Subscription toCancel = null;
		this.lock.lock();
		try {
			this.left = true;
			this.changed.signalAll();
			if (!this.readByThread) {
				toCancel = this.subscription;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (toCancel != null) {
			CancelThreads.run(toCancel::cancel);
		}
	}

	private Subscription known() {
		Subscription known = this.subscription;
		if (known == null) {
			throw new IllegalStateException("There is no subscription");
		}
		return known;
	}

}

package studio.ainative.aikit.client;

import java.util.concurrent.atomic.AtomicBoolean;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * One exchange of a request for a response, which fails when somebody else finds out that
 * nothing can come of it. It is cancelled then. Any thread may say so.
 */
final class BreakableExchange implements CoreSubscriber<ClientResponse>, Subscription {

	private final CoreSubscriber<? super ClientResponse> actual;

	private final AtomicBoolean over = new AtomicBoolean();

	private volatile boolean cancelled;

	private volatile Subscription source = Operators.emptySubscription();

	BreakableExchange(CoreSubscriber<? super ClientResponse> actual) {
		this.actual = actual;
	}

	/**
	 * Fail. Does nothing if there is a response or a failure, or nobody waits for one.
	 * @param failure the reason
	 */
	void breaks(Throwable failure) {
		if (!this.cancelled && this.over.compareAndSet(false, true)) {
			PassThrough.cancel(this.source);
			this.actual.onError(failure);
		}
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.source = subscription;
		this.actual.onSubscribe(this);
	}

	@Override
	public void onNext(ClientResponse response) {
		if (this.over.compareAndSet(false, true)) {
			this.actual.onNext(response);
			this.actual.onComplete();
		}
	}

	@Override
	public void onError(Throwable failure) {
		if (this.over.compareAndSet(false, true)) {
			this.actual.onError(failure);
		}
	}

	@Override
	public void onComplete() {
		if (this.over.compareAndSet(false, true)) {
			this.actual.onComplete();
		}
	}

	@Override
	public void request(long count) {
		this.source.request(count);
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		this.source.cancel();
	}

}

package studio.ainative.aikit.client;

import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.CoreSubscriber;

import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * One exchange of a request for a response, which fails when somebody else finds out that
 * nothing can come of it. It is cancelled then. Any thread may say so.
 */
final class BreakableExchange extends PassThrough<ClientResponse> {

	private final AtomicBoolean over = new AtomicBoolean();

	private volatile boolean cancelled;

	BreakableExchange(CoreSubscriber<? super ClientResponse> actual) {
		super(actual);
	}

	/**
	 * Fail. Does nothing if there is a response or a failure, or nobody waits for one.
	 * @param failure the reason
	 */
	void breaks(Throwable failure) {
		if (!this.cancelled && this.over.compareAndSet(false, true)) {
			super.cancel();
			super.onError(failure);
		}
	}

	@Override
	public void onNext(ClientResponse response) {
		if (this.over.compareAndSet(false, true)) {
			super.onNext(response);
			super.onComplete();
		}
	}

	@Override
	public void onError(Throwable failure) {
		if (this.over.compareAndSet(false, true)) {
			super.onError(failure);
		}
	}

	@Override
	public void onComplete() {
		if (this.over.compareAndSet(false, true)) {
			super.onComplete();
		}
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		super.cancel();
	}

}

package studio.ainative.aikit.client;

import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;

/**
 * A step on the way of each event, which passes all signals on. To be overridden where a
 * step does more: one step that does several things costs an event less than several
 * operators.
 *
 * @param <T> what passes, events mostly
 */
class PassThrough<T> implements CoreSubscriber<T>, Subscription {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	final CoreSubscriber<? super T> actual;

	/** Whoever cancels may be another thread than the one that subscribes. */
	private volatile Subscription source = Operators.emptySubscription();

	PassThrough(CoreSubscriber<? super T> actual) {
		this.actual = actual;
	}

	/**
	 * Put a step in the way of events.
	 * @param events the events
	 * @param steps makes the step of each subscription, given its subscriber
	 * @return the events that have passed it
	 */
	static Flux<StreamEvent> apply(Flux<StreamEvent> events, UnaryOperator<CoreSubscriber<? super StreamEvent>> steps) {
		return applyToAny(events, steps);
	}

	/**
	 * Put a step in the way of events, or of what they are made from.
	 * @param <T> what passes
	 * @param events the events
	 * @param steps makes the step of each subscription, given its subscriber
	 * @return the events that have passed it
	 */
	static <T> Flux<T> applyToAny(Flux<T> events, UnaryOperator<CoreSubscriber<? super T>> steps) {
		return new FluxOperator<>(events) {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				this.source.subscribe(steps.apply(actual));
			}

		};
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
	public void onNext(T event) {
		this.actual.onNext(event);
	}

	@Override
	public void onError(Throwable failure) {
		this.actual.onError(failure);
	}

	@Override
	public void onComplete() {
		this.actual.onComplete();
	}

	@Override
	public void request(long count) {
		this.source.request(count);
	}

	@Override
	public void cancel() {
		cancel(this.source);
	}

	/**
	 * Cancel what is not ours: the HTTP client, with whatever the application has put
	 * around it. Its failure must neither cost the call its end nor reach the caller who
	 * leaves. The log gets its class only: its text may hold anything.
	 * @param source what to cancel
	 */
	static void cancel(Subscription source) {
		try {
			source.cancel();
		}
		catch (Exception | LinkageError | AssertionError ex) {
			logger.debug("Cancelling a call has failed with " + ex.getClass().getName());
		}
	}

}

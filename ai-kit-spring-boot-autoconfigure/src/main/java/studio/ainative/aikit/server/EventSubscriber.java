package studio.ainative.aikit.server;

import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;

/**
 * Feeds a pipe from a source, as fast as the pipe asks for. The source is not ours: what
 * it throws when it is asked for more ends the response with an error, and what it throws
 * when it is cancelled goes no further than the log.
 */
final class EventSubscriber implements CoreSubscriber<StreamEvent>, Feed {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private final EventPipe pipe;

	private final Context context;

	private final AtomicReference<@Nullable Subscription> source = new AtomicReference<>();

	EventSubscriber(EventPipe pipe, Context context) {
		this.pipe = pipe;
		this.context = context;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		if (this.source.compareAndSet(null, subscription)) {
			more();
		}
		else {
			cancel(subscription);
		}
	}

	@Override
	public void more() {
		int demand = this.pipe.queue().demand(Math.min(EventPipe.PREFETCH, this.pipe.options().bufferSize()));
		if (demand > 0) {
			request(demand);
		}
	}

	private void request(long count) {
		Subscription source = this.source.get();
		if (source != null) {
			try {
				source.request(count);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				fail(ex);
			}
		}
	}

	/** Cancel the source, also one that has yet to come. */
	@Override
	public void cancel() {
		Subscription source = this.source.getAndSet(Operators.cancelledSubscription());
		if (source != null) {
			cancel(source);
		}
	}

	private static void cancel(Subscription source) {
		try {
			source.cancel();
		}
		catch (Exception | LinkageError | AssertionError ex) {
			logger.debug("Cancelling the source of a response has failed", ex);
		}
	}

	@Override
	public void onNext(StreamEvent event) {
		try {
			this.pipe.accept(event);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	private void fail(Throwable ex) {
		cancel();
		this.pipe.fail(ex);
	}

	@Override
	public void onError(Throwable ex) {
		this.source.set(Operators.cancelledSubscription());
		this.pipe.fail(ex);
	}

	@Override
	public void onComplete() {
		this.source.set(Operators.cancelledSubscription());
		this.pipe.end(null);
	}

}

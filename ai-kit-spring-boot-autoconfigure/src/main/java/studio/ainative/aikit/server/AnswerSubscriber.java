package studio.ainative.aikit.server;

import java.util.concurrent.atomic.AtomicInteger;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;

/**
 * Feeds an answer that is kept from its source. The source is not ours: what it throws
 * ends the answer with an error.
 */
final class AnswerSubscriber extends BaseSubscriber<StreamEvent> {

	private final RunningAnswer answer;

	private final Context context;

	/** Events that were asked for and have not come. */
	private final AtomicInteger outstanding = new AtomicInteger();

	AnswerSubscriber(RunningAnswer answer, Context context) {
		this.answer = answer;
		this.context = context;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		askForMore();
	}

	/** Seldom and much at a time, as asking costs. */
	void askForMore() {
		int before = this.outstanding.get();
		if (before <= EventPipe.PREFETCH / 4 && this.answer.hasRoom()
				&& this.outstanding.compareAndSet(before, EventPipe.PREFETCH)) {
			try {
				request(EventPipe.PREFETCH - (long) before);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				fail(ex);
			}
		}
	}

	@Override
	protected void hookOnNext(StreamEvent event) {
		this.outstanding.decrementAndGet();
		try {
			this.answer.accept(event);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
			return;
		}
		askForMore();
	}

	@Override
	protected void hookOnComplete() {
		this.answer.complete();
	}

	@Override
	protected void hookOnError(Throwable ex) {
		this.answer.fail(ex);
	}

	private void fail(Throwable ex) {
		cancel();
		this.answer.fail(ex);
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.client.AIStreamEvent.End;
import studio.ainative.aikit.client.AIStreamEvent.Outcome;
import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * One call with all its tries: tells the listeners, can be stopped from outside, and
 * takes care that its end is noted once, whoever brings it about.
 */
final class Call {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private final Answer answer;

	private final Listeners listeners;

	private final Ending ending;

	private final @Nullable Duration maxDuration;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile boolean stopped;

	private volatile @Nullable GuardedObserver observer;

	private volatile CallObserver.@Nullable End end;

	private volatile @Nullable Failover failover;

	private final AtomicBoolean observerKnows = new AtomicBoolean();

	private volatile @Nullable Cutoff cutoff;

	private volatile StreamEvent.@Nullable UsageReport lastReport;

	/**
	 * Begin a call.
	 * @param answer takes note of what arrives
	 * @param listeners are told
	 * @param ending what else happens at the end
	 * @param maxDuration how long all tries may take together, {@code null} for any time
	 */
	Call(Answer answer, Listeners listeners, Ending ending, @Nullable Duration maxDuration) {
		this.answer = answer;
		this.listeners = listeners;
		this.ending = ending;
		this.maxDuration = maxDuration;
	}

	Answer answer() {
		return this.answer;
	}

	/**
	 * Be observed. Another thread may have ended the call already, and then it may be
	 * either that tells of it.
	 * @param observer the call's observer
	 */
	void observe(GuardedObserver observer) {
		this.observer = observer;
		tellObserver();
	}

	private void tellObserver() {
		GuardedObserver observer = this.observer;
		CallObserver.End end = this.end;
		if (observer != null && end != null && this.observerKnows.compareAndSet(false, true)) {
			observer.ends(end);
		}
	}

	/**
	 * Go through several targets, whose health the end tells something of; before that,
	 * the end of the round before. Another thread may have ended the call already.
	 * @param failover the way
	 */
	void goBy(Failover failover) {
		Failover before = this.failover;
		if (before != null) {
			before.ended(CallObserver.Cause.COMPLETE);
		}
		this.failover = failover;
		if (this.ended.get()) {
			failover.ended(CallObserver.Cause.CANCELLED);
		}
	}

	/**
	 * Let another call be observed instead, which this one makes.
	 * @return the observer, {@code null} for nothing, or if it was told of the end
	 */
	@Nullable GuardedObserver handOver() {
		GuardedObserver observer = this.observer;
		if (observer == null || !this.observerKnows.compareAndSet(false, true)) {
			return null;
		}
		this.observer = null;
		return observer;
	}

	/**
	 * There is a cache. What it has, or somebody else pays for, uses nothing.
	 * @param use what it does for this call
	 */
	void cached(CacheUse use) {
		if (use != CacheUse.MISS) {
			this.answer.usesNothing();
		}
		GuardedObserver observer = this.observer;
		if (observer != null) {
			observer.cached(use);
		}
	}

	/** What observes the call, {@code null} for nothing. */
	@Nullable GuardedObserver observer() {
		return this.observer;
	}

	/**
	 * Make these events the call's.
	 * @param events the events of all tries
	 * @return the events, and a report of usage at the end if the provider gave none
	 */
	Flux<StreamEvent> wrap(Flux<StreamEvent> events) {
		Flux<StreamEvent> untilCut = PassThrough.apply(events, Cuttable::new);
		return PassThrough.apply(untilCut.concatWith(Flux.defer(this::lastReport)), Told::new);
	}

	/**
	 * End the call as if the answer ended here. The end is noted when this returns.
	 */
	void stop() {
		this.stopped = true;
		end(CallObserver.Cause.STOPPED, null);
		Cutoff cutoff = this.cutoff;
		if (cutoff != null) {
			cutoff.complete();
		}
	}

	private Flux<StreamEvent> lastReport() {
		if (!this.stopped && this.answer.isReported()) {
			return Flux.empty();
		}
		StreamEvent.UsageReport report = finalReport(this.stopped ? Outcome.STOPPED : Outcome.COMPLETE);
		return (report != null) ? Flux.just(report) : Flux.empty();
	}

	/** The answer is about to be read on over another connection. */
	void reconnects(AIStreamEvent.Reconnect reconnect) {
		if (!this.ended.get()) {
			this.listeners.tell(AIStreamEvent.RECONNECT, reconnect);
		}
	}

	/** A later round is about to be tried again, which its reader is not told. */
	void retries(StreamEvent.Retry retry) {
		if (!this.ended.get()) {
			this.listeners.tell(AIStreamEvent.RETRY, retry);
		}
	}

	private void tell(StreamEvent event) {
		if (this.ended.get()) {
			return;
		}
		GuardedObserver observer = this.observer;
		if (observer != null) {
			observer.event(event);
		}
		if (event instanceof StreamEvent.Token token) {
			this.listeners.tell(AIStreamEvent.TOKEN, token);
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			this.lastReport = report;
			this.listeners.tell(AIStreamEvent.USAGE, report);
		}
		else if (event instanceof StreamEvent.Retry retry) {
			this.listeners.tell(AIStreamEvent.RETRY, retry);
		}
	}

	private void end(CallObserver.Cause cause, @Nullable Throwable failure) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		Failover failover = this.failover;
		if (failover != null) {
			failover.ended(cause);
		}
		Outcome outcome = switch (cause) {
			case COMPLETE -> Outcome.COMPLETE;
			case STOPPED, CANCELLED -> Outcome.STOPPED;
			case FAILED -> Outcome.FAILED;
		};
		String text = this.answer.text();
		AIStreamException error = (failure instanceof AIStreamException known) ? known : null;
		if (error != null) {
			error.setPartialAnswer(text);
		}
		StreamEvent.UsageReport report = finalReport(outcome);
		this.end = new CallObserver.End(cause, failure, text, this.answer.reported(), report);
		tellObserver();
		Usage usage = (report != null) ? report.usage() : Usage.NONE;
		// Before the listeners: one of them may go on with the conversation
		List<Message> messages = this.ending.end(this, outcome, usage);
		if (report != null && !Objects.equals(report, this.lastReport)) {
			this.listeners.tell(AIStreamEvent.USAGE, report);
		}
		if (error != null) {
			this.listeners.tell(AIStreamEvent.ERROR, error);
		}
		messages.forEach((message) -> this.listeners.tell(AIStreamEvent.MESSAGE, message));
		this.listeners.tell(AIStreamEvent.STREAMING_END, new End(outcome, text, usage, error));
	}

	/**
	 * What was used, as far as it can be told: a counter of the application's that fails
	 * must not cost the call its end.
	 */
	private StreamEvent.@Nullable UsageReport finalReport(Outcome outcome) {
		try {
			return this.answer.finalReport(outcome);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			logger.warn("What a call has used could not be told: " + ex.getClass().getName());
			return null;
		}
	}

	/** The events of all tries, which end when the call is stopped or takes too long. */
	private final class Cuttable extends Cutoff {

		private final Disposable.Swap timer = Disposables.swap();

		Cuttable(CoreSubscriber<? super StreamEvent> actual) {
			super(actual);
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			Duration limit = Call.this.maxDuration;
			if (limit != null) {
				endAfter(limit);
			}
			// In this order: either the one who stops sees this, or this sees the stop
			Call.this.cutoff = this;
			super.onSubscribe(subscription);
			if (Call.this.stopped) {
				complete();
			}
		}

		private void endAfter(Duration limit) {
			try {
				this.timer.update(Schedulers.parallel()
					.schedule(() -> fail(new StreamTimeoutException(Timeout.TOTAL, limit, null)),
							TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS));
			}
			catch (RejectedExecutionException ex) {
				fail(StreamInterruptedException.unwatched(ex));
			}
		}

		@Override
		public void onNext(StreamEvent event) {
			StreamEvent taken;
			try {
				taken = Call.this.answer.take(event);
			}
			catch (BudgetExceededException ex) {
				fail(ex);
				return;
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				fail(new StreamInterruptedException(
						"The answer's tokens could not be counted (" + ex.getClass().getSimpleName() + ")", false, ex));
				return;
			}
			super.onNext(taken);
		}

		@Override
		void ended() {
			this.timer.dispose();
		}

	}

	/** The events as the caller gets them, which the call takes note of. */
	private final class Told extends PassThrough<StreamEvent> {

		private volatile boolean left;

		Told(CoreSubscriber<? super StreamEvent> actual) {
			super(actual);
		}

		@Override
		public void onNext(StreamEvent event) {
			tell(event);
			this.actual.onNext(event);
		}

		@Override
		public void onError(Throwable failure) {
			end(CallObserver.Cause.FAILED, failure);
			if (!this.left) {
				// Else it would be logged, as an error that nobody takes
				super.onError(failure);
			}
		}

		@Override
		public void onComplete() {
			end(CallObserver.Cause.COMPLETE, null);
			super.onComplete();
		}

		@Override
		public void cancel() {
			this.left = true;
			end(CallObserver.Cause.CANCELLED, null);
			super.cancel();
		}

	}

	/** What else happens at the end of a call. */
	@FunctionalInterface
	interface Ending {

		/** Without a conversation: nothing. */
		Ending NONE = (call, outcome, usage) -> List.of();

		/**
		 * Note the end.
		 * @param call the call that ended
		 * @param outcome how
		 * @param usage what was used
		 * @return the messages that the conversation has got by it
		 */
		List<Message> end(Call call, Outcome outcome, Usage usage);

	}

}

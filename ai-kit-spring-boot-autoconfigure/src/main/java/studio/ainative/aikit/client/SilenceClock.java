package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.event.StreamEvent;

/**
 * Watches one try for silence: before the first content by one limit, after it by
 * another. It stands still while nothing is asked for. One timer serves a whole answer:
 * when it fires it looks how long the silence is, and goes on for the rest.
 */
final class SilenceClock {

	private final StreamTimeouts timeouts;

	private final Scheduler scheduler = Schedulers.parallel();

	private final Disposable.Swap timer = Disposables.swap();

	private final Object lock = new Object();

	private volatile @Nullable Watched watched;

	private long demand;

	private long silentSince;

	private boolean contentSeen;

	SilenceClock(StreamTimeouts timeouts) {
		this.timeouts = timeouts;
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
	 * Bytes came in, whatever they mean.
	 */
	void bytes() {
		if (this.timeouts.idleOn() == StreamTimeouts.IdleOn.BYTES) {
			synchronized (this.lock) {
				this.silentSince = now();
			}
		}
	}

	private void requested(long count) {
		synchronized (this.lock) {
			if (this.demand == 0) {
				this.silentSince = now();
			}
			this.demand = Operators.addCap(this.demand, count);
		}
	}

	private void event(Watched watched, StreamEvent event) {
		boolean firstContent;
		synchronized (this.lock) {
			if (this.demand != Long.MAX_VALUE) {
				this.demand--;
			}
			this.silentSince = now();
			firstContent = !this.contentSeen && Content.isContent(event);
			this.contentSeen |= firstContent;
		}
		if (firstContent) {
			schedule(watched, this.timeouts.idle());
		}
	}

	private void look(Watched watched) {
		Timeout timeout;
		Duration limit;
		Duration rest;
		synchronized (this.lock) {
			timeout = this.contentSeen ? Timeout.IDLE : Timeout.FIRST_TOKEN;
			limit = this.contentSeen ? this.timeouts.idle() : this.timeouts.firstToken();
			rest = (this.demand == 0) ? limit : limit.minusNanos(now() - this.silentSince);
		}
		if (rest.isNegative() || rest.isZero()) {
			watched.fail(new StreamTimeoutException(timeout, limit, null));
		}
		else {
			schedule(watched, rest);
		}
	}

	private void schedule(Watched watched, Duration delay) {
		this.timer
			.update(this.scheduler.schedule(() -> look(watched), Math.max(delay.toMillis(), 1), TimeUnit.MILLISECONDS));
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	/** The try, which ends when it has been silent for too long. */
	private final class Watched extends Cutoff {

		Watched(CoreSubscriber<? super StreamEvent> actual) {
			super(actual);
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			SilenceClock.this.watched = this;
			schedule(this, SilenceClock.this.timeouts.firstToken());
			super.onSubscribe(subscription);
		}

		@Override
		public void onNext(StreamEvent event) {
			event(this, event);
			super.onNext(event);
		}

		@Override
		public void request(long count) {
			requested(count);
			super.request(count);
		}

		@Override
		void ended() {
			SilenceClock.this.timer.dispose();
		}

	}

}

package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.StreamingOptions;

/**
 * Waits for an answer to begin, so that one which fails before can be given the status of
 * its failure. What came by then is kept for the reader; nothing more is asked for until
 * there is one.
 */
final class AnswerStart extends BaseSubscriber<StreamEvent> {

	/** Proxies and SDKs take a silence of a minute for a failure, some a shorter one. */
	private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(15);

	/**
	 * Heartbeats that come faster are no reason to begin without knowing how it goes:
	 * most providers refuse within that.
	 */
	private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);

	/** A reader who was lost on the way to the answer never asks for it. */
	private static final Duration UNREAD = Duration.ofSeconds(30);

	private final Sinks.Many<StreamEvent> events = Sinks.many().unicast().onBackpressureBuffer();

	private final Sinks.One<Flux<StreamEvent>> begun = Sinks.one();

	private final Context context;

	private final Flux<StreamEvent> answer;

	private volatile Disposable watch = () -> {
	};

	private boolean hasBegun;

	private AnswerStart(Context context) {
		this.context = context;
		this.answer = this.events.asFlux()
			.doOnSubscribe((subscription) -> this.watch.dispose())
			.doOnRequest(this::request)
			.doOnCancel(this::cancel);
	}

	/**
	 * Begin an answer.
	 * @param source its events, subscribed to once for each subscriber
	 * @param patience how long to wait at most: a reader who hears nothing gives up
	 * @return the whole answer, for one subscriber, once its first event other than a
	 * retry has come or {@code patience} is over; fails as {@code source} does.
	 * Cancelling cancels {@code source}
	 */
	static Mono<Flux<StreamEvent>> of(Flux<StreamEvent> source, Duration patience) {
		return Mono.<Flux<StreamEvent>>deferContextual((context) -> {
			AnswerStart start = new AnswerStart(Context.of(context));
			source.subscribe(start);
			return start.begun.asMono()
				.timeout(patience, Mono.just(start.answer))
				.doOnNext((answer) -> start.watch())
				.doOnCancel(start::cancel);
		}).contextCapture();
	}

	/**
	 * How long a reader may hear nothing.
	 * @param options how answers are streamed
	 * @return the interval of heartbeats, which nobody had reason to make longer than
	 * what lies between takes for a failure; from 1 second to 15
	 */
	static Duration patience(StreamingOptions options) {
		StreamingOptions.Heartbeat heartbeat = options.heartbeat();
		if (!heartbeat.enabled() || heartbeat.interval().compareTo(LONGEST_PATIENCE) > 0) {
			return LONGEST_PATIENCE;
		}
		return (heartbeat.interval().compareTo(SHORTEST_PATIENCE) < 0) ? SHORTEST_PATIENCE : heartbeat.interval();
	}

	private void watch() {
		this.watch = Schedulers.parallel().schedule(this::cancel, UNREAD.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		request(1);
	}

	@Override
	protected void hookOnNext(StreamEvent event) {
		this.events.tryEmitNext(event);
		if (this.hasBegun) {
			return;
		}
		if (event instanceof StreamEvent.Retry) {
			request(1);
		}
		else {
			this.hasBegun = true;
			this.begun.tryEmitValue(this.answer);
		}
	}

	@Override
	protected void hookOnComplete() {
		this.events.tryEmitComplete();
		this.begun.tryEmitValue(this.answer);
	}

	@Override
	protected void hookOnError(Throwable ex) {
		this.events.tryEmitError(ex);
		this.begun.tryEmitError(ex);
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;

import static org.assertj.core.api.Assertions.assertThat;

class CutoffTests {

	private static final StreamEvent EVENT = new StreamEvent.Token("Hi", 0);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final TestPublisher<StreamEvent> source = TestPublisher
		.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

	@Test
	void passesOnWhatTheSourceSays() {
		Signals signals = new Signals();
		this.source.subscribe(new Cutoff(signals));
		this.source.next(EVENT, EVENT).complete();
		assertThat(signals.seen).containsExactly("next", "next", "complete");
	}

	@Test
	void cancelsTheSourceAndEndsOnce() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(signals);
		this.source.subscribe(cutoff);
		this.source.next(EVENT);
		cutoff.fail(new IllegalStateException("first"));
		cutoff.complete();
		this.source.assertCancelled();
		this.source.next(EVENT);
		assertThat(signals.seen).containsExactly("next", "first");
	}

	@Test
	void whoHoldsDeliversSeveralAndThenTheEnd() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(signals);
		this.source.subscribe(cutoff);
		assertThat(cutoff.hold()).isTrue();
		assertThat(cutoff.hold()).as("held").isFalse();
		cutoff.onNextHeld(EVENT);
		cutoff.onNextHeld(EVENT);
		this.source.complete();
		assertThat(signals.seen).containsExactly("next", "next");
		cutoff.release();
		assertThat(signals.seen).containsExactly("next", "next", "complete");
		assertThat(cutoff.hold()).as("at its end").isFalse();
	}

	@Test
	void whoHoldsDeliversNothingAfterTheCut() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(signals);
		this.source.subscribe(cutoff);
		assertThat(cutoff.hold()).isTrue();
		cutoff.onNextHeld(EVENT);
		cutoff.fail(new IllegalStateException("first"));
		this.source.assertCancelled();
		cutoff.onNextHeld(EVENT);
		assertThat(signals.seen).containsExactly("next");
		cutoff.release();
		assertThat(signals.seen).containsExactly("next", "first");
	}

	@Test
	void endsAfterTheEventThatIsBeingDelivered() {
		Cutoff[] cutoff = new Cutoff[1];
		Signals signals = new Signals() {

			@Override
			protected void hookOnNext(StreamEvent event) {
				cutoff[0].complete();
				super.hookOnNext(event);
			}

		};
		cutoff[0] = new Cutoff(signals);
		this.source.subscribe(cutoff[0]);
		this.source.next(EVENT);
		this.source.next(EVENT);
		assertThat(signals.seen).containsExactly("next", "complete");
	}

	@Test
	void aSubscriberHearsOfNoEndBeforeItIsReady() {
		Cutoff[] cutoff = new Cutoff[1];
		Signals signals = new Signals() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				cutoff[0].complete();
				this.seen.add("subscribed");
				super.hookOnSubscribe(subscription);
			}

		};
		cutoff[0] = new Cutoff(signals);
		this.source.subscribe(cutoff[0]);
		assertThat(signals.seen).containsExactly("subscribed", "complete");
	}

	@Test
	void aSubscriberWhoAsksForNothingHearsOfTheEnd() {
		Signals signals = new Signals() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

		};
		Cutoff cutoff = new Cutoff(signals);
		this.source.subscribe(cutoff);
		cutoff.fail(new IllegalStateException("cut"));
		assertThat(signals.seen).containsExactly("cut");
	}

	@Test
	void endsThoughItsSourceCannotBeCancelled() {
		for (boolean failing : List.of(true, false)) {
			Signals signals = new Signals();
			AtomicInteger ended = new AtomicInteger();
			Cutoff cutoff = counting(signals, ended);
			cutoff.onSubscribe(new Uncancellable());
			if (failing) {
				cutoff.fail(new IllegalStateException("cut"));
			}
			else {
				cutoff.complete();
			}
			assertThat(signals.seen).containsExactly(failing ? "cut" : "complete");
			assertThat(ended).hasValueGreaterThan(0);
		}
	}

	@Test
	void whoeverLeavesHearsNothingOfASourceThatCannotBeCancelled() {
		Signals signals = new Signals();
		AtomicInteger ended = new AtomicInteger();
		Cutoff cutoff = counting(signals, ended);
		cutoff.onSubscribe(new Uncancellable());
		cutoff.cancel();
		assertThat(ended).hasValue(1);
		assertThat(signals.seen).isEmpty();
	}

	@Test
	void saysNothingOnceTheSubscriberHasLeft() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(signals);
		this.source.subscribe(cutoff);
		cutoff.cancel();
		this.source.error(new IllegalStateException("late"));
		cutoff.fail(new IllegalStateException("later"));
		assertThat(signals.seen).isEmpty();
	}

	@Test
	void cancelsASourceThatComesAfterTheCut() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(signals);
		cutoff.complete();
		this.source.subscribe(cutoff);
		this.source.assertCancelled();
		this.source.assertMaxRequested(0);
		assertThat(signals.seen).containsExactly("complete");
	}

	@Test
	void endsThoughItsSubscriberThrows() {
		Signals signals = new Signals();
		Cutoff cutoff = new Cutoff(new CoreSubscriber<>() {

			@Override
			public void onSubscribe(Subscription subscription) {
				subscription.request(Long.MAX_VALUE);
			}

			@Override
			public void onNext(StreamEvent event) {
				throw new IllegalStateException("thrown");
			}

			@Override
			public void onError(Throwable failure) {
				signals.hookOnError(failure);
			}

			@Override
			public void onComplete() {
				signals.hookOnComplete();
			}

		});
		this.source.subscribe(cutoff);
		this.source.next(EVENT).complete();
		this.source.assertCancelled();
		assertThat(signals.seen).containsExactly("thrown");
	}

	private static Cutoff counting(Signals signals, AtomicInteger ended) {
		return new Cutoff(signals) {

			@Override
			void ended() {
				ended.incrementAndGet();
			}

		};
	}

	@Test
	void signalsNeverOverlapWhoeverCuts() throws Exception {
		for (int round = 0; round < 300; round++) {
			AtomicInteger inside = new AtomicInteger();
			AtomicInteger ends = new AtomicInteger();
			List<String> overlaps = new ArrayList<>();
			Cutoff cutoff = new Cutoff(new BaseSubscriber<>() {

				@Override
				protected void hookOnNext(StreamEvent event) {
					enter();
				}

				@Override
				protected void hookFinally(SignalType type) {
					enter();
					ends.incrementAndGet();
				}

				private void enter() {
					if (inside.getAndIncrement() != 0) {
						overlaps.add("overlap");
					}
					inside.decrementAndGet();
				}

			});
			TestPublisher<StreamEvent> events = TestPublisher.create();
			events.subscribe(cutoff);
			CompletableFuture<Void> cut = CompletableFuture.runAsync(cutoff::complete);
			while (!cut.isDone()) {
				events.next(EVENT);
			}
			cut.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(overlaps).isEmpty();
			assertThat(ends).hasValue(1);
		}
	}

	private static final class Uncancellable implements Subscription {

		@Override
		public void request(long count) {
		}

		@Override
		public void cancel() {
			throw new IllegalStateException("channel not registered to an event loop");
		}

	}

	private static class Signals extends BaseSubscriber<StreamEvent> {

		final List<String> seen = new ArrayList<>();

		@Override
		protected void hookOnNext(StreamEvent event) {
			this.seen.add("next");
		}

		@Override
		protected void hookOnComplete() {
			this.seen.add("complete");
		}

		@Override
		protected void hookOnError(@Nullable Throwable failure) {
			this.seen.add(String.valueOf((failure != null) ? failure.getMessage() : null));
		}

	}

}

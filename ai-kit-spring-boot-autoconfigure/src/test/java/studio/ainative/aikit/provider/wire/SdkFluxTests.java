package studio.ainative.aikit.provider.wire;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class SdkFluxTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final AtomicInteger closes = new AtomicInteger();

	@Test
	void closesABlockingStreamOnceAtItsEnd() {
		StepVerifier.create(SdkFlux.blocking(() -> Stream.of(1, 2, 3), this.closes::incrementAndGet))
			.expectNext(1, 2, 3)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.closes).hasValue(1);
	}

	@Test
	void closesABlockingStreamThatBreaks() {
		Stream<Integer> broken = Stream.of(1, 0).map((number) -> 1 / number);
		StepVerifier.create(SdkFlux.blocking(() -> broken, this.closes::incrementAndGet))
			.expectNext(1)
			.expectError(ArithmeticException.class)
			.verify(TIMEOUT);
		assertThat(this.closes).hasValue(1);
	}

	@Test
	void closesABlockingStreamThatCannotBeOpened() {
		StepVerifier.create(SdkFlux.<Integer>blocking(() -> {
			throw new IllegalStateException("read before");
		}, this.closes::incrementAndGet)).expectErrorMessage("read before").verify(TIMEOUT);
		assertThat(this.closes).hasValue(1);
	}

	@Test
	void readsABlockingStreamOnDemand() {
		AtomicInteger read = new AtomicInteger();
		Stream<Integer> stream = Stream.generate(read::incrementAndGet);
		StepVerifier.create(SdkFlux.blocking(() -> stream, this.closes::incrementAndGet), 2)
			.expectNext(1, 2)
			.then(() -> assertThat(read).hasValue(2))
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void neverWaitsForTheBlockedReadOfAStreamThatIsCancelled() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CompletableFuture<String> closedOn = new CompletableFuture<>();
		StepVerifier
			.create(SdkFlux.blocking(() -> blocked(reading), () -> closedOn.complete(Thread.currentThread().getName())))
			.then(() -> await(reading))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(closedOn.get(10, TimeUnit.SECONDS)).contains("boundedElastic");
	}

	@Test
	void letsWhoPushesWaitUntilTheElementIsAskedFor() {
		AtomicInteger accepted = new AtomicInteger();
		CompletableFuture<Void> pusher = new CompletableFuture<>();
		Flux<Integer> pushed = SdkFlux.pushed((receiver) -> push(receiver, accepted, pusher));
		StepVerifier.create(pushed, 1)
			.expectNext(1)
			.then(() -> assertThat(accepted).hasValueLessThanOrEqualTo(1))
			.thenRequest(2)
			.expectNext(2, 3)
			.then(() -> assertThat(accepted).hasValueLessThanOrEqualTo(3))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(pusher).failsWithin(TIMEOUT)
			.withThrowableThat()
			.withRootCauseInstanceOf(CancellationException.class);
		assertThat(accepted).hasValue(3);
	}

	@Test
	void passesThePushedEndOn() {
		StepVerifier.create(SdkFlux.<Integer>pushed((receiver) -> {
			receiver.next(1);
			receiver.end(null);
		})).expectNext(1).expectComplete().verify(TIMEOUT);
		StepVerifier.create(SdkFlux.<Integer>pushed((receiver) -> receiver.end(new IllegalStateException("broken"))))
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
	}

	private static void push(SdkFlux.Receiver<Integer> receiver, AtomicInteger accepted,
			CompletableFuture<Void> outcome) {
		Thread thread = new Thread(() -> {
			try {
				while (true) {
					receiver.next(accepted.get() + 1);
					accepted.incrementAndGet();
				}
			}
			catch (CancellationException ex) {
				// Not as a cancellation of the future, which would look like the test's
				// own.
				outcome.completeExceptionally(new IllegalStateException(ex));
			}
		}, "sdk");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * A read that ends only when its thread is interrupted, and then with an error.
	 */
	private static Stream<Integer> blocked(CountDownLatch reading) {
		Iterator<Integer> iterator = new Iterator<>() {

			@Override
			public boolean hasNext() {
				reading.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return false;
			}

			@Override
			public Integer next() {
				return 0;
			}

		};
		return Stream.generate(() -> 0).filter((number) -> iterator.hasNext());
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

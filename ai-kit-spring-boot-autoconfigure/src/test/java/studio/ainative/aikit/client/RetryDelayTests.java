package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import studio.ainative.aikit.client.RetryConfig.Backoff;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderError;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The waits between tries, in virtual time.
 */
class RetryDelayTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final RetryConfig CONFIG = RetryConfig.defaults().withJitter(0);

	private final AtomicInteger tries = new AtomicInteger();

	private final Retries.Progress progress = new Retries.Progress() {

		@Override
		public boolean hasContent() {
			return false;
		}

		@Override
		public int restart(AIStreamException failure) {
			return 0;
		}

	};

	@ParameterizedTest
	@EnumSource
	void eachRetryIsAnnouncedAndThenWaitsItsDelay(Backoff backoff) {
		int third = (backoff == Backoff.LINEAR) ? 3 : 4;
		StepVerifier.withVirtualTime(() -> retried(CONFIG.withBackoff(backoff), failure(null)))
			.expectNext(new StreamEvent.Retry(1, Duration.ofSeconds(1), 0))
			.expectNoEvent(Duration.ofSeconds(1))
			.expectNext(new StreamEvent.Retry(2, Duration.ofSeconds(2), 0))
			.expectNoEvent(Duration.ofSeconds(2))
			.expectNext(new StreamEvent.Retry(3, Duration.ofSeconds(third), 0))
			.expectNoEvent(Duration.ofSeconds(third))
			.expectError(ProviderException.class)
			.verify(TIMEOUT);
		assertThat(this.tries).hasValue(4);
	}

	@Test
	void jitterComesFromTheGivenSource() {
		Duration expected = RetryConfig.defaults().withJitter(1).delay(1, new Random(7));
		StepVerifier.withVirtualTime(() -> retried(RetryConfig.defaults().withJitter(1), failure(null)))
			.expectNext(new StreamEvent.Retry(1, expected, 0))
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void aRetryAfterOfExactlyTheLimitIsWaitedFor() {
		StepVerifier.withVirtualTime(() -> retried(CONFIG, failure(Duration.ofSeconds(60))))
			.expectNext(new StreamEvent.Retry(1, Duration.ofSeconds(60), 0))
			.expectNoEvent(Duration.ofSeconds(60))
			.expectNextCount(1)
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void aRetryAfterBeyondTheLimitIsNot() {
		StepVerifier.withVirtualTime(() -> retried(CONFIG, failure(Duration.ofMillis(60_001))))
			.expectError(ProviderException.class)
			.verify(TIMEOUT);
		assertThat(this.tries).hasValue(1);
	}

	@Test
	void cancellingEndsTheWait() {
		StepVerifier.withVirtualTime(() -> retried(CONFIG, failure(null)))
			.expectNextCount(1)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.tries).hasValue(1);
	}

	@Test
	void anExceptionThatIsNotOursIsNotRetried() {
		StepVerifier.withVirtualTime(() -> retried(CONFIG, new IllegalStateException("A bug")))
			.expectErrorMessage("A bug")
			.verify(TIMEOUT);
		assertThat(this.tries).hasValue(1);
	}

	private Flux<StreamEvent> retried(RetryConfig config, Throwable failure) {
		Flux<StreamEvent> attempt = Flux.defer(() -> {
			this.tries.incrementAndGet();
			return Flux.error(failure);
		});
		Random random = new Random(7);
		return new Retries(config, () -> random).apply(attempt, this.progress);
	}

	private static ProviderException failure(Duration retryAfter) {
		return new Failure(503, ProviderError.UNKNOWN, retryAfter, null).toException();
	}

}

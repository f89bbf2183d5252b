package studio.ainative.aikit.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.StreamingOptions;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerStartTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final StreamEvent TOKEN = new StreamEvent.Token("Hi", 0);

	private static final StreamEvent RETRY = new StreamEvent.Retry(1, Duration.ofSeconds(1), 0);

	@Test
	void givesTheWholeAnswerOnceItHasBegun() {
		StepVerifier.create(AnswerStart.of(Flux.just(RETRY, TOKEN, TOKEN), PATIENCE).flatMapMany((answer) -> answer))
			.expectNext(RETRY, TOKEN, TOKEN)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void failsAsAnAnswerDoesThatHasNotBegun() {
		Flux<StreamEvent> source = Flux.concat(Flux.just(RETRY), Flux.error(new IllegalStateException("refused")));
		StepVerifier.create(AnswerStart.of(source, PATIENCE)).expectErrorMessage("refused").verify(TIMEOUT);
	}

	@Test
	void givesTheAnswerToAReaderWhoHasWaitedLongEnough() {
		StepVerifier
			.withVirtualTime(
					() -> AnswerStart.of(Mono.just(TOKEN).delayElement(PATIENCE.multipliedBy(2)).flux(), PATIENCE)
						.flatMapMany((answer) -> answer))
			.expectSubscription()
			.expectNoEvent(PATIENCE)
			.thenAwait(PATIENCE)
			.expectNext(TOKEN)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void cancelsTheSourceOfAReaderWhoLeavesBefore() {
		TestPublisher<StreamEvent> source = TestPublisher.create();
		StepVerifier.create(AnswerStart.of(source.flux(), PATIENCE))
			.then(source::assertSubscribers)
			.thenCancel()
			.verify(TIMEOUT);
		source.assertCancelled();
	}

	@Test
	void cancelsTheSourceOfAnAnswerThatNobodyAsksFor() {
		TestPublisher<StreamEvent> unread = TestPublisher.create();
		StepVerifier
			.withVirtualTime(() -> AnswerStart.of(unread.flux(), PATIENCE).then(Mono.delay(Duration.ofSeconds(31))))
			.then(() -> unread.next(TOKEN))
			.then(unread::assertNotCancelled)
			.thenAwait(Duration.ofSeconds(31))
			.expectNext(0L)
			.expectComplete()
			.verify(TIMEOUT);
		unread.assertCancelled();
	}

	@Test
	void waitsNoLongerThanTheHeartbeatsDo() {
		StreamingOptions options = StreamingOptions.defaults();
		assertThat(AnswerStart.patience(options)).isEqualTo(Duration.ofSeconds(15));
		assertThat(AnswerStart.patience(options.withHeartbeat(StreamingOptions.Heartbeat.every(Duration.ofSeconds(2)))))
			.isEqualTo(Duration.ofSeconds(2));
		assertThat(AnswerStart.patience(options.withHeartbeat(StreamingOptions.Heartbeat.every(Duration.ofMillis(50)))))
			.isEqualTo(Duration.ofSeconds(1));
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.provider.aikit.AiKitProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long an answer may take whose connection is lost again and again.
 */
class ReconnectLimitsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String START = "retry: 1000\n\nevent: start\nid: 0\ndata: {\"timestamp\":"
			+ "\"2026-01-31T12:00:00.000Z\",\"streamId\":\"0123456789abcdef0123456789abcdef\"}\n\n";

	private final FakeTarget server = new FakeTarget("server");

	private boolean first = true;

	/**
	 * Each connection brings one event after 6 s and breaks; the next is made 1 s later.
	 */
	@ParameterizedTest
	@CsvSource({ "20500, 4", "21500, 5" })
	void theTotalHoldsFromTheFirstRequestOn(int millis, int requests) {
		Duration total = Duration.ofMillis(millis);
		for (int id = 1; id < 10; id++) {
			bringsLater(token(id));
		}
		StepVerifier.withVirtualTime(() -> stream(StreamTimeouts.defaults().withTotal(total)))
			.expectSubscription()
			.thenAwait(total.minusMillis(1))
			.expectNext(new Token("1", 0), new Token("2", 1), new Token("3", 2))
			.then(() -> assertThat(this.server.count()).isEqualTo(requests - 1))
			.thenAwait(Duration.ofMillis(1))
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOfSatisfying(StreamTimeoutException.class, (failure) -> {
						assertThat(failure.timeout()).isEqualTo(Timeout.TOTAL);
						assertThat(failure.partialAnswer()).isEqualTo("123");
					}))
			.verify(TIMEOUT);
		// The last of them stops the answer
		assertThat(this.server.times()).startsWith(Duration.ZERO, Duration.ofSeconds(7), Duration.ofSeconds(14))
			.hasSize(requests)
			.endsWith(total);
	}

	@Test
	void theLimitForTheFirstTokenHoldsFromTheFirstRequestOn() {
		for (int id = 1; id < 10; id++) {
			bringsLater(": heartbeat\n\n");
		}
		StepVerifier.withVirtualTime(() -> stream(StreamTimeouts.defaults().withFirstToken(Duration.ofSeconds(16))))
			.expectSubscription()
			.expectNoEvent(Duration.ofSeconds(15))
			.thenAwait(Duration.ofSeconds(1))
			.expectNextMatches(StreamEvent.Retry.class::isInstance)
			.thenCancel()
			.verify(TIMEOUT);
		// The last of them stops the answer
		assertThat(this.server.times()).containsExactly(Duration.ZERO, Duration.ofSeconds(7), Duration.ofSeconds(15),
				Duration.ofSeconds(16));
	}

	/** On one connection, which then breaks. */
	private void bringsLater(String event) {
		String body = this.first ? START + event : event;
		this.first = false;
		// Cached, as WebClient looks once more whether there is something left
		this.server.then(
				() -> FakeTarget.following(Mono.delay(Duration.ofSeconds(6)).map((tick) -> body).cache().flux()).get());
	}

	private static String token(int id) {
		return "event: token\nid: " + id + "\ndata: {\"token\":\"" + id + "\",\"index\":" + (id - 1) + "}\n\n";
	}

	private Flux<StreamEvent> stream(StreamTimeouts timeouts) {
		return this.server.builder()
			.provider(new AiKitProvider())
			.retry(RetryConfig.defaults().withJitter(0).withMaxRetries(3))
			.timeouts(timeouts)
			.build()
			.stream("Hi");
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStreamEvent.Outcome;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whoever leaves stops the provider, whatever the call is waiting for: its connection is
 * closed, or its stream is reset.
 */
@ParameterizedClass
@EnumSource(Transport.class)
class StreamCancelTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Transport transport;

	private final ScriptedServer server;

	private final List<StreamEvent> events = new CopyOnWriteArrayList<>();

	private final List<AIStreamEvent.End> ends = new CopyOnWriteArrayList<>();

	StreamCancelTests(Transport transport) {
		this.transport = transport;
		this.server = transport.start(Dialect.OPENAI);
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void beforeTheResponse() {
		this.server.respond().pause(Duration.ofMinutes(1));
		cancelsWhen(() -> this.server.requests().size() == 1);
	}

	@Test
	void beforeTheFirstToken() {
		this.server.respond().comment().thenStall();
		cancelsWhen(() -> this.server.requests().size() == 1);
	}

	@Test
	void whenTheHeadersHaveArrivedAndNobodyHasAskedForTheBody() {
		this.server.respond("Hel").thenStall();
		AtomicBoolean arrived = new AtomicBoolean();
		WebClient.Builder slow = this.transport.webClient()
			.filter((request, next) -> next.exchange(request)
				.flatMap((response) -> Mono.<ClientResponse>never().doOnSubscribe((ignored) -> arrived.set(true))));
		Disposable subscription = stream().mutate().webClientBuilder(slow).build().stream("Hi").subscribe();
		await().atMost(TIMEOUT).untilTrue(arrived);
		subscription.dispose();
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void inTheMiddleOfTheAnswer() {
		this.server.respond("Hel").pause(Duration.ofMillis(10)).tokens("lo").pause(Duration.ofMinutes(1));
		cancelsWhen(() -> tokens() == 2);
		assertThat(this.ends.get(0).answer()).isEqualTo("Hello");
		assertThat(this.ends.get(0).usage().estimated()).isTrue();
	}

	@Test
	void inAStall() {
		this.server.respond("Hel").thenStall();
		cancelsWhen(() -> !this.events.isEmpty());
	}

	@Test
	void betweenTwoTries() {
		this.server.respond().status(503);
		this.server.respond("never");
		Disposable subscription = stream().stream("Hi").subscribe(this.events::add);
		await().atMost(TIMEOUT).until(() -> !this.events.isEmpty());
		subscription.dispose();
		await().during(Duration.ofMillis(700)).atMost(TIMEOUT).until(() -> this.server.requests().size() == 1);
		assertThat(this.ends).extracting(AIStreamEvent.End::outcome).containsExactly(Outcome.STOPPED);
	}

	@Test
	void takingOnlyOneTokenClosesTheConnection() {
		this.server.respond("Hel", "lo").thenStall();
		stream().stream("Hi").next().block(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void stoppingDoesTheSame() {
		this.server.respond("Hel").thenStall();
		AIStream stream = stream();
		stream.send("Hi").subscribe(this.events::add);
		await().atMost(TIMEOUT).until(() -> !this.events.isEmpty());
		stream.stop();
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	private void cancelsWhen(Callable<Boolean> moment) {
		Disposable subscription = stream().stream("Hi").subscribe(this.events::add);
		await().atMost(TIMEOUT).until(moment);
		subscription.dispose();
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
		assertThat(this.server.requests()).hasSize(1);
		assertThat(this.ends).extracting(AIStreamEvent.End::outcome).containsExactly(Outcome.STOPPED);
	}

	/** The answer's first event is none. */
	private long tokens() {
		return this.events.stream().filter(StreamEvent.Token.class::isInstance).count();
	}

	private AIStream stream() {
		AIStream stream = AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.webClientBuilder(this.transport.webClient())
			.model("a-model")
			.retry(RetryConfig.defaults().withJitter(0).withDelay(Duration.ofMillis(500), Duration.ofMillis(500)))
			.build();
		stream.on(AIStreamEvent.STREAMING_END, this.ends::add);
		return stream;
	}

}

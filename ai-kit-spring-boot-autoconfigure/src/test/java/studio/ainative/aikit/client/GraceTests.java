package studio.ainative.aikit.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Servers that give a finish reason and keep the connection open without their terminal
 * event.
 */
class GraceTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Duration ALMOST = Grace.LENGTH.minusMillis(1);

	private static final Duration INSTANT = Duration.ofMillis(1);

	private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

	private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n";

	private static final Map<Dialect, List<String>> ENDS = Map
		.of(Dialect.OPENAI, List.of(token("Hel"), STOP), Dialect.ANTHROPIC, List.of(
				"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n",
				"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"), Dialect.AI_KIT,
				List.of("event: start\ndata: {}\n\nevent: token\ndata: {\"token\":\"Hel\"}\n\n",
						"event: metadata\ndata: {\"finishReason\":\"stop\"}\n\n"));

	private TestPublisher<DataBuffer> body = TestPublisher.create();

	@BeforeEach
	void newBody() {
		this.body = TestPublisher.create();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPENAI_RESPONSES") // its reason
																			// is its end
	void theAnswerCompletesAfterAShortGrace(Dialect dialect) {
		List<String> end = Objects.requireNonNull(ENDS.get(dialect));
		StepVerifier.withVirtualTime(() -> events(dialect, StreamTimeouts.defaults()))
			.then(() -> say(end.get(0)))
			.expectNext("Hel")
			.expectNoEvent(Duration.ofSeconds(30))
			.then(() -> say(end.get(1)))
			.expectNext("stop")
			.expectNoEvent(ALMOST)
			.then(() -> this.body.assertNotCancelled())
			.thenAwait(INSTANT)
			.expectNext("estimated")
			.expectComplete()
			.verify(TIMEOUT);
		this.body.assertCancelled();
	}

	@ParameterizedTest
	@ValueSource(strings = { ": keep-alive\n\n", "event: ping\ndata: {}\n\n", "data: {\"choices\":[]}\n\n", "\n" })
	void signsOfLifeDoNotExtendIt(String sign) {
		finished().thenAwait(Duration.ofMillis(900))
			.then(() -> say(sign))
			.thenAwait(Duration.ofMillis(900))
			.then(() -> say(sign))
			.thenAwait(Duration.ofMillis(199))
			.then(() -> this.body.assertNotCancelled())
			.thenAwait(INSTANT)
			.expectNext("estimated")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void usageThatComesWithinItIsTaken() {
		finished().expectNoEvent(ALMOST)
			.then(() -> say(USAGE))
			.expectNext("11 tokens")
			.expectNoEvent(ALMOST)
			.thenAwait(INSTANT)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void aPieceThatComesWithinItIsTaken() {
		verifyEndAfterIt(finished().expectNoEvent(ALMOST).then(() -> say(token("lo"))).expectNext("lo"));
	}

	@Test
	void theTerminalEventEndsItAtOnce() {
		finished().thenAwait(Duration.ofSeconds(1))
			.then(() -> say("data: [DONE]\n\n"))
			.expectNext("estimated")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void theEndOfTheBodyEndsItAtOnce() {
		finished().then(() -> this.body.complete()).expectNext("estimated").expectComplete().verify(TIMEOUT);
	}

	@Test
	void anErrorWithinItFails() {
		finished().thenAwait(Duration.ofSeconds(1))
			.then(() -> say("data: {\"error\":{\"type\":\"server_error\"}}\n\n"))
			.expectError(ProviderException.class)
			.verify(TIMEOUT);
	}

	@Test
	void aBreakWithinItFails() {
		finished().then(() -> this.body.error(new IOException("Connection reset")))
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
	}

	@Test
	void aShorterLimitOfSilenceDoesNotCutIt() {
		StreamTimeouts impatient = StreamTimeouts.defaults()
			.withFirstToken(Duration.ofMillis(500))
			.withIdle(Duration.ofMillis(500));
		verifyEndAfterIt(StepVerifier.withVirtualTime(() -> events(Dialect.OPENAI, impatient))
			.then(() -> say(token("Hel") + STOP))
			.expectNext("Hel", "stop"));
	}

	@Test
	void anAnswerWithoutTextIsOneToo() {
		answer(STOP).expectNoEvent(ALMOST)
			.thenAwait(INSTANT)
			.expectNext("stop")
			.expectNextCount(1)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void itDoesNotPassWhileNothingIsAskedFor() {
		StepVerifier.withVirtualTime(() -> events(Dialect.OPENAI, StreamTimeouts.defaults()), 2)
			.then(() -> say(token("Hel") + STOP))
			.expectNext("Hel", "stop")
			.expectNoEvent(Duration.ofMinutes(5))
			.thenRequest(1)
			.then(() -> say(USAGE))
			.expectNext("11 tokens")
			.thenRequest(1)
			.thenAwait(Grace.LENGTH.multipliedBy(2))
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void aFinishReasonWithEveryChunkIsNotBelieved() {
		answer(finishing("\"content\":\"H\"")).expectNext("H", "stop")
			.thenAwait(ALMOST)
			.then(() -> say(finishing("\"content\":\"e\"")))
			.expectNext("e")
			.expectNoEvent(Duration.ofSeconds(50))
			.then(() -> say(finishing("\"content\":\"l\"")))
			.expectNext("l")
			.expectNoEvent(Duration.ofSeconds(50))
			.then(() -> say(finishing("\"content\":\"lo\"") + "data: [DONE]\n\n"))
			.expectNext("lo", "estimated")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void aFinishReasonWithReasoningIsNotBelieved() {
		verifyEndAfterIt(answer(finishing("\"reasoning_content\":\"Hm\"")).expectNext("Hm", "stop")
			.expectNoEvent(Duration.ofSeconds(50))
			.then(() -> say(token("Hel") + STOP))
			.expectNext("Hel"));
	}

	@Test
	void anAnswerThatGoesOnIsNotCut() {
		finished().then(() -> say(token("lo")))
			.expectNext("lo")
			.then(() -> say(token("!")))
			.expectNext("!")
			.expectNoEvent(Duration.ofSeconds(59))
			.thenAwait(Duration.ofSeconds(5))
			.expectError(StreamTimeoutException.class)
			.verify(TIMEOUT);
	}

	@Test
	void otherChoicesAreWaitedFor() {
		verifyEndAfterIt(answer(token("Hel") + token("Hal").replace("\"index\":0", "\"index\":1") + STOP)
			.expectNext("Hel", "Hal", "stop")
			.expectNoEvent(Duration.ofSeconds(50))
			.then(() -> say(STOP.replace("\"index\":0", "\"index\":1")))
			.expectNext("stop"));
	}

	@Test
	void bareTokensHaveNoFinishReason() {
		StepVerifier.withVirtualTime(() -> events(Dialect.AI_KIT, StreamTimeouts.defaults()))
			.then(() -> say("data: {\"token\":\"Hel\"}\n\n"))
			.expectNext("Hel")
			.expectNoEvent(Duration.ofSeconds(50))
			.then(() -> say("data: {\"token\":\"lo\"}\n\n"))
			.expectNext("lo")
			.thenCancel()
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "tool_calls", "pause" })
	void anAiKitServerMayGoOnAfterToolsAndPauses(String reason) {
		StepVerifier.withVirtualTime(() -> events(Dialect.AI_KIT, StreamTimeouts.defaults()))
			.then(() -> say("event: start\ndata: {}\n\nevent: token\ndata: {\"token\":\"Hel\"}\n\n"
					+ "event: metadata\ndata: {\"finishReason\":\"" + reason + "\"}\n\n"))
			.expectNext("Hel", reason)
			.expectNoEvent(Duration.ofSeconds(50))
			.thenCancel()
			.verify(TIMEOUT);
	}

	/**
	 * Each would wake the timers' thread, which costs a call more than all its events.
	 */
	@Test
	void itSetsNoTimerOfItsOwn() {
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			List<String> seen = new ArrayList<>();
			events(Dialect.OPENAI, StreamTimeouts.defaults()).subscribe(seen::add);
			say(token("Hel"));
			long timers = time.getScheduledTaskCount();
			say(STOP);
			say(USAGE);
			say("data: [DONE]\n\n");
			assertThat(seen).containsExactly("Hel", "stop", "11 tokens");
			assertThat(time.getScheduledTaskCount()).isEqualTo(timers);
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@Test
	void leavingWithinItIsLeaving() {
		finished().thenCancel().verify(TIMEOUT);
		this.body.assertCancelled();
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI", "ANTHROPIC" })
	void theConnectionIsClosed(Dialect dialect) {
		try (ScriptedServer server = ScriptedServer.start(dialect)) {
			server.respond("Hel", "lo").finishReason().thenStall();
			AIStream stream = AIStream.builder()
				.provider(provider(dialect))
				.endpoint(server.uri())
				.model("a-model")
				.retry(RetryConfig.none())
				.build();
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			await().atMost(TIMEOUT).until(() -> server.lastRequest().isClosedByClient());
			assertThat(server.requests()).hasSize(1);
		}
	}

	/** An answer of which this comes first. */
	private StepVerifier.Step<String> answer(String beginning) {
		return StepVerifier.withVirtualTime(() -> events(Dialect.OPENAI, StreamTimeouts.defaults()))
			.then(() -> say(beginning));
	}

	/** An answer that has its text and its finish reason. */
	private StepVerifier.Step<String> finished() {
		return answer(token("Hel") + STOP).expectNext("Hel", "stop");
	}

	private static void verifyEndAfterIt(StepVerifier.Step<String> answer) {
		answer.expectNoEvent(ALMOST).thenAwait(INSTANT).expectNext("estimated").expectComplete().verify(TIMEOUT);
	}

	private void say(String text) {
		this.body.next(DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8)));
	}

	private static String token(String text) {
		return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
	}

	private static String finishing(String delta) {
		return "data: {\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"finish_reason\":\"stop\"}]}\n\n";
	}

	/** What a test looks at: texts, finish reasons and usage. */
	private Flux<String> events(Dialect dialect, StreamTimeouts timeouts) {
		return AIStream.builder()
			.provider(provider(dialect))
			.endpoint(URI.create("http://provider"))
			.webClientBuilder(WebClient.builder()
				.exchangeFunction((request) -> Mono.just(ClientResponse.create(HttpStatusCode.valueOf(200))
					.header("Content-Type", "text/event-stream")
					.body(once(this.body.flux()))
					.build())))
			.model("a-model")
			.timeouts(timeouts)
			.retry(RetryConfig.none())
			.build()
			.stream("Hi")
			.map(GraceTests::say);
	}

	/** WebClient asks for what is left of a body that was cancelled: nothing. */
	private static <T> Flux<T> once(Flux<T> flux) {
		AtomicBoolean read = new AtomicBoolean();
		return Flux.defer(() -> read.getAndSet(true) ? Flux.empty() : flux);
	}

	private static String say(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			return token.text();
		}
		if (event instanceof StreamEvent.Reasoning reasoning) {
			return reasoning.text();
		}
		if (event instanceof StreamEvent.UsageReport report) {
			return report.usage().estimated() ? "estimated" : report.usage().totalTokens() + " tokens";
		}
		if (event instanceof StreamEvent.Metadata metadata) {
			return String.valueOf(metadata.values().get(StreamEvent.Metadata.FINISH_REASON));
		}
		return event.toString();
	}

	private static Provider provider(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> new OpenAIProvider();
			case OPENAI_RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AI_KIT -> new AiKitProvider();
		};
	}

}

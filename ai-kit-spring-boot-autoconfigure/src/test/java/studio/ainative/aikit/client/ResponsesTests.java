package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.Recording;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.CostCalculator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls of OpenAI's Responses API, over a socket; what goes for every format stands in
 * the tests of each subject.
 */
class ResponsesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final long SEED = 20261129;

	private final ScriptedServer server = ScriptedServer.start(Dialect.OPENAI_RESPONSES);

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void aConversationIsSentWithEachCall() {
		this.server.respond("Hel", "lo").usage(9, 2);
		this.server.respond("Fine").usage(20, 1);
		AIStream stream = stream().systemPrompt("Be kind.").build();
		assertThat(Answers.text(stream.send("Hi"))).isEqualTo("Hello");
		assertThat(Answers.text(stream.send("How are you?"))).isEqualTo("Fine");
		assertThat(JsonMapper.shared().readTree(this.server.lastRequest().body()))
			.isEqualTo(JsonMapper.shared().readTree("""
					{"model": "gpt-5-mini",
					 "instructions": "Be kind.",
					 "input": [
					   {"role": "user", "content": "Hi"},
					   {"role": "assistant", "content": "Hello"},
					   {"role": "user", "content": "How are you?"}],
					 "store": false,
					 "stream": true}
					"""));
		assertThat(stream.getUsage()).isEqualTo(Usage.of(29, 3));
	}

	@Test
	void whatIsSaidOnTheWayIsNotTheAnswer() {
		recorded("phases");
		AIStream stream = stream().build();
		List<StreamEvent> events = Answers.events(stream.send("Hi"));
		assertThat(stream.getMessages()).extracting(Message::content).containsExactly("Hi", "Four.");
		assertThat(events).filteredOn(StreamEvent.Reasoning.class::isInstance)
			.extracting((event) -> ((StreamEvent.Reasoning) event).text())
			.containsExactly("Let me", " think.");
	}

	@Test
	void aFailureBeforeTheFirstTokenIsRetriedWhereItMayPass() {
		recorded("first-error");
		this.server.respond("Hello");
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void aFailureAfterTextKeepsTheText() {
		recorded("failed");
		StepVerifier.create(Answers.tokens(stream().build().stream("Hi")))
			.expectNext("Hello")
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(ProviderException.class, (failure) -> {
				assertThat(failure.providerCode()).isEqualTo("server_error");
				assertThat(failure.partialAnswer()).isEqualTo("Hello");
			}))
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void leavingClosesTheConnection() {
		this.server.respond("Hel").thenStall();
		StepVerifier.create(Answers.tokens(stream().build().stream("Hi")))
			.expectNext("Hel")
			.thenCancel()
			.verify(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void anOptionThatTheApiHasNoneOfFailsTheCallBeforeItIsMade() {
		StepVerifier.create(stream().option("stop", "x").build().stream("Hi"))
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'stop'"))
			.verify(TIMEOUT);
		assertThat(this.server.requests()).isEmpty();
	}

	/** Packets end wherever they like; one of them may hold a single byte. */
	@Test
	void anyCutOfTheBytesGivesTheSameAnswer() {
		Random random = new Random(SEED);
		for (String name : List.of("text", "tools", "phases", "incomplete")) {
			Recording recording = recording(name);
			byte[] body = recording.body().getBytes(StandardCharsets.UTF_8);
			for (int longest : List.of(1, 2, 7, 100, 1000)) {
				ScriptedResponse response = this.server.respond();
				for (int start = 0; start < body.length;) {
					int end = Math.min(body.length, start + 1 + random.nextInt(longest));
					response.raw(Arrays.copyOfRange(body, start, end));
					start = end;
				}
				response.thenEnd();
				List<StreamEvent> events = Answers.events(stream().build().stream("Hi"));
				events
					.removeIf((event) -> event instanceof StreamEvent.UsageReport report && report.usage().estimated());
				assertThat(EventText.of(events)).isEqualTo(recording.events());
			}
		}
	}

	private void recorded(String name) {
		this.server.respond().raw(recording(name).body()).thenEnd();
	}

	private static Recording recording(String name) {
		return Recording.of(OpenAIResponsesProvider.class, "responses/" + name);
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.provider(new OpenAIResponsesProvider())
			.endpoint(Objects.requireNonNull(this.server.uri()))
			.model("gpt-5-mini")
			.costCalculator(CostCalculator.of(Map.of()))
			.retry(RetryConfig.defaults()
				.withMaxRetries(1)
				.withJitter(0)
				.withMaxRetryAfter(Duration.ofSeconds(5))
				.withDelay(Duration.ofMillis(1), Duration.ofMillis(1)));
	}

}

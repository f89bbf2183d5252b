package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Requests go out and answers come in, over a real socket.
 */
class AIStreamTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource
	void streamsAnAnswerInEachDialect(Dialect dialect) {
		this.server.close();
		this.server = ScriptedServer.start(dialect);
		this.server.respond("Hel", "lo", " wörld");
		assertThat(Answers.text(stream(dialect).build().stream("Hi"))).isEqualTo("Hello wörld");
	}

	@Test
	void sendsWhatTheProviderNeeds() {
		this.server.respond("Hello");
		AIStream stream = stream().model("gpt-4o")
			.systemPrompt("Be brief")
			.option("temperature", 0.2)
			.header("X-Team", "red")
			.build();
		Answers.text(stream.stream("Hi"));
		RecordedRequest request = this.server.lastRequest();
		assertThat(request.method()).isEqualTo("POST");
		assertThat(request.path()).isEqualTo("/v1/chat");
		assertThat(request.header("Accept")).isEqualTo("text/event-stream");
		assertThat(request.header("Content-Type")).isEqualTo("application/json");
		assertThat(request.header("Authorization")).isEqualTo("Bearer sk-test-key");
		assertThat(request.header("X-Team")).isEqualTo("red");
		assertThat(request.body()).contains("\"model\":\"gpt-4o\"")
			.contains("Be brief")
			.contains("\"temperature\":0.2")
			.contains("\"stream\":true")
			.contains("\"content\":\"Hi\"");
	}

	@Test
	void aConfiguredHeaderWinsOverTheProvidersOwn() {
		this.server.respond("Hello");
		Answers.text(stream().header("Authorization", "Basic abcdef").build().stream("Hi"));
		assertThat(this.server.lastRequest().header("Authorization")).isEqualTo("Basic abcdef");
	}

	@Test
	void aCallMayAskAnotherModelWithAnotherPrompt() {
		this.server.respond("Hello");
		AIStream stream = stream().model("gpt-4o").systemPrompt("Be brief").option("top_p", 1).build();
		CallOptions options = CallOptions.defaults()
			.withModel("gpt-4o-mini")
			.withSystemPrompt("")
			.withOption("top_p", 0.5);
		Answers.text(stream.stream(List.of(Message.user("Hi")), options));
		assertThat(this.server.lastRequest().body()).contains("\"model\":\"gpt-4o-mini\"")
			.contains("\"top_p\":0.5")
			.doesNotContain("Be brief");
	}

	@Test
	void eachSubscriptionIsARequestAndNoneIsSentBefore() {
		Flux<StreamEvent> answer = stream().build().stream("Hi");
		assertThat(this.server.requests()).isEmpty();
		this.server.respond("one");
		this.server.respond("two");
		assertThat(Answers.text(answer)).isEqualTo("one");
		assertThat(Answers.text(answer)).isEqualTo("two");
	}

	@Test
	void aMessageOfTenMegabytesIsSent() {
		this.server.respond("Long");
		String prompt = "x".repeat(10_000_000);
		assertThat(Answers.text(stream().build().stream(prompt))).isEqualTo("Long");
		assertThat(this.server.lastRequest().body()).hasSizeGreaterThan(10_000_000);
	}

	@Test
	void tenThousandTokensArriveWithADemandOfOne() {
		String[] tokens = IntStream.range(0, 10_000).mapToObj((index) -> "t" + index + " ").toArray(String[]::new);
		this.server.respond().raw(String.join("", Answers.openAiTokens(tokens)));
		String text = Answers.text(stream().build().stream("Hi").limitRate(1));
		assertThat(text).isEqualTo(String.join("", tokens));
	}

	@Test
	void aSlowReaderIsNotSilence() {
		// The first call of a process takes its time, which is not to be measured
		this.server.respond("Hello");
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
		this.server.respond("Hel", "lo");
		AIStream stream = stream()
			.timeouts(StreamTimeouts.defaults().withFirstToken(Duration.ofMillis(300)).withIdle(Duration.ofMillis(300)))
			.retry(RetryConfig.none())
			.build();
		Flux<String> slow = Answers.tokens(stream.stream("Hi"))
			.concatMap((token) -> Mono.delay(Duration.ofMillis(700)).thenReturn(token), 1);
		StepVerifier.create(slow).expectNext("Hel", "lo").expectComplete().verify(TIMEOUT);
	}

	@Test
	void connectionsAreUsedAgain() {
		AIStream stream = stream().build();
		for (int call = 0; call < 20; call++) {
			this.server.respond("Hello");
			Answers.text(stream.stream("Hi"));
		}
		// The next call may begin before the last one's connection is free
		assertThat(this.server.requests().stream().map(RecordedRequest::connection).distinct()).hasSizeLessThan(10);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " \n" })
	void aBlankPromptIsRefusedAtOnce(@Nullable String prompt) {
		AIStream stream = stream().build();
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> stream.stream(prompt))
			.withMessage("'prompt' must not be blank");
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> stream.send(prompt))
			.withMessage("'content' must not be blank");
		assertThat(stream.getMessages()).isEmpty();
	}

	@ParameterizedTest
	@FieldSource
	void messagesThatAskNothingAreRefusedAtOnce(@Nullable List<Message> messages, String reason) {
		for (Dialect dialect : Dialect.values()) {
			AIStream stream = stream(dialect).build();
			assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> stream.stream(messages))
				.withMessage(reason)
				.satisfies((ex) -> assertThat(ex.toErrorEvent())
					.isEqualTo(new StreamEvent.ErrorEvent(reason, "INVALID_REQUEST")));
		}
	}

	static final List<Arguments> messagesThatAskNothingAreRefusedAtOnce = List.of(
			arguments(null, "'messages' must not be empty"), arguments(List.of(), "'messages' must not be empty"),
			arguments(Collections.singletonList(null), "'messages' must not hold null"),
			arguments(List.of(Message.user(" ")), "'content' of the last user message must not be blank"),
			arguments(List.of(Message.user("Hi"), Message.assistant("Hello"), Message.user("")),
					"'content' of the last user message must not be blank"),
			arguments(List.of(Message.system(""), Message.assistant("")), "'messages' must have text"));

	@Test
	void messagesThatTheFormatCannotExpressAreRefusedAtOnce() {
		AIStream stream = stream(Dialect.ANTHROPIC).build();
		assertThatExceptionOfType(InvalidMessagesException.class)
			.isThrownBy(() -> stream.stream(List.of(Message.system("Be kind."))))
			.withMessage("'messages' must have text of a user or an assistant");
	}

	@Test
	void anAnswerWithoutTextInTheHistoryIsNoReasonToRefuse() {
		this.server.respond("Hello");
		assertThat(Answers.text(stream().build()
			.stream(List.of(Message.user("Hi"), Message.assistant(""), Message.user("Hi?"), Message.assistant("")))))
			.isEqualTo("Hello");
	}

	@Test
	void anOptionThatIsNoJsonFailsTheCall() {
		Flux<StreamEvent> answer = stream().build()
			.stream(List.of(Message.user("Hi")), CallOptions.defaults().withOption("messages", 1));
		StepVerifier.create(answer).expectError(IllegalArgumentException.class).verify(TIMEOUT);
	}

	@Test
	void anEndpointIsNeededWhereTheProviderHasNone() {
		assertThatIllegalStateException().isThrownBy(() -> AIStream.builder().build())
			.withMessageContaining("'endpoint' must be set")
			.withMessageContaining("ai-kit");
	}

	@Test
	void aVariantKeepsWhatItDoesNotChange() {
		this.server.respond("Hello");
		AIStream variant = stream().model("gpt-4o").header("X-Team", "red").build().mutate().model("other").build();
		Answers.text(variant.stream("Hi"));
		assertThat(this.server.lastRequest().header("X-Team")).isEqualTo("red");
		assertThat(this.server.lastRequest().body()).contains("\"model\":\"other\"");
	}

	@Test
	void aCopyOfABuilderIsOnItsOwn() {
		this.server.respond("Hello");
		AIStream.Builder original = stream().model("gpt-4o");
		original.clone().model("other").onToken((token) -> {
			throw new AssertionError("Not this listener");
		});
		Answers.text(original.build().stream("Hi"));
		assertThat(this.server.lastRequest().body()).contains("\"model\":\"gpt-4o\"");
	}

	private AIStream.Builder stream() {
		return stream(Dialect.OPENAI);
	}

	private AIStream.Builder stream(Dialect dialect) {
		Provider provider = switch (dialect) {
			case OPENAI -> new OpenAIProvider();
			case OPENAI_RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AI_KIT -> new AiKitProvider();
		};
		return AIStream.builder().provider(provider).endpoint(this.server.uri()).apiKey("sk-test-key").model("a-model");
	}

}

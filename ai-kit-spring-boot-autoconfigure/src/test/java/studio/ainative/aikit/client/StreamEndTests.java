package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An answer is whole only if the provider says so; everything else is an error that tells
 * what arrived.
 */
class StreamEndTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource
	void aCleanEndWithoutTheProvidersEndIsAnInterruption(Dialect dialect) {
		restart(dialect).respond("Hel", "lo").thenEnd();
		verifyFailure(dialect, StreamInterruptedException.class, (ex) -> {
			assertThat(ex.partialAnswer()).isEqualTo("Hello");
			assertThat(ex.toErrorEvent().code()).isEqualTo("INTERRUPTED");
		}, "Hel", "lo");
	}

	@ParameterizedTest
	@EnumSource
	void aCutConnectionIsAnInterruption(Dialect dialect) {
		restart(dialect).respond("Hel", "lo").pause(Duration.ofMillis(50)).thenCut();
		verifyFailure(dialect, StreamInterruptedException.class,
				(ex) -> assertThat(ex.partialAnswer()).isEqualTo("Hello"), "Hel", "lo");
	}

	@ParameterizedTest
	@EnumSource
	void anErrorInTheStreamFails(Dialect dialect) {
		restart(dialect).respond("Hel", "lo").error("overloaded_error").thenEnd();
		verifyFailure(dialect, ProviderException.class, (ex) -> {
			assertThat(ex.kind()).isEqualTo(ProviderError.Kind.OVERLOADED);
			assertThat(ex.status()).isEqualTo(200);
			assertThat(ex).hasMessage("HTTP 200: the provider reported an error in the stream (overloaded_error)");
			assertThat(ex.partialAnswer()).isEqualTo("Hello");
		}, "Hel", "lo");
	}

	@Test
	void anErrorBeforeDoneStillFails() {
		this.server.respond("Hel").error("server_error").raw("data: [DONE]\n\n").thenEnd();
		verifyFailure(Dialect.OPENAI, ProviderException.class,
				(ex) -> assertThat(ex.kind()).isEqualTo(ProviderError.Kind.SERVER), "Hel");
	}

	@Test
	void aFinishReasonAndACleanEndAreEnough() {
		this.server.respond("Hel", "lo").thenFinishOnly();
		assertThat(Answers.text(answer(Dialect.OPENAI))).isEqualTo("Hello");
	}

	@Test
	void bareTokensOfAnAiKitServerMayJustEnd() {
		restart(Dialect.AI_KIT).respond().raw("data: {\"token\":\"Hel\"}\n\ndata: {\"token\":\"lo\"}\n\n").thenEnd();
		assertThat(Answers.text(answer(Dialect.AI_KIT))).isEqualTo("Hello");
	}

	@Test
	void aHalfEventAtTheEndIsAnInterruption() {
		this.server.respond("Hel").raw("data: {\"choices\":[").thenEnd();
		verifyFailure(Dialect.OPENAI, StreamInterruptedException.class,
				(ex) -> assertThat(ex.partialAnswer()).isEqualTo("Hel"), "Hel");
	}

	@ParameterizedTest
	@EnumSource
	void theProvidersEndCompletesThoughTheConnectionStaysOpen(Dialect dialect) {
		restart(dialect).respond("Hel", "lo").thenEndAndStayOpen();
		assertThat(Answers.text(answer(dialect))).isEqualTo("Hello");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void anEmptyAnswerIsAnInterruption() {
		this.server.respond().thenEnd();
		verifyFailure(Dialect.OPENAI, StreamInterruptedException.class,
				(ex) -> assertThat(ex).hasMessage("The response ended without an answer"));
	}

	@Test
	void noContentIsAnInterruption() {
		this.server.respond().status(204);
		verifyFailure(Dialect.OPENAI, StreamInterruptedException.class,
				(ex) -> assertThat(ex).hasMessage("HTTP 204: no answer"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/html; charset=utf-8", "text/plain", "application/x-ndjson" })
	void anotherTypeOfContentIsRefused(String type) {
		this.server.respond().raw("<html>Sign in</html>").contentType(type).thenEnd();
		verifyFailure(Dialect.OPENAI, MalformedEventException.class, (ex) -> {
			assertThat(ex).hasMessageStartingWith("HTTP 200: ")
				.hasMessageContaining(type.split(";", -1)[0])
				.hasMessageNotContaining("Sign in");
			assertThat(ex.toErrorEvent().code()).isEqualTo("MALFORMED_RESPONSE");
		});
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void anErrorInJsonUnderAGoodStatusIsTheProviders() {
		this.server.respond().errorBody("invalid_request_error", "model_not_found", "No such model").status(200);
		verifyFailure(Dialect.OPENAI, ProviderException.class, (ex) -> {
			assertThat(ex.providerCode()).isEqualTo("model_not_found");
			assertThat(ex.providerMessage()).isEqualTo("No such model");
		});
	}

	@Test
	void aTypeInOtherLettersIsAnEventStream() {
		this.server.respond("Hello").contentType("Text/Event-Stream;charset=UTF-8");
		assertThat(Answers.text(answer(Dialect.OPENAI))).isEqualTo("Hello");
	}

	@Test
	void whatIsNotJsonIsMalformed() {
		this.server.respond("Hel").raw("data: <secret answer>\n\n").thenStall();
		verifyFailure(Dialect.OPENAI, MalformedEventException.class, (ex) -> {
			assertThat(ex.partialAnswer()).isEqualTo("Hel");
			assertThat(ex).hasMessageNotContaining("secret").hasMessageNotContaining("Hel");
		}, "Hel");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void anEventThatIsTooLargeClosesTheConnection() {
		this.server.respond("Hel").raw("data: " + "x".repeat(5000)).thenStall();
		AIStream stream = stream(Dialect.OPENAI).limits(StreamLimits.defaults().withMaxEventSize(4096)).build();
		verifyFailure(stream.stream("Hi"), LimitExceededException.class, (ex) -> {
			assertThat(ex.limit()).isEqualTo(LimitExceededException.Limit.EVENT_SIZE);
			assertThat(ex.value()).isEqualTo(4096);
			assertThat(ex.partialAnswer()).isEqualTo("Hel");
		}, "Hel");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void anAnswerThatIsTooLargeClosesTheConnection() {
		this.server.respond("Hel").pause(Duration.ofMillis(50)).raw(": " + "x".repeat(5000)).thenStall();
		AIStream stream = stream(Dialect.OPENAI).limits(StreamLimits.defaults().withMaxResponseSize(4096)).build();
		verifyFailure(stream.stream("Hi"), LimitExceededException.class,
				(ex) -> assertThat(ex.limit()).isEqualTo(LimitExceededException.Limit.RESPONSE_SIZE), "Hel");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void anEventOfOneMegabyteIsFine() {
		String text = "x".repeat(1_000_000);
		this.server.respond(text);
		assertThat(Answers.text(answer(Dialect.OPENAI))).isEqualTo(text);
	}

	private ScriptedServer restart(Dialect dialect) {
		this.server.close();
		this.server = ScriptedServer.start(dialect);
		return this.server;
	}

	private Flux<StreamEvent> answer(Dialect dialect) {
		return stream(dialect).build().stream("Hi");
	}

	private <T extends AIStreamException> void verifyFailure(Dialect dialect, Class<T> type, Consumer<T> assertions,
			String... tokens) {
		verifyFailure(answer(dialect), type, assertions, tokens);
	}

	private static <T extends AIStreamException> void verifyFailure(Flux<StreamEvent> answer, Class<T> type,
			Consumer<T> assertions, String... tokens) {
		StepVerifier.create(Answers.tokens(answer))
			.expectNext(tokens)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(type, assertions))
			.verify(TIMEOUT);
	}

	private AIStream.Builder stream(Dialect dialect) {
		Provider provider = switch (dialect) {
			case OPENAI -> new OpenAIProvider();
			case OPENAI_RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AI_KIT -> new AiKitProvider();
		};
		return AIStream.builder()
			.provider(provider)
			.endpoint(this.server.uri())
			.model("a-model")
			.retry(RetryConfig.none());
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bodies that end cleanly in an event that lacks its blank line.
 */
class LastLineTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

	private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}";

	private ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: [DONE]\n", "data: [DONE]\r\n", "data: [DONE]\r", "data: [DONE]", "data:[DONE]",
			"data: [DO", "data", "data: ", "data: {\"usage\":{\"prompt_tok", "retry: 1000\n", "retry: 10", "id: 7\n",
			"event: done\n", "event: done\ndata: [DONE]", "event: ping\ndata: 12:00\n", "unknown: 1\n", ": bye", "\n" })
	void afterAFinishReasonNothingMoreIsNeeded(String last) {
		this.server.respond("Hel", "lo").finishReason().raw(last).thenEnd();
		assertThat(text(Dialect.OPENAI)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r\n", "\r", "" })
	void usageInTheLastLineIsTaken(String lineEnd) {
		this.server.respond("Hel", "lo").finishReason().raw(USAGE + lineEnd).thenEnd();
		List<StreamEvent> events = Answers.events(stream(Dialect.OPENAI).stream("Hi"));
		assertThat(events).filteredOn(StreamEvent.UsageReport.class::isInstance)
			.singleElement()
			.extracting((event) -> ((StreamEvent.UsageReport) event).usage())
			.satisfies((usage) -> {
				assertThat(usage.estimated()).isFalse();
				assertThat(usage.totalTokens()).isEqualTo(11);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: [DONE]\n", "data: [DONE]", STOP + "\n", STOP, "id: 1\n" + STOP + "\nid: 2\n" })
	void theEndItselfMayBeTheLastLine(String last) {
		this.server.respond("Hel", "lo").raw(last).thenEnd();
		assertThat(text(Dialect.OPENAI)).isEqualTo("Hello");
	}

	@Test
	void textInTheLastLineIsTakenWithTheEndThatItBrings() {
		this.server.respond("Hel")
			.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n")
			.thenEnd();
		assertThat(text(Dialect.OPENAI)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@CsvSource({ "ANTHROPIC, ''", "ANTHROPIC, event: message_stop", "ANTHROPIC, 'event: message_stop\ndata: {}\n'",
			"ANTHROPIC, 'event: message_stop\ndata: {\"type\":\"message_stop\"}'", "ANTHROPIC, 'data: {\"type\":'",
			"ANTHROPIC, 'event: ping\n'", "ANTHROPIC, 'retry: 3000\n'" })
	void aStopReasonAndACleanEndAreEnough(Dialect dialect, String last) {
		restart(dialect).respond("Hel", "lo").finishReason().raw(last).thenEnd();
		assertThat(text(dialect)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "event: done\ndata: {}", "event: done\ndata: {\"outcome\":\"complete\"}\n",
			"data: [DONE]\n", "event: metadata\ndata: {\"finishReason\":\"stop\"}\n\n",
			"event: metadata\ndata: {\"finishReason\":\"stop\"}\n\nevent: done\n",
			"event: metadata\ndata: {\"finishReason\":\"stop\"}\n\nevent: done\ndata: {\"outc" })
	void theSameGoesForAiKitServers(String last) {
		restart(Dialect.AI_KIT).respond("Hel", "lo").raw(last).thenEnd();
		assertThat(text(Dialect.AI_KIT)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "" })
	void theEndOfAResponseMayLackItsBlankLine(String lineEnd) {
		restart(Dialect.OPENAI_RESPONSES).respond("Hel", "lo")
			.raw("event: response.completed\ndata: {\"response\":{\"status\":\"completed\"}}" + lineEnd)
			.thenEnd();
		assertThat(text(Dialect.OPENAI_RESPONSES)).isEqualTo("Hello");
	}

	@Test
	void bareTokensMayEndInALastLineThatIsWhole() {
		restart(Dialect.AI_KIT).respond().raw("data: {\"token\":\"Hel\"}\n\ndata: {\"token\":\"lo\"}\n").thenEnd();
		assertThat(text(Dialect.AI_KIT)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: {\"token\":\"l", "data: {", "data: {\"token\":\"lo\"}\ndata: {" })
	void bareTokensThatEndInHalfALineAreCut(String last) {
		restart(Dialect.AI_KIT).respond().raw("data: {\"token\":\"Hel\"}\n\n" + last).thenEnd();
		verifyCut(Dialect.AI_KIT, "Hel");
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, 'data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}\n'",
			"ANTHROPIC, 'data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"lo\"}}\n'",
			"AI_KIT, 'event: token\ndata: {\"token\":\"lo\"}\n'", "OPENAI, 'data: {\"choices\":['",
			"OPENAI_RESPONSES, 'data: {\"type\":\"response.output_text.delta\",\"delta\":\"lo\"}\n'",
			"OPENAI_RESPONSES, 'event: response.completed\n'",
			"OPENAI_RESPONSES, 'data: {\"type\":\"response.completed\",\"response\":{\"status\":'",
			"OPENAI, 'retry: 1000\n'", "ANTHROPIC, 'event: message_delta\n'", "AI_KIT, 'event: done\n'" })
	void withoutAnEndTheLastLineIsDiscarded(Dialect dialect, String last) {
		restart(dialect).respond("Hel").raw(last).thenEnd();
		verifyCut(dialect, "Hel");
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, 'data: '", "OPENAI_RESPONSES, 'event: error\ndata: '", "ANTHROPIC, 'event: error\ndata: '",
			"AI_KIT, 'event: error\ndata: '" })
	void anErrorInTheLastLineIsTheAnswers(Dialect dialect, String before) {
		restart(dialect).respond("Hel")
			.finishReason()
			.raw(before + "{\"error\":{\"type\":\"overloaded_error\",\"message\":\"A sentence\"}}\n")
			.thenEnd();
		StepVerifier.create(Answers.tokens(stream(dialect).stream("Hi")))
			.expectNext("Hel")
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(ProviderException.class,
					(failure) -> assertThat(failure.providerMessage()).isEqualTo("A sentence")))
			.verify(TIMEOUT);
	}

	private void verifyCut(Dialect dialect, String text) {
		StepVerifier.create(Answers.tokens(stream(dialect).stream("Hi")))
			.expectNext(text)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(StreamInterruptedException.class,
					(cut) -> assertThat(cut.partialAnswer()).isEqualTo(text)))
			.verify(TIMEOUT);
	}

	private String text(Dialect dialect) {
		String text = Objects.requireNonNull(Answers.text(stream(dialect).stream("Hi")));
		assertThat(this.server.requests()).hasSize(1);
		return text;
	}

	private ScriptedServer restart(Dialect dialect) {
		this.server.close();
		this.server = ScriptedServer.start(dialect);
		return this.server;
	}

	private AIStream stream(Dialect dialect) {
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
			.retry(RetryConfig.none())
			.build();
	}

}

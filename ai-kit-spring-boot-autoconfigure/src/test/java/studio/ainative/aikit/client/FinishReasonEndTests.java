package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Finish reasons in the words of many servers, over a socket.
 */
class FinishReasonEndTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String WITHOUT_ANSWER = "The response ended without an answer";

	private ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, network_error, true", "OPENAI, abort, true", "OPENAI, error, false", "OPENAI, ERROR, false",
			"OPENAI, overloaded_error, true", "OPENAI, insufficient_system_resource, true",
			"OPENAI, insufficient_quota, false", "OPENAI, MALFORMED_FUNCTION_CALL, true", "OPENAI, timeout, true",
			"OPENAI, brand_new_error, false", "ANTHROPIC, network_error, true", "ANTHROPIC, error, false",
			"ANTHROPIC, overloaded_error, true", "ANTHROPIC, malformed_model_output, true",
			"OPENAI_RESPONSES, network_error, true", "OPENAI_RESPONSES, overloaded_error, true",
			"AI_KIT, network_error, true", "AI_KIT, error, false" })
	void aWordForAFailureIsAnError(Dialect dialect, String word, boolean transientFailure) {
		finish(restart(dialect).respond("Hel", "lo"), dialect, word);
		StepVerifier.create(Answers.tokens(stream(dialect, 0).stream("Hi")))
			.expectNext("Hel", "lo")
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(ProviderException.class, (failure) -> {
				assertThat(failure.providerCode()).isEqualTo(word);
				assertThat(failure.isTransient()).isEqualTo(transientFailure);
				assertThat(failure.partialAnswer()).isEqualTo("Hello");
			}))
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void aFailureBeforeTheFirstTokenIsRetriedWhereItMayPass(Dialect dialect) {
		finish(restart(dialect).respond(), dialect, "network_error");
		this.server.respond("Hello");
		assertThat(Answers.text(stream(dialect, 1).stream("Hi"))).isEqualTo("Hello");
		assertThat(this.server.requests()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, null", "OPENAI, NULL", "OPENAI, None", "OPENAI, undefined", "OPENAI, ' '",
			"OPENAI, FINISH_REASON_UNSPECIFIED", "OPENAI, CONTINUATION", "ANTHROPIC, null", "ANTHROPIC, None" })
	void aWordForNothingIsNoReason(Dialect dialect, String word) {
		restart(dialect).respond("Hel", "lo").raw(reason(dialect, word)).thenEnd();
		StepVerifier.create(Answers.tokens(stream(dialect, 0).stream("Hi")))
			.expectNext("Hel", "lo")
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, STOP, stop, false", "OPENAI, eos, stop, false", "OPENAI, end_turn, stop, false",
			"OPENAI, COMPLETE, stop, false", "OPENAI, MAX_TOKENS, length, true", "OPENAI, model_length, length, true",
			"OPENAI, Length, length, true", "OPENAI, SAFETY, content_filter, true",
			"OPENAI, sensitive, content_filter, true", "OPENAI, content-filter, content_filter, true",
			"OPENAI, contentFiltered, content_filter, true", "OPENAI, FinishReason.MAX_TOKENS, length, true",
			"OPENAI, FINISH_REASON_SAFETY, content_filter, true", "OPENAI, tool-calls, tool_calls, false",
			"ANTHROPIC, MAX_TOKENS, length, true", "ANTHROPIC, model_context_window_exceeded, length, true",
			"ANTHROPIC, guardrail_intervened, content_filter, true", "ANTHROPIC, pause_turn, pause, false",
			"ANTHROPIC, refusal, refusal, false", "ANTHROPIC, compaction, pause, false",
			"OPENAI_RESPONSES, max_output_tokens, length, true", "OPENAI_RESPONSES, max_messages, length, true",
			"OPENAI_RESPONSES, content_filter, content_filter, true", "OPENAI_RESPONSES, steered, pause, true" })
	void otherWordsMeanTheSame(Dialect dialect, String word, String meaning, boolean warned) {
		finish(restart(dialect).respond("Hello"), dialect, word);
		Map<String, Object> facts = facts(dialect);
		assertThat(facts).containsEntry(StreamEvent.Metadata.FINISH_REASON, meaning);
		assertThat(facts.containsKey(StreamEvent.Metadata.WARNING)).isEqualTo(warned);
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI, brand_new_reason, brand_new_reason", "ANTHROPIC, brand_new_reason, brand_new_reason",
			"OPENAI_RESPONSES, brand_new_reason, brand_new_reason", "OPENAI_RESPONSES, null, incomplete",
			"OPENAI, OTHER, OTHER", "OPENAI, two words, no readable word" })
	void anUnknownWordCompletesWithAWarningThatNamesIt(Dialect dialect, String word, String named) {
		finish(restart(dialect).respond("Hello"), dialect, word);
		assertThat(facts(dialect)).containsEntry(StreamEvent.Metadata.FINISH_REASON, "other")
			.hasEntrySatisfying(StreamEvent.Metadata.WARNING,
					(warning) -> assertThat(warning).asString().contains(named));
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: [DONE]\n\n", "data: [DONE]", ": hello\n\ndata: [DONE]\n\n",
			"data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: [DONE]\n\n",
			"data: {\"choices\":[]}\n\ndata: [DONE]\n\n" })
	void doneAndNothingElseIsNoAnswer(String body) {
		verifyEmpty(Dialect.OPENAI, body);
	}

	@ParameterizedTest
	@CsvSource({ "ANTHROPIC, 'event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n'",
			"ANTHROPIC, 'data: {\"type\":\"message_start\",\"message\":{\"id\":\"1\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n'",
			"OPENAI_RESPONSES, 'data: {\"type\":\"response.completed\"}\n\n'", "AI_KIT, 'data: [DONE]\n\n'",
			"AI_KIT, 'event: done\ndata: {}\n\n'" })
	void noneIsTheEndOfAnotherFormatAlone(Dialect dialect, String body) {
		verifyEmpty(dialect, body);
	}

	@Test
	void anAnswerWithAFinishReasonMayBeEmpty() {
		this.server.respond();
		assertThat(Answers.text(stream(Dialect.OPENAI, 0).stream("Hi"))).isEmpty();
	}

	private void verifyEmpty(Dialect dialect, String body) {
		restart(dialect).respond().raw(body).thenEnd();
		this.server.respond().raw(body).thenEnd();
		StepVerifier.create(stream(dialect, 1).stream("Hi"))
			.thenConsumeWhile((event) -> event instanceof StreamEvent.Retry)
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(StreamInterruptedException.class).hasMessage(WITHOUT_ANSWER))
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(2);
	}

	private Map<String, Object> facts(Dialect dialect) {
		List<StreamEvent> events = Answers.events(stream(dialect, 0).stream("Hi"));
		return events.stream()
			.filter(StreamEvent.Metadata.class::isInstance)
			.map((event) -> ((StreamEvent.Metadata) event).values())
			.filter((values) -> values.containsKey(StreamEvent.Metadata.FINISH_REASON))
			.findFirst()
			.orElseThrow();
	}

	/** Say why, in this word, and end the answer as usual. */
	private static void finish(ScriptedResponse response, Dialect dialect, String word) {
		response.raw(reason(dialect, word) + switch (dialect) {
			case OPENAI -> "data: [DONE]\n\n";
			case OPENAI_RESPONSES -> "";
			case ANTHROPIC -> "data: {\"type\":\"message_stop\"}\n\n";
			case AI_KIT -> "event: done\ndata: {\"outcome\":\"complete\"}\n\n";
		}).thenEnd();
	}

	private static String reason(Dialect dialect, String word) {
		return switch (dialect) {
			case OPENAI -> "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + word + "\"}]}\n\n";
			case OPENAI_RESPONSES -> "data: {\"type\":\"response.incomplete\",\"response\":{\"status\":\"incomplete\","
					+ "\"incomplete_details\":{\"reason\":\"" + word + "\"}}}\n\n";
			case ANTHROPIC -> "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + word + "\"}}\n\n";
			case AI_KIT -> "event: metadata\ndata: {\"finishReason\":\"" + word + "\"}\n\n";
		};
	}

	private ScriptedServer restart(Dialect dialect) {
		this.server.close();
		this.server = ScriptedServer.start(dialect);
		return this.server;
	}

	private AIStream stream(Dialect dialect, int retries) {
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
			.retry(RetryConfig.defaults()
				.withMaxRetries(retries)
				.withJitter(0)
				.withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
	}

}

package studio.ainative.aikit.provider.anthropic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.Recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AnthropicAdapterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final List<StreamEvent> events = new ArrayList<>();

	private final AnthropicAdapter adapter = new AnthropicAdapter(this.events::add);

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "thinking", "cache", "late-cache", "error", "cut", "without-stop",
			"refusal", "unknown", "everything", "first-error" })
	void readsARecordedAnswer(String name) {
		Recording recording = Recording.of(AnthropicAdapterTests.class, name);
		assertThat(recording.replay(AnthropicAdapter::new)).isEqualTo(recording.meaning());
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "thinking", "error", "cut" })
	void publishesTheEventsOfRawChunksWithoutTheirNames(String name) {
		Recording recording = Recording.of(AnthropicAdapterTests.class, name);
		List<StreamEvent> read = AnthropicAdapter.events(Flux.fromIterable(recording.payloads()))
			.collectList()
			.block(TIMEOUT);
		assertThat(EventText.of(read)).isEqualTo(recording.events());
	}

	@Test
	void takesTheNameOfTheEventWhereThePayloadHasNoType() {
		byte[] nothing = { '{', '}' };
		this.adapter.processChunk("message_stop", nothing, 0, nothing.length);
		assertThat(this.adapter.isTerminated()).isTrue();
	}

	@Test
	void doesNotTakeDoneForTheEnd() {
		this.adapter.processChunk("[DONE]");
		assertThat(this.adapter.isTerminated()).isFalse();
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void takesASpentLimitForBilling() {
		this.adapter.processChunk("""
				{"type":"error","error":{"type":"rate_limit_error","message":"m",
				"details":{"error_code":"enforced_spend_limit_reached"}}}""");
		assertThat(this.adapter.error()).isNotNull()
			.extracting(ProviderError::kind)
			.isEqualTo(ProviderError.Kind.BILLING);
	}

	@Test
	void readsAToolsInputThatComesWhole() {
		this.adapter.processChunk("""
				{"type":"content_block_start","index":0,
				"content_block":{"type":"tool_use","id":"t","name":"n","input":{"a":1}}}""");
		assertThat(this.events).containsExactly(new StreamEvent.ToolCall(0, "t", "n", "{\"a\":1}"));
	}

	@Test
	void refusesWhatIsNoJsonWithoutQuotingIt() {
		assertThatExceptionOfType(MalformedChunkException.class)
			.isThrownBy(() -> this.adapter.processChunk("{\"secret"))
			.withMessageNotContaining("secret")
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"input_tokens\":0,\"output_tokens\":4}", "{\"output_tokens\":4}",
			"{\"prompt_tokens\":9,\"completion_tokens\":4}", "{\"input_tokens\":0,\"output_tokens\":4,"
					+ "\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0}" })
	void keepsTheCountsWhenALaterReportSaysLess(String later) {
		this.adapter.processChunk("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9}}}");
		this.adapter.processChunk("{\"type\":\"message_delta\",\"usage\":%s}".formatted(later));
		this.adapter.processChunk("{\"type\":\"message_delta\",\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}");
		assertThat(EventText.of(this.events)).endsWith("usage 9+4=13 cached 0 written 0 reasoning 0\n");
	}

	@Test
	void aPromptMayComeFromTheCacheAsAWhole() {
		this.adapter.processChunk("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9}}}");
		this.adapter.processChunk("""
				{"type":"message_delta","usage":{"input_tokens":0,"cache_read_input_tokens":9,"output_tokens":4}}""");
		assertThat(EventText.of(this.events)).endsWith("usage 9+4=13 cached 9 written 0 reasoning 0\n");
	}

	@Test
	void readsUsageThatComesWithTheEnd() {
		this.adapter.processChunk("{\"type\":\"message_stop\",\"usage\":{\"input_tokens\":9,\"output_tokens\":4}}");
		assertThat(EventText.of(this.events)).isEqualTo("usage 9+4=13 cached 0 written 0 reasoning 0\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"type\":\"message_delta\",\"delta\":{\"error\":{\"message\":\"A sentence\"}}}",
			"{\"type\":\"message_start\",\"message\":{\"type\":\"error\",\"error\":{\"message\":\"A sentence\"}}}",
			"{\"type\":\"message_delta\",\"delta\":{},\"base_resp\":{\"status_code\":1027,\"status_msg\":\"A sentence\"}}" })
	void readsAnErrorWhereverAnEventHasIt(String event) {
		this.adapter.processChunk(event);
		this.adapter.processChunk("{\"type\":\"message_stop\"}");
		assertThat(this.adapter.error()).isNotNull().extracting("message").isEqualTo("A sentence");
		assertThat(this.adapter.isComplete()).isFalse();
	}

	/** So tell gateways that translate, and go on to an end as if nothing had been. */
	@Test
	void anErrorIsFinalWhateverFollows() {
		new Recording.Frame("error", "{\"type\":\"error\",\"message\":{\"type\":\"overloaded_error\"}}")
			.feed(this.adapter);
		for (String following : List.of(
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}",
				"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":4}}",
				"{\"type\":\"message_stop\"}")) {
			this.adapter.processChunk(following);
		}
		assertThat(this.events).singleElement().isInstanceOf(StreamEvent.ErrorEvent.class);
		assertThat(this.adapter.error()).isNotNull()
			.extracting(ProviderError::kind)
			.isEqualTo(ProviderError.Kind.OVERLOADED);
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void tellsWhyItDeclined() {
		this.adapter.processChunk("""
				{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal",
				"category":"cyber","explanation":"A sentence.","fallback_credit_token":"secret"}}}""");
		assertThat(EventText.of(this.events))
			.isEqualTo("metadata {finishReason=refusal, " + "stopDetails={category=cyber, explanation=A sentence.}}\n");
	}

	@Test
	void saysThatTheContextWindowIsFull() {
		this.adapter.processChunk(
				"""
						{"type":"message_delta","delta":{"stop_reason":"model_context_window_exceeded","stop_details":null}}""");
		assertThat(EventText.of(this.events)).isEqualTo("metadata {finishReason=length, "
				+ "warning=The answer was cut because the model's context window is full., "
				+ "providerFinishReason=model_context_window_exceeded}\n");
	}

	@Test
	void passesACompactionByAndPauses() {
		this.adapter.processChunk("""
				{"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"all so far",
				"encrypted_content":"x"}}""");
		this.adapter.processChunk("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"compaction\"}}");
		assertThat(EventText.of(this.events))
			.isEqualTo("metadata {finishReason=pause, providerFinishReason=compaction}\n");
	}

	@Test
	void tellsTheStopSequenceThatWasFound() {
		this.adapter.processChunk("""
				{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"\\n\\nHuman:"}}""");
		assertThat(this.events).containsExactly(new StreamEvent.Metadata(
				Map.of(StreamEvent.Metadata.FINISH_REASON, "stop", StreamEvent.Metadata.PROVIDER_FINISH_REASON,
						"stop_sequence", StreamEvent.Metadata.STOP_SEQUENCE, "\n\nHuman:")));
	}

}

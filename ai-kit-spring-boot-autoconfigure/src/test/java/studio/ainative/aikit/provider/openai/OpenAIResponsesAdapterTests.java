package studio.ainative.aikit.provider.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.Recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OpenAIResponsesAdapterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final long SEED = 20261129;

	private final List<StreamEvent> events = new ArrayList<>();

	private final OpenAIResponsesAdapter adapter = new OpenAIResponsesAdapter(this.events::add);

	static List<String> recordings() {
		return Recording.names(new OpenAIResponsesProvider());
	}

	@ParameterizedTest
	@MethodSource("recordings")
	void readsARecordedAnswer(String name) {
		Recording recording = recording(name);
		assertThat(recording.replay(OpenAIResponsesAdapter::new)).isEqualTo(recording.meaning());
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "phases", "failed", "cut" })
	void publishesTheEventsOfRawChunksWithoutTheirNames(String name) {
		Recording recording = recording("responses/" + name);
		List<StreamEvent> read = OpenAIResponsesAdapter.events(Flux.fromIterable(recording.payloads()))
			.collectList()
			.block(TIMEOUT);
		assertThat(EventText.of(read)).isEqualTo(recording.events());
	}

	@Test
	void takesTheNameOfTheEventWhereThePayloadHasNoType() {
		feed("response.output_text.delta", "{\"delta\":\"Hi\"}");
		feed("response.completed", "{\"response\":{\"status\":\"completed\"}}");
		assertThat(EventText.of(this.events)).isEqualTo("token 0/0 \"Hi\"\nmetadata {finishReason=stop}\n");
		assertThat(this.adapter.isComplete()).isTrue();
	}

	@Test
	void doesNotTakeDoneForTheEnd() {
		feed("response.output_text.delta", "{\"delta\":\"Hi\"}");
		feed("message", "[DONE]");
		assertThat(this.adapter.isTerminated()).isFalse();
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "completed", "incomplete" })
	void believesTheStatusOfAResponseThatFailed(String end) {
		feed("response." + end, """
				{"response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"A sentence"}}}""");
		assertThat(this.adapter.error()).isEqualTo(new ProviderError(null, "rate_limit_exceeded", "A sentence"));
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void aCancelledResponseIsNoAnswer() {
		feed("response.output_text.delta", "{\"delta\":\"Hi\"}");
		feed("response.failed", "{\"response\":{\"object\":\"response\",\"status\":\"cancelled\",\"error\":null}}");
		assertThat(this.adapter.error()).isNotNull();
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void anErrorIsFinalWhateverFollows() {
		feed("error", "{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"A sentence\",\"param\":null}");
		feed("response.output_text.delta", "{\"delta\":\"Hi\"}");
		feed("response.completed", "{\"response\":{\"status\":\"completed\",\"usage\":{\"input_tokens\":9}}}");
		assertThat(this.events).hasSize(1);
		assertThat(this.adapter.isTerminated()).isTrue();
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "server_error, SERVER", "rate_limit_exceeded, RATE_LIMIT", "vector_store_timeout, TIMEOUT",
			"insufficient_quota, BILLING", "invalid_prompt, OTHER", "bio_policy, OTHER",
			"data_residency_mismatch, OTHER", "misalignment_policy_violation, OTHER", "invalid_image, OTHER" })
	void knowsWhatPassesAndWhatDoesNot(String code, ProviderError.Kind kind) {
		feed("response.failed", "{\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"" + code + "\"}}}");
		assertThat(this.adapter.error()).isNotNull().extracting(ProviderError::kind).isEqualTo(kind);
	}

	@Test
	void tellsTheUsageOfAResponseThatFailed() {
		feed("response.failed", """
				{"response":{"status":"failed","error":{"code":"server_error"},
				"usage":{"input_tokens":9,"output_tokens":2,"total_tokens":11}}}""");
		assertThat(EventText.of(this.events)).startsWith("usage 9+2=11 ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "response.audio.delta", "response.audio.transcript.delta" })
	void refusesAudioInPlainWords(String event) {
		assertThatExceptionOfType(MalformedChunkException.class)
			.isThrownBy(() -> feed(event, "{\"delta\":\"UklGRg\",\"response_id\":\"r\"}"))
			.withMessage("Expected an answer in text, not in audio");
	}

	@Test
	void anItemThatWasNotAnnouncedMayHaveText() {
		feed("response.output_text.delta", "{\"item_id\":\"m\",\"output_index\":4,\"delta\":\"Hel\"}");
		feed("response.output_text.delta", "{\"item_id\":\"m\",\"output_index\":4,\"delta\":\"lo\"}");
		feed("response.output_text.done", "{\"item_id\":\"m\",\"output_index\":4,\"text\":\"Hello\"}");
		assertThat(EventText.of(this.events)).isEqualTo("token 0/0 \"Hel\"\ntoken 0/1 \"lo\"\n");
	}

	@Test
	void textsOfPartsAreToldOnceEach() {
		feed("response.output_text.delta", "{\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}");
		feed("response.output_item.done", """
				{"output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"a"},
				{"type":"output_text","text":"b"},{"type":"refusal","refusal":"c"}]}}""");
		assertThat(EventText.of(this.events)).isEqualTo("token 0/0 \"a\"\ntoken 0/1 \"b\"\nmetadata {refusal=c}\n");
	}

	/** The arguments of a custom tool are JSON wherever its input was cut. */
	@Test
	void inputOfCustomToolsIsJsonHoweverItIsCut() {
		Random random = new Random(SEED);
		String input = "echo \"a\\b\"\n\t\u0001 é 日本 😀";
		for (int round = 0; round < 200; round++) {
			StringBuilder arguments = new StringBuilder();
			OpenAIResponsesAdapter reader = new OpenAIResponsesAdapter((event) -> {
				if (event instanceof StreamEvent.ToolCall call) {
					arguments.append(call.argumentsDelta());
				}
			});
			feed(reader, "response.output_item.added",
					"{\"output_index\":0,\"item\":{\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"n\"}}");
			for (int start = 0; start < input.length();) {
				int left = input.codePointCount(start, input.length());
				int end = input.offsetByCodePoints(start, Math.min(left, 1 + random.nextInt(4)));
				feed(reader, "response.custom_tool_call_input.delta", "{\"output_index\":0,\"delta\":"
						+ MAPPER.writeValueAsString(input.substring(start, end)) + "}");
				start = end;
			}
			feed(reader, "response.custom_tool_call_input.done", "{\"output_index\":0}");
			feed(reader, "response.output_item.done",
					"{\"output_index\":0,\"item\":{\"type\":\"custom_tool_call\",\"input\":\"no\"}}");
			assertThat(MAPPER.readTree(arguments.toString()).get("input").stringValue()).isEqualTo(input);
		}
	}

	private void feed(String event, String json) {
		feed(this.adapter, event, json);
	}

	private static void feed(OpenAIResponsesAdapter adapter, String event, String json) {
		new Recording.Frame(event, json).feed(adapter);
	}

	private static Recording recording(String name) {
		return Recording.of(OpenAIResponsesAdapterTests.class, name);
	}

}

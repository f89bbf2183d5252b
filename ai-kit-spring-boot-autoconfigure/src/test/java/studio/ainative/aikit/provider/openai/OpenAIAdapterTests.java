package studio.ainative.aikit.provider.openai;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.Recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class OpenAIAdapterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final List<StreamEvent> events = new ArrayList<>();

	private final OpenAIAdapter adapter = new OpenAIAdapter(this.events::add);

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "tools-without-index", "function-call", "refusal", "length",
			"content-filter", "choices", "deepseek", "mistral", "perplexity", "xai", "openrouter-error", "vllm-error",
			"event-error", "without-done", "not-streamed", "cut", "first-error", "numeric-error", "plain-error", "groq",
			"groq-error", "azure", "openrouter", "after-usage", "without-finish-reason", "null-delta",
			"tools-repeated-ids", "tools-all-index-0", "tools-without-ids", "two-refusals", "reasoning-details",
			"reasoning-twice", "reasoning-text" })
	void readsARecordedAnswer(String name) {
		Recording recording = Recording.of(OpenAIAdapterTests.class, name);
		assertThat(recording.replay(OpenAIAdapter::new)).isEqualTo(recording.meaning());
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "openrouter-error", "without-done", "cut" })
	void publishesTheEventsOfRawChunks(String name) {
		Recording recording = Recording.of(OpenAIAdapterTests.class, name);
		assertThat(EventText.of(read(recording))).isEqualTo(recording.events());
	}

	@Test
	void readsChunkAfterChunkOnDemand() {
		TestPublisher<String> source = TestPublisher.create();
		StepVerifier.create(OpenAIAdapter.events(source), 1)
			.then(() -> source.next("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}"))
			.expectNext(new StreamEvent.Token("Hel", 0))
			.thenRequest(1)
			.then(() -> source.next("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}"))
			.expectNext(new StreamEvent.Token("lo", 1))
			.thenCancel()
			.verify(TIMEOUT);
		source.assertCancelled();
	}

	@Test
	void leavesTheSourceAtTheEndOfTheAnswer() {
		TestPublisher<String> source = TestPublisher.create();
		StepVerifier.create(OpenAIAdapter.events(source))
			.then(() -> source.next("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}"))
			.expectNext(new StreamEvent.Token("Hi", 0))
			.then(() -> source.next("[DONE]"))
			.expectComplete()
			.verify(TIMEOUT);
		source.assertCancelled();
	}

	@Test
	void takesTheEndAloneForNoAnswer() {
		StepVerifier.create(OpenAIAdapter.events(Flux.just("[DONE]")))
			.expectNextMatches(
					(event) -> event instanceof StreamEvent.ErrorEvent error && "INTERRUPTED".equals(error.code()))
			.expectComplete()
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "NULL", "None", "FINISH_REASON_UNSPECIFIED" })
	void ignoresAWordThatSaysThatNothingHasFinished(String word) {
		this.adapter
			.processChunk("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}".formatted(word));
		assertThat(this.adapter.isComplete()).isFalse();
		assertThat(this.events).isEmpty();
	}

	@Test
	void makesAnAdapterForEachSubscription() {
		Flux<StreamEvent> answer = OpenAIAdapter
			.events(Flux.just("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}", "[DONE]"));
		for (int subscription = 0; subscription < 2; subscription++) {
			StepVerifier.create(answer).expectNext(new StreamEvent.Token("Hi", 0)).expectComplete().verify(TIMEOUT);
		}
	}

	@Test
	void passesTheErrorOfTheSourceOn() {
		StepVerifier.create(OpenAIAdapter.events(Flux.error(new IllegalStateException("gone"))))
			.expectErrorMessage("gone")
			.verify(TIMEOUT);
	}

	@Test
	void isNotCompleteBeforeAnything() {
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void isCompleteButNotTerminatedAfterAFinishReason() {
		this.adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
		assertThat(this.adapter.isComplete()).isTrue();
		assertThat(this.adapter.isTerminated()).isFalse();
	}

	@Test
	void waitsForEveryChoice() {
		this.adapter.processChunk("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]}");
		this.adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void ignoresAnEmptyFinishReason() {
		this.adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"\"}]}");
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "error", "insufficient_system_resource" })
	void takesAFailureForAnErrorThoughItIsCalledAFinishReason(String reason) {
		this.adapter
			.processChunk("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}".formatted(reason));
		assertThat(this.adapter.isComplete()).isFalse();
		assertThat(this.adapter.error()).isNotNull().extracting("code").isEqualTo(reason);
	}

	@Test
	void readsAnErrorInAnArray() {
		this.adapter.processChunk("[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"x\"}}]");
		assertThat(this.adapter.error()).isNotNull().extracting("code", "type").containsExactly("503", "UNAVAILABLE");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"error\":null,\"choices\":[]}", "{\"error\":\"\"}", "{\"error\":false}" })
	void takesAnErrorThatIsNothingForNone(String chunk) {
		this.adapter.processChunk(chunk);
		assertThat(this.adapter.error()).isNull();
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"choices\":[],\"x_groq\":{\"id\":\"r\",\"error\":\"A sentence\"}}",
			"{\"choices\":[{\"delta\":{\"error\":{\"message\":\"A sentence\"}}}]}",
			"{\"choices\":[{\"error\":{\"message\":\"A sentence\"}}]}",
			"{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"base_resp\":{\"status_code\":\"1027\","
					+ "\"status_msg\":\"A sentence\"}}",
			"{\"choices\":null,\"code\":\"InternalError.Algo\",\"message\":\"A sentence\"}" })
	void readsAnErrorWhereverAChunkHasIt(String chunk) {
		this.adapter.processChunk(chunk);
		this.adapter.processChunk("[DONE]");
		assertThat(this.adapter.error()).isNotNull().extracting("message").isEqualTo("A sentence");
		assertThat(this.adapter.isComplete()).isFalse();
		StepVerifier.create(OpenAIAdapter.events(Flux.just(chunk, "[DONE]")).last())
			.expectNextMatches((event) -> event instanceof StreamEvent.ErrorEvent)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"choices\":[],\"x_groq\":{\"id\":\"r\",\"error\":null}}",
			"{\"choices\":null,\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}}",
			"{\"choices\":[],\"code\":0,\"message\":\"success\"}", "{\"code\":200,\"message\":\"ok\"}",
			"{\"status\":\"processing\",\"success\":true}", "{\"message\":\"queued\"}", "{\"errors\":[]}",
			"{\"error\":0}", "{\"error\":[]}" })
	void takesWhatSaysThatAllIsWellForNoError(String chunk) {
		this.adapter.processChunk(chunk);
		assertThat(this.adapter.error()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "\"finish_reason\":\"stop\" | {finishReason=stop}",
					"\"finish_reason\":\"model_length\" | {finishReason=length, providerFinishReason=model_length}",
					"\"finish_reason\":\"stop\",\"native_finish_reason\":\"end_turn\" "
							+ "| {finishReason=stop, providerFinishReason=end_turn}",
					"\"finish_reason\":\"stop\",\"stop_reason\":\"END\" | {finishReason=stop, stopSequence=END}",
					"\"finish_reason\":\"stop\",\"stop_reason\":2 | {finishReason=stop}",
					"\"finish_reason\":\"stop\",\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\" "
							+ "| {finishReason=stop, providerFinishReason=stop_sequence, stopSequence=END}",
					"\"finish_reason\":\"stop\",\"matched_stop\":\"END\" | {finishReason=stop, stopSequence=END}",
					"\"finish_reason\":\"stop\",\"matched_stop\":128009 | {finishReason=stop}" })
	void tellsTheRawWordAndTheStopSequence(String end, String facts) {
		this.adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{},%s}]}".formatted(end));
		String withoutWarning = EventText.of(this.events).replaceFirst(", warning=[^,}]*", "");
		assertThat(withoutWarning).isEqualTo("metadata " + facts + "\n");
	}

	@Test
	void saysNothingAfterTheEnd() {
		this.adapter.processChunk(" [DONE]\n");
		this.adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"late\"}}]}");
		this.adapter.processChunk("secret");
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n" })
	void passesEmptyDataBy(String chunk) {
		this.adapter.processChunk(chunk);
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "secret", "{\"secret\"", "{\"secret\":}", "\"secret\"", "42", "null", "true", "[]",
			"[\"secret\"]", "{} secret", "{\"secret\":1}{}", "[DONE" })
	void refusesWhatIsNoJsonObjectWithoutQuotingIt(String chunk) {
		assertThatExceptionOfType(MalformedChunkException.class).isThrownBy(() -> this.adapter.processChunk(chunk))
			.withMessageNotContaining("secret")
			.withNoCause();
	}

	@Test
	void readsWhatIsNotUtf8AsReplacementCharacters() {
		byte[] chunk = "{\"choices\":[{\"delta\":{\"content\":\"a?b\"}}]}".getBytes(StandardCharsets.US_ASCII);
		chunk[new String(chunk, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xC3;
		this.adapter.processChunk("message", chunk, 0, chunk.length);
		assertThat(this.events).containsExactly(new StreamEvent.Token("a\uFFFDb", 0));
	}

	@Test
	void keepsHalvesOfASurrogatePairThatComeInTwoTokens() {
		this.adapter.processChunk("{\"choices\":[{\"delta\":{\"content\":\"\\ud83d\"}}]}");
		this.adapter.processChunk("{\"choices\":[{\"delta\":{\"content\":\"\\udc4b\"}}]}");
		assertThat(this.events).containsExactly(new StreamEvent.Token("\uD83D", 0), new StreamEvent.Token("\uDC4B", 1));
	}

	@Test
	void readsATokenAsLongAsTheLargestEvent() {
		String text = "x".repeat(30_000_000);
		this.adapter.processChunk("{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}");
		assertThat(this.events).containsExactly(new StreamEvent.Token(text, 0));
	}

	@Test
	void readsTheUsageThatGroqPutsAside() {
		this.adapter
			.processChunk("{\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4.0}}}");
		assertThat(EventText.of(this.events)).isEqualTo("usage 3+4=7 cached 0 written 0 reasoning 0\n");
	}

	static final List<Arguments> USAGES = List.of(
			arguments("in the choice", """
					{"choices":[{"index":0,"delta":{},"usage":{"prompt_tokens":3,"completion_tokens":4}}]}""",
					"3+4=7 cached 0 written 0 reasoning 0"),
			arguments("in the delta", """
					{"choices":[{"index":0,"delta":{"usage":{"prompt_tokens":3,"completion_tokens":4}}}]}""",
					"3+4=7 cached 0 written 0 reasoning 0"),
			arguments("zeros beside what the choice says", """
					{"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},
					"choices":[{"index":0,"delta":{},"usage":{"prompt_tokens":3,"completion_tokens":4}}]}""",
					"3+4=7 cached 0 written 0 reasoning 0"),
			arguments("cached tokens beside the details", """
					{"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"cached_tokens":6}}""",
					"9+4=13 cached 6 written 0 reasoning 0"),
			arguments("details of zero beside DeepSeek's words", """
					{"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_cache_hit_tokens":6,
					"prompt_tokens_details":{"cached_tokens":0}}}""", "9+4=13 cached 6 written 0 reasoning 0"),
			arguments("the words of the Responses API", """
					{"usage":{"input_tokens":9,"output_tokens":4,"total_tokens":13,
					"input_tokens_details":{"cached_tokens":6},"output_tokens_details":{"reasoning_tokens":2}}}""",
					"9+4=13 cached 6 written 0 reasoning 2"),
			arguments("Anthropic's words, the cache beside the input", """
					{"usage":{"input_tokens":9,"output_tokens":4,"total_tokens":19,
					"cache_read_input_tokens":5,"cache_creation_input_tokens":1}}""",
					"15+4=19 cached 5 written 1 reasoning 0"),
			arguments("Anthropic's words, the cache in the prompt", """
					{"usage":{"prompt_tokens":15,"completion_tokens":4,"total_tokens":19,
					"cache_read_input_tokens":5,"cache_creation_input_tokens":1}}""",
					"15+4=19 cached 5 written 1 reasoning 0"),
			arguments("thoughts in the total alone, as Gemini counts", """
					{"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":113}}""",
					"9+104=113 cached 0 written 0 reasoning 0"),
			arguments("no prompt but a total", """
					{"usage":{"completion_tokens":4,"total_tokens":13}}""", "9+4=13 cached 0 written 0 reasoning 0"),
			arguments("no answer but a total", """
					{"usage":{"prompt_tokens":9,"total_tokens":13}}""", "9+4=13 cached 0 written 0 reasoning 0"),
			arguments("a total of zero", """
					{"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":0}}""",
					"9+4=13 cached 0 written 0 reasoning 0"));

	@ParameterizedTest(name = "{0}")
	@FieldSource("USAGES")
	void readsUsageHoweverItIsTold(String name, String chunk, String usage) {
		this.adapter.processChunk(chunk);
		assertThat(EventText.of(this.events)).isEqualTo("usage " + usage + "\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}", "{}",
			"{\"prompt_tokens\":0,\"completion_tokens\":0,\"cost\":0}", "{\"input_tokens\":0,\"output_tokens\":0}",
			"{\"prompt_tokens\":9,\"completion_tokens\":0}", "{\"completion_tokens\":4}" })
	void keepsTheCountsWhenALaterReportSaysLess(String later) {
		this.adapter.processChunk("{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"cost\":0.5}}");
		this.adapter.processChunk("{\"usage\":%s}".formatted(later));
		assertThat(EventText.of(this.events)).isEqualTo("usage 9+4=13 cached 0 written 0 reasoning 0 for 0.5 USD\n");
	}

	@Test
	void addsAPriceThatComesAlone() {
		this.adapter.processChunk("{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}");
		this.adapter.processChunk("{\"usage\":{\"cost\":0.5}}");
		assertThat(EventText.of(this.events)).isEqualTo("""
				usage 9+4=13 cached 0 written 0 reasoning 0
				usage 9+4=13 cached 0 written 0 reasoning 0 for 0.5 USD
				""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}", "{\"cost\":0.5}",
			"{\"total_tokens\":13}" })
	void takesNoTokensForNoReport(String usage) {
		this.adapter.processChunk("{\"usage\":%s}".formatted(usage));
		assertThat(this.events).isEmpty();
	}

	@Test
	void takesTheCountsOfEachChunkForTheWholeSoFar() {
		for (int tokens = 1; tokens <= 3; tokens++) {
			this.adapter.processChunk("""
					{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":%d,"total_tokens":%d}}"""
				.formatted(tokens, 9 + tokens));
		}
		assertThat(EventText.of(this.events)).endsWith("usage 9+3=12 cached 0 written 0 reasoning 0\n");
	}

	@Test
	void anErrorIsFinalWhateverFollows() {
		for (String chunk : List.of("{\"error\":{\"type\":\"overloaded_error\"}}",
				"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}",
				"{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]")) {
			this.adapter.processChunk(chunk);
		}
		assertThat(this.events).singleElement().isInstanceOf(StreamEvent.ErrorEvent.class);
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void tellsWhatModerationFlagged() {
		List<StreamEvent> events = new ArrayList<>();
		OpenAIAdapter adapter = new OpenAIAdapter(events::add);
		adapter.processChunk("""
				{"choices":[],"moderation":{"input":{"type":"moderation_results","results":[{"flagged":false,
				"categories":{"hate":false}}]},"output":{"type":"error","code":"x","message":"m"}}}""");
		assertThat(events).isEmpty();
		for (int time = 0; time < 2; time++) {
			adapter.processChunk("""
					{"choices":[],"moderation":{"input":{"type":"moderation_results","results":[{"flagged":false}]},
					"output":{"type":"moderation_results","results":[{"flagged":true,
					"categories":{"hate":true,"violence":false}}]}}}""");
		}
		assertThat(EventText.of(events)).isEqualTo(
				"metadata {moderation={output=[hate]}, " + "warning=The provider's moderation flagged the answer.}\n");
		assertThat(adapter.error()).isNull();
	}

	@Test
	void refusesAudioInPlainWords() {
		OpenAIAdapter adapter = new OpenAIAdapter((event) -> {
		});
		adapter.processChunk("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\",\"audio\":null}}]}");
		assertThatExceptionOfType(MalformedChunkException.class).isThrownBy(() -> adapter.processChunk("""
				{"choices":[{"index":0,"delta":{"audio":{"id":"a","data":"UklGRg","transcript":"Hi"}}}]}"""))
			.withMessage("Expected an answer in text, not in audio");
	}

	@Test
	void readsTheNewestCountsOfUsage() {
		List<StreamEvent> events = new ArrayList<>();
		new OpenAIAdapter(events::add).processChunk("""
				{"choices":[],"usage":{"prompt_tokens":40,"completion_tokens":12,"total_tokens":52,
				"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":4,"text_tokens":30,"image_tokens":10},
				"completion_tokens_details":{"reasoning_tokens":5,"text_tokens":7}}}""");
		assertThat(EventText.of(events)).isEqualTo("usage 40+12=52 cached 8 written 4 reasoning 5\n");
	}

	@Test
	void readsThoughtsThatAreSignedAndClosed() {
		List<StreamEvent> events = new ArrayList<>();
		OpenAIAdapter adapter = new OpenAIAdapter(events::add);
		adapter.processChunk("""
				{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","closed":false,"thinking":[
				{"type":"text","text":"Hm"},{"type":"reference","reference_ids":[1]},
				{"type":"tool_reference","tool":"web","title":"t"}]}]}}]}""");
		adapter.processChunk(
				"""
						{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[],"signature":"sig","closed":true},
						{"type":"text","text":"Four"}]}}]}""");
		assertThat(EventText.of(events)).isEqualTo("reasoning 0 \"Hm\"\ntoken 0/0 \"Four\"\n");
	}

	@Test
	void survivesCountsOfTokensThatCannotBe() {
		this.adapter.processChunk(
				"{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e999999999,\"total_tokens\":\"many\"}}");
		assertThat(this.events).singleElement().isInstanceOf(StreamEvent.UsageReport.class);
	}

	private static List<StreamEvent> read(Recording recording) {
		return OpenAIAdapter.events(Flux.fromIterable(recording.payloads())).collectList().block(TIMEOUT);
	}

}

package studio.ainative.aikit.format.openai;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.RandomAnswer;
import studio.ainative.aikit.format.WireFormat;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * OpenAI's chunks, as text: what other servers of this format get wrong stands beside
 * each test, with where it was reported.
 */
class OpenAiWireFormatTests {

	private static final StreamEvent HEL = new StreamEvent.Token("Hel", 0);

	private static final StreamEvent LO = new StreamEvent.Token("lo", 1);

	private static final StreamEvent STOP = new StreamEvent.Metadata(Map.of("model", "gpt-4o", "finishReason", "stop"));

	private static final StreamEvent USAGE = new StreamEvent.UsageReport(Usage.of(9, 2));

	@Test
	void writesAWholeAnswer() {
		assertThat(text(new OpenAiWireFormat("fast", true), Outcome.COMPLETE, HEL, LO, STOP, USAGE)).isEqualTo(
				"""
						data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1769860800,"model":"fast","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

						data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1769860800,"model":"fast","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

						data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1769860800,"model":"fast","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

						data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1769860800,"model":"fast","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

						data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1769860800,"model":"fast","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}

						data: [DONE]

						""");
	}

	// cline#8518, openai-agents-js#107: clients read choices[0] of it and die
	@Test
	void tellsUsageOnlyWhereItWasAskedFor() {
		assertThat(text(new OpenAiWireFormat("fast", false), Outcome.COMPLETE, HEL, STOP, USAGE))
			.doesNotContain("usage");
	}

	@Test
	void tellsTheLastUsageWithItsDetailsOnce() {
		String text = text(new OpenAiWireFormat("fast", true), Outcome.COMPLETE, HEL, USAGE,
				new StreamEvent.UsageReport(new Usage(9, 4, 13, 5, 0, 1, true)));
		assertThat(text).containsOnlyOnce("usage")
			.contains("\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13,"
					+ "\"prompt_tokens_details\":{\"cached_tokens\":5},"
					+ "\"completion_tokens_details\":{\"reasoning_tokens\":1},\"estimated\":true}}");
	}

	// open-webui#16377: reasoning never finishes a choice
	@Test
	void tellsReasoningInAFieldOfItsOwn() {
		assertThat(deltas(new StreamEvent.Reasoning("Hm."), HEL, STOP)).containsExactly(
				"{\"role\":\"assistant\",\"content\":\"\"} null", "{\"reasoning_content\":\"Hm.\"} null",
				"{\"content\":\"Hel\"} null", "{} \"stop\"");
	}

	@Test
	void tellsARefusal() {
		assertThat(deltas(new StreamEvent.Metadata(Map.of("refusal", "I'd rather not.")), STOP)).containsExactly(
				"{\"role\":\"assistant\",\"content\":\"\"} null", "{\"refusal\":\"I'd rather not.\"} null",
				"{} \"stop\"");
	}

	// LangChain4j puts repeats together: call_1call_1
	@Test
	void tellsIdAndNameOfACallOnce() {
		assertThat(deltas(new StreamEvent.ToolCall(0, "call_1", "weather", ""),
				new StreamEvent.ToolCall(0, "call_1", "weather", "{\"city\":"),
				new StreamEvent.ToolCall(1, null, "time", "{}"), new StreamEvent.ToolCall(0, null, null, "\"Oslo\"}"),
				new StreamEvent.Metadata(Map.of("finishReason", "tool_calls"))))
			.containsExactly("{\"role\":\"assistant\",\"content\":\"\"} null",
					"{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]} null",
					"{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]} null",
					"{\"tool_calls\":[{\"index\":1,\"id\":\"unnamed_call_1\",\"type\":\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"{}\"}}]} null",
					"{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Oslo\\\"}\"}}]} null",
					"{} \"tool_calls\"");
	}

	// npm @openai/agents 0.20.0 doesn't run a tool whose arguments are empty
	@Test
	void givesACallWithoutArgumentsAnEmptyObject() {
		assertThat(deltas(new StreamEvent.ToolCall(0, "call_1", "time", ""),
				new StreamEvent.ToolCall(0, null, null, " "), new StreamEvent.ToolCall(1, "call_2", "place", "{}"),
				new StreamEvent.Metadata(Map.of("finishReason", "tool_calls"))))
			.endsWith("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]} null", "{} \"tool_calls\"");
	}

	@Test
	void leavesACallThatWasCutOffAsItIs() {
		assertThat(deltas(new StreamEvent.ToolCall(0, "call_1", "time", ""),
				new StreamEvent.Metadata(Map.of("finishReason", "length"))))
			.noneMatch((delta) -> delta.contains("{}\"}"))
			.endsWith("{} \"length\"");
	}

	// ollama#4357, LocalAI#1744: one of four words, once, and never an empty one
	@ParameterizedTest
	@CsvSource({ "stop, stop", "length, length", "tool_calls, tool_calls", "content_filter, content_filter",
			"refusal, content_filter", "pause, length", "other, stop", "error, content_filter", "made-up, stop" })
	void tellsWhyItEnded(String reason, String told) {
		assertThat(deltas(HEL, new StreamEvent.Metadata(Map.of("finishReason", reason)))).last()
			.isEqualTo("{} \"" + told + "\"");
	}

	@Test
	void endsAnAnswerWithoutAReasonByWhatWasInIt() {
		assertThat(deltas(HEL)).last().isEqualTo("{} \"stop\"");
		assertThat(deltas(new StreamEvent.ToolCall(0, "1", "time", "{}"))).last().isEqualTo("{} \"tool_calls\"");
	}

	@Test
	void tellsSeveralChoicesApart() {
		assertThat(deltas(HEL, new StreamEvent.Token("Hal", 0, 1),
				new StreamEvent.Metadata(Map.of("finishReason", "length", "choice", 1)), STOP))
			.containsExactly("{\"role\":\"assistant\",\"content\":\"\"} null", "{\"content\":\"Hel\"} null",
					"1 {\"role\":\"assistant\",\"content\":\"\"} null", "1 {\"content\":\"Hal\"} null", "{} \"stop\"",
					"1 {} \"length\"");
	}

	@Test
	void tellsAFailureByTheOneFormThatAllReport() {
		StreamEvent error = new StreamEvent.ErrorEvent("Please try again \"shortly\".", "RATE_LIMIT");
		assertThat(text(new OpenAiWireFormat("fast", false), Outcome.ERROR, HEL, error, LO)).endsWith(
				"""
						"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

						event: error
						data: {"error":{"message":"Please try again \\"shortly\\".","type":"rate_limit_error","code":"rate_limit_exceeded"}}

						""");
	}

	@Test
	void nothingButAWholeAnswerLooksWhole() {
		for (Outcome outcome : Outcome.values()) {
			String text = text(new OpenAiWireFormat("fast", false), outcome, HEL, STOP);
			assertThat(text.contains("[DONE]")).isEqualTo(outcome == Outcome.COMPLETE);
			assertThat(text.contains("\"finish_reason\":\"")).isEqualTo(outcome == Outcome.COMPLETE);
			assertThat(text.contains("event: error")).isEqualTo(outcome != Outcome.COMPLETE);
		}
	}

	@Test
	void anAnswerThatBeginsAnewIsAFailureOnceThereWasText() {
		StreamEvent retry = new StreamEvent.Retry(1, Duration.ofSeconds(1), 1);
		assertThat(text(new OpenAiWireFormat("fast", false), Outcome.COMPLETE, HEL, retry, HEL, LO, STOP))
			.contains("event: error", "\"code\":\"restarted\"")
			.containsOnlyOnce("Hel")
			.doesNotContain("[DONE]");
		assertThat(text(new OpenAiWireFormat("fast", true), Outcome.COMPLETE, USAGE,
				new StreamEvent.Retry(1, Duration.ofSeconds(1), 0), HEL, STOP))
			.contains("[DONE]")
			.doesNotContain("usage");
	}

	@Test
	void tellsUsageBeforeAFailure() {
		assertThat(text(new OpenAiWireFormat("fast", true), Outcome.STOPPED, HEL, USAGE))
			.containsSubsequence("\"usage\":{", "event: error", "\"code\":\"stopped\"");
	}

	@Test
	void endsAnAnswerThatCallsMoreToolsThanAnybodyHas() {
		StreamEvent[] calls = new StreamEvent[200];
		for (int i = 0; i < calls.length; i++) {
			calls[i] = new StreamEvent.ToolCall(i, "call" + i, "time", "{}");
		}
		assertThat(text(new OpenAiWireFormat("fast", false), Outcome.COMPLETE, calls)).contains("\"id\":\"call127\"")
			.doesNotContain("\"id\":\"call128\"", "[DONE]")
			.contains("event: error");
	}

	@Test
	void aStrictReaderAcceptsAnySequenceOfEvents() {
		int whole = 0;
		for (long seed = 0; seed < 2_000; seed++) {
			RandomAnswer answer = RandomAnswer.of(seed);
			WireFormat format = new OpenAiWireFormat("a \"model\"", seed % 2 == 0);
			String text = answer.text(format);
			try {
				StrictOpenAiReader reader = StrictOpenAiReader.read(text);
				if (reader.isWhole()) {
					whole++;
					assertThat(answer.outcome()).isEqualTo(Outcome.COMPLETE);
					assertThat(reader.content()).isEqualTo(answer.events()
						.stream()
						.filter((event) -> event instanceof StreamEvent.Token token && token.choice() == 0)
						.map((event) -> ((StreamEvent.Token) event).text())
						.collect(Collectors.joining()));
				}
				assertThat(answer.bytes(format, true)).isEqualTo(answer.bytes(format, false))
					.isEqualTo(answer.bytes(format, true));
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("seed " + seed + ":\n" + text, ex);
			}
		}
		assertThat(whole).isGreaterThan(200);
	}

	private static String text(WireFormat format, Outcome outcome, StreamEvent... events) {
		return new RandomAnswer(List.of(events), outcome).text(format);
	}

	/** Index, unless it is 0, delta and finish reason of each chunk. */
	private static List<String> deltas(StreamEvent... events) {
		return text(new OpenAiWireFormat("fast", false), Outcome.COMPLETE, events).lines()
			.filter((line) -> line.contains("\"delta\""))
			.map((line) -> line.replaceAll(".*\"index\":(\\d+),\"delta\":(.*),\"finish_reason\":(.*)}]}", "$1 $2 $3"))
			.map((line) -> line.startsWith("0 ") ? line.substring(2) : line)
			.toList();
	}

}

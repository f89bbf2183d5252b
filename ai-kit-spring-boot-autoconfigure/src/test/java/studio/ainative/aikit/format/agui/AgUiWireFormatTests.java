package studio.ainative.aikit.format.agui;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.RandomAnswer;
import studio.ainative.aikit.format.WireFormat;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * AG-UI's events, as text.
 */
class AgUiWireFormatTests {

	private static final WireFormat FORMAT = new AgUiWireFormat("t1", "r1");

	private static final StreamEvent HEL = new StreamEvent.Token("Hel", 0);

	private static final StreamEvent LO = new StreamEvent.Token("lo", 1);

	private static final StreamEvent STOP = new StreamEvent.Metadata(Map.of("finishReason", "stop"));

	@Test
	void writesAWholeAnswer() {
		assertThat(
				text(Outcome.COMPLETE, HEL, LO, STOP, new StreamEvent.UsageReport(new Usage(9, 2, 11, 4, 0, 1, false))))
			.isEqualTo(
					"""
							data: {"type":"RUN_STARTED","threadId":"t1","runId":"r1"}

							data: {"type":"TEXT_MESSAGE_START","messageId":"7","role":"assistant"}

							data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"7","delta":"Hel"}

							data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"7","delta":"lo"}

							data: {"type":"TEXT_MESSAGE_END","messageId":"7"}

							data: {"type":"RUN_FINISHED","threadId":"t1","runId":"r1","usage":[{"inputTokens":9,"outputTokens":2,"totalTokens":11,"reasoningTokens":1,"cachedInputTokens":4}]}

							""");
	}

	@Test
	void tellsReasoningInMessagesOfItsOwn() {
		assertThat(types(new StreamEvent.Reasoning("Hm."), new StreamEvent.Reasoning("Oh."), HEL,
				new StreamEvent.Reasoning("Hm."), LO))
			.containsExactly("RUN_STARTED", "REASONING_START 7-reasoning-1", "REASONING_MESSAGE_START 7-reasoning-1",
					"REASONING_MESSAGE_CONTENT 7-reasoning-1", "REASONING_MESSAGE_CONTENT 7-reasoning-1",
					"REASONING_MESSAGE_END 7-reasoning-1", "REASONING_END 7-reasoning-1", "TEXT_MESSAGE_START 7",
					"TEXT_MESSAGE_CONTENT 7", "REASONING_START 7-reasoning-2", "REASONING_MESSAGE_START 7-reasoning-2",
					"REASONING_MESSAGE_CONTENT 7-reasoning-2", "REASONING_MESSAGE_END 7-reasoning-2",
					"REASONING_END 7-reasoning-2", "TEXT_MESSAGE_CONTENT 7", "TEXT_MESSAGE_END 7", "RUN_FINISHED");
	}

	@Test
	void tellsResultsOfTools() {
		assertThat(text(Outcome.COMPLETE, new StreamEvent.ToolCall(0, "call_1", "weather", "{}", 0, true),
				new StreamEvent.ToolResult("call_9", "time", "nobody asked", false),
				new StreamEvent.ToolResult("call_1", "weather", "sunny", false)))
			.isEqualTo(
					"""
							data: {"type":"RUN_STARTED","threadId":"t1","runId":"r1"}

							data: {"type":"TOOL_CALL_START","toolCallId":"call_1","toolCallName":"weather","parentMessageId":"7"}

							data: {"type":"TOOL_CALL_ARGS","toolCallId":"call_1","delta":"{}"}

							data: {"type":"TOOL_CALL_END","toolCallId":"call_1"}

							data: {"type":"TOOL_CALL_RESULT","messageId":"7-result-1","toolCallId":"call_1","content":"sunny","role":"tool"}

							data: {"type":"RUN_FINISHED","threadId":"t1","runId":"r1"}

							""");
	}

	@Test
	void tellsCallsOfTools() {
		assertThat(text(Outcome.COMPLETE, new StreamEvent.ToolCall(0, "call_1", "weather", ""),
				new StreamEvent.ToolCall(1, "call_1", "time", "{}"),
				new StreamEvent.ToolCall(0, null, null, "{\"city\":\"Oslo\"}")))
			.isEqualTo(
					"""
							data: {"type":"RUN_STARTED","threadId":"t1","runId":"r1"}

							data: {"type":"TOOL_CALL_START","toolCallId":"call_1","toolCallName":"weather","parentMessageId":"7"}

							data: {"type":"TOOL_CALL_START","toolCallId":"call_1-0","toolCallName":"time","parentMessageId":"7"}

							data: {"type":"TOOL_CALL_ARGS","toolCallId":"call_1-0","delta":"{}"}

							data: {"type":"TOOL_CALL_ARGS","toolCallId":"call_1","delta":"{\\"city\\":\\"Oslo\\"}"}

							data: {"type":"TOOL_CALL_END","toolCallId":"call_1"}

							data: {"type":"TOOL_CALL_END","toolCallId":"call_1-0"}

							data: {"type":"RUN_FINISHED","threadId":"t1","runId":"r1"}

							""");
	}

	@Test
	void givesACallWithoutArgumentsAnEmptyObject() {
		String arguments = "{\"type\":\"TOOL_CALL_ARGS\",\"toolCallId\":\"call_1\",\"delta\":\"{}\"}";
		StreamEvent call = new StreamEvent.ToolCall(0, "call_1", "time", "");
		assertThat(text(Outcome.COMPLETE, call)).containsOnlyOnce(arguments + "\n\ndata: {\"type\":\"TOOL_CALL_END\"");
		assertThat(text(Outcome.COMPLETE, call, new StreamEvent.ToolResult("call_1", "time", "noon", false)))
			.containsOnlyOnce(arguments + "\n\ndata: {\"type\":\"TOOL_CALL_END\"");
		assertThat(text(Outcome.COMPLETE, call,
				new StreamEvent.Metadata(Map.of(StreamEvent.Metadata.FINISH_REASON, "length"))))
			.doesNotContain("TOOL_CALL_ARGS");
	}

	@Test
	void nothingButAWholeAnswerLooksWhole() {
		for (Outcome outcome : Outcome.values()) {
			String text = text(outcome, HEL, STOP, new StreamEvent.UsageReport(Usage.of(9, 2)));
			assertThat(text.contains("RUN_FINISHED")).isEqualTo(outcome == Outcome.COMPLETE);
			assertThat(text.contains("RUN_ERROR")).isEqualTo(outcome != Outcome.COMPLETE);
			assertThat(text).contains("\"usage\":[{");
		}
		assertThat(text(Outcome.ERROR, HEL, new StreamEvent.ErrorEvent("Please wait.", "RATE_LIMIT"), LO))
			.endsWith("data: {\"type\":\"RUN_ERROR\",\"message\":\"Please wait.\",\"code\":\"RATE_LIMIT\"}\n\n");
	}

	@Test
	void anAnswerThatBeginsAnewIsAFailureOnceThereWasText() {
		StreamEvent retry = new StreamEvent.Retry(1, Duration.ofSeconds(1), 1);
		assertThat(text(Outcome.COMPLETE, HEL, retry, LO)).contains("\"code\":\"RESTARTED\"")
			.doesNotContain("lo\"", "RUN_FINISHED");
		assertThat(text(Outcome.COMPLETE, retry, LO)).contains("RUN_FINISHED");
	}

	@Test
	void aRequestThatNamesNothingHasTheAnswersId() {
		assertThat(new RandomAnswer(List.of(), Outcome.COMPLETE).text(new AgUiWireFormat()))
			.startsWith("data: {\"type\":\"RUN_STARTED\",\"threadId\":\"7\",\"runId\":\"7\"}\n\n");
	}

	@Test
	void aStrictReaderAcceptsAnySequenceOfEvents() {
		int whole = 0;
		for (long seed = 0; seed < 2_000; seed++) {
			RandomAnswer answer = RandomAnswer.of(seed);
			String text = answer.text(FORMAT);
			try {
				StrictAgUiReader reader = StrictAgUiReader.read(text);
				if (reader.isWhole()) {
					whole++;
					assertThat(answer.outcome()).isEqualTo(Outcome.COMPLETE);
					assertThat(reader.text()).isEqualTo(
							answer.events().stream().map(AgUiWireFormatTests::said).collect(Collectors.joining()));
				}
				assertThat(answer.bytes(FORMAT, true)).isEqualTo(answer.bytes(FORMAT, false))
					.isEqualTo(answer.bytes(FORMAT, true));
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("seed " + seed + ":\n" + text, ex);
			}
		}
		assertThat(whole).isGreaterThan(200);
	}

	private static String said(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			return (token.choice() == 0) ? token.text() : "";
		}
		return (event instanceof StreamEvent.Metadata metadata && !metadata.values().containsKey("choice"))
				? (String) metadata.values().getOrDefault("refusal", "") : "";
	}

	private static String text(Outcome outcome, StreamEvent... events) {
		return new RandomAnswer(List.of(events), outcome).text(FORMAT);
	}

	private static List<String> types(StreamEvent... events) {
		return text(Outcome.COMPLETE, events).lines()
			.filter((line) -> !line.isEmpty())
			.map((line) -> line.replaceAll("data: \\{\"type\":\"(\\w+)\"(?:,\"messageId\":\"([^\"]*)\")?.*", "$1 $2")
				.strip())
			.toList();
	}

}

package studio.ainative.aikit.format.uimessage;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Retry;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What readers of the UI message stream are sent, as text, row by row of what they
 * understand.
 */
class UiMessageFormatTests {

	private static final Opening OPENING = new Opening("answer-1", Instant.parse("2026-01-31T12:00:00Z"));

	private static final UiMessageFormat FORMAT = new UiMessageFormat(new JsonMapper());

	private static final StreamEvent TOKEN = new Token("Hel", 0);

	@Test
	void writesAnAnswerInTheOrderOfTheProtocol() {
		assertThat(text(FORMAT, Outcome.COMPLETE, TOKEN, new Token("lo", 1), new Metadata(Map.of("model", "m"))))
			.isEqualTo("""
					data: {"type":"start","messageId":"answer-1","messageMetadata":{"outcome":"pending"}}

					data: {"type":"start-step"}

					data: {"type":"text-start","id":"text-1"}

					data: {"type":"text-delta","id":"text-1","delta":"Hel"}

					data: {"type":"text-delta","id":"text-1","delta":"lo"}

					data: {"type":"message-metadata","messageMetadata":{"model":"m"}}

					data: {"type":"text-end","id":"text-1"}

					data: {"type":"finish-step"}

					data: {"type":"finish","messageMetadata":{"outcome":"complete"}}

					data: [DONE]

					""");
	}

	@Test
	void writesPartsOneAfterAnother() {
		assertThat(middle(Outcome.COMPLETE, new Reasoning("Hm"), new Reasoning("."), TOKEN, new Reasoning("Or?"),
				new Token("lo", 1)))
			.containsExactly("{'type':'reasoning-start','id':'reasoning-1'}",
					"{'type':'reasoning-delta','id':'reasoning-1','delta':'Hm'}",
					"{'type':'reasoning-delta','id':'reasoning-1','delta':'.'}",
					"{'type':'reasoning-end','id':'reasoning-1'}", "{'type':'text-start','id':'text-1'}",
					"{'type':'text-delta','id':'text-1','delta':'Hel'}", "{'type':'text-end','id':'text-1'}",
					"{'type':'reasoning-start','id':'reasoning-2'}",
					"{'type':'reasoning-delta','id':'reasoning-2','delta':'Or?'}",
					"{'type':'reasoning-end','id':'reasoning-2'}", "{'type':'text-start','id':'text-2'}",
					"{'type':'text-delta','id':'text-2','delta':'lo'}", "{'type':'text-end','id':'text-2'}");
	}

	@Test
	void makesToolCallsAvailableOnceTheAnswerIsWhole() {
		assertThat(middle(Outcome.COMPLETE, TOKEN, new ToolCall(0, "call_1", "weather", ""),
				new ToolCall(0, null, null, "{\"city\":\n"), new ToolCall(1, "call_2", "time", ""),
				new ToolCall(0, null, null, "\"Bern\", \"n\":1.10}")))
			.containsExactly("{'type':'text-start','id':'text-1'}", "{'type':'text-delta','id':'text-1','delta':'Hel'}",
					"{'type':'text-end','id':'text-1'}",
					"{'type':'tool-input-start','toolCallId':'call_1','toolName':'weather'}",
					"{'type':'tool-input-delta','toolCallId':'call_1','inputTextDelta':'{\\'city\\':\\n'}",
					"{'type':'tool-input-start','toolCallId':'call_2','toolName':'time'}",
					"{'type':'tool-input-delta','toolCallId':'call_1','inputTextDelta':'\\'Bern\\', \\'n\\':1.10}'}",
					"{'type':'tool-input-available','toolCallId':'call_1','toolName':'weather','input':{'city': 'Bern', 'n':1.10}}",
					"{'type':'tool-input-available','toolCallId':'call_2','toolName':'time','input':{}}");
	}

	@Test
	void tellsResultsOfToolsAndGoesOnInAnotherStep() {
		assertThat(middle(Outcome.COMPLETE, new ToolCall(0, "call_1", "weather", "{}", 0, true),
				new ToolCall(1, "call_2", "time", "{", 0, true), new ToolCall(2, "call_3", "day", "", 0, true),
				new StreamEvent.ToolResult("call_2", "time", "No clock.", true),
				new StreamEvent.ToolResult("call_1", "weather", "{\"sun\":\n1}", false),
				new StreamEvent.ToolResult("call_3", "day", "Monday", false),
				new StreamEvent.ToolResult("call_9", "day", "nobody asked", false), TOKEN))
			.filteredOn((part) -> !part.startsWith("{'type':'tool-input-start'") && !part.contains("-delta'"))
			.containsExactly("{'type':'tool-input-available','toolCallId':'call_2','toolName':'time','input':{}}",
					"{'type':'tool-output-error','toolCallId':'call_2','errorText':'No clock.'}",
					"{'type':'tool-input-available','toolCallId':'call_1','toolName':'weather','input':{}}",
					"{'type':'tool-output-available','toolCallId':'call_1','output':{'sun': 1}}",
					"{'type':'tool-input-available','toolCallId':'call_3','toolName':'day','input':{}}",
					"{'type':'tool-output-available','toolCallId':'call_3','output':'Monday'}",
					"{'type':'finish-step'}", "{'type':'start-step'}", "{'type':'text-start','id':'text-1'}",
					"{'type':'text-end','id':'text-1'}");
	}

	@Test
	void namesToolCallsThatHaveNoIdOrOneThatWasUsed() {
		assertThat(middle(Outcome.COMPLETE, new ToolCall(0, null, "a", "null"), new ToolCall(1, "same", "b", "{}"),
				new ToolCall(2, "same", "c", "{}")))
			.filteredOn((part) -> part.contains("available"))
			.containsExactly("{'type':'tool-input-available','toolCallId':'call-0','toolName':'a','input':{}}",
					"{'type':'tool-input-available','toolCallId':'same','toolName':'b','input':{}}",
					"{'type':'tool-input-available','toolCallId':'same-2','toolName':'c','input':{}}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"city\":", "{\"a\":1} x", "no", "[1,]" })
	void failsTheAnswerForACallThatReadersOfMajor5CantBeTold(String arguments) {
		StreamEvent[] events = { new ToolCall(0, "call_1", "ok", "{}"), new ToolCall(1, "call_2", "bad", arguments) };
		assertThat(parts(FORMAT, Outcome.COMPLETE, events)).noneMatch((part) -> part.contains("available"))
			.endsWith("{'type':'finish-step'}", "{'type':'message-metadata','messageMetadata':{'outcome':'error'}}",
					"{'type':'error','errorText':'The model asked for a tool in a way that can't be read.'}", "[DONE]");
		assertThat(parts(FORMAT.withLevel(6), Outcome.COMPLETE, events))
			.anyMatch((part) -> part.startsWith("{'type':'tool-input-available','toolCallId':'call_1'"))
			.anyMatch((part) -> part.startsWith("{'type':'tool-input-error','toolCallId':'call_2','toolName':'bad',"))
			.endsWith("{'type':'finish','messageMetadata':{'outcome':'complete'}}", "[DONE]");
	}

	@Test
	void failsTheAnswerForACallWithoutAName() {
		assertThat(parts(FORMAT.withLevel(7), Outcome.COMPLETE, new ToolCall(0, "call_1", null, "{}")))
			.noneMatch((part) -> part.contains("tool-input"))
			.contains("{'type':'error','errorText':'The model asked for a tool in a way that can't be read.'}");
	}

	@Test
	void writesUsageAndCostInTheWordsOfThePackage() {
		assertThat(middle(Outcome.COMPLETE, new UsageReport(Usage.of(9, 2)),
				new UsageReport(new Usage(9, 2, 11, 4, 3, 1, true), new Cost(new BigDecimal("1E-7"), "USD"))))
			.containsExactly(
					"{'type':'message-metadata','messageMetadata':{'usage':{'inputTokens':9,'outputTokens':2,'totalTokens':11,'cachedInputTokens':0,'cacheWriteTokens':0,'reasoningTokens':0,'estimated':false}}}",
					"{'type':'message-metadata','messageMetadata':{'usage':{'inputTokens':9,'outputTokens':2,'totalTokens':11,'cachedInputTokens':4,'cacheWriteTokens':3,'reasoningTokens':1,'estimated':true},'cost':{'amount':0.0000001,'currency':'USD'}}}");
	}

	@ParameterizedTest
	@CsvSource({ "stop, stop", "length, length", "tool_calls, tool-calls", "content_filter, content-filter",
			"refusal, content-filter", "pause, other", "whatever, other", "null, other" })
	void tellsTheFinishReasonInWordsThatAllReadersOfTheLevelKnow(String reason, String word) {
		StreamEvent event = new Metadata(Map.of(Metadata.FINISH_REASON, reason));
		assertThat(parts(FORMAT, Outcome.COMPLETE, event)).contains(
				"{'type':'message-metadata','messageMetadata':{'finishReason':'" + reason + "'}}",
				"{'type':'finish','messageMetadata':{'outcome':'complete'}}");
		assertThat(parts(FORMAT.withLevel(6), Outcome.COMPLETE, event))
			.contains("{'type':'finish','finishReason':'" + word + "','messageMetadata':{'outcome':'complete'}}");
	}

	@Test
	void writesARefusalAsTextAndItsFactsAsMetadata() {
		assertThat(middle(Outcome.COMPLETE, new Metadata(Map.of(Metadata.REFUSAL, "I can")))).containsExactly(
				"{'type':'text-start','id':'text-1'}", "{'type':'text-delta','id':'text-1','delta':'I can'}",
				"{'type':'text-end','id':'text-1'}");
	}

	@Test
	void writesNoNull() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("a", null);
		values.put("b", Collections.singletonMap("c", null));
		assertThat(middle(Outcome.COMPLETE, new Metadata(values)))
			.containsExactly("{'type':'message-metadata','messageMetadata':{'b':{}}}");
	}

	@Test
	void writesTheFirstOfSeveralChoices() {
		assertThat(middle(Outcome.COMPLETE, new Token("no", 0, 1), new Reasoning("no", 1),
				new ToolCall(0, "a", "b", "c", 1), new Metadata(Map.of("choice", 1, "finishReason", "stop"))))
			.isEmpty();
	}

	@Test
	void writesNothingForNothing() {
		assertThat(middle(Outcome.COMPLETE, new Token("", 0), new Reasoning(""), new Metadata(Map.of()))).isEmpty();
	}

	@Test
	void aRetryIsTransientWhileNothingWasShown() {
		assertThat(middle(Outcome.COMPLETE, new Retry(1, Duration.ofSeconds(1), 0), TOKEN)).startsWith(
				"{'type':'data-retry','data':{'attempt':1,'delay':1000,'discardedTokens':0},'transient':true}",
				"{'type':'text-start','id':'text-1'}");
	}

	@Test
	void aRestartVoidsTheStep() {
		assertThat(middle(Outcome.COMPLETE, TOKEN, new ToolCall(0, "call_1", "weather", "{"),
				new Retry(1, Duration.ofSeconds(1), 1), new ToolCall(0, "call_1", "weather", "{}"), TOKEN))
			.containsExactly("{'type':'text-start','id':'text-1'}", "{'type':'text-delta','id':'text-1','delta':'Hel'}",
					"{'type':'text-end','id':'text-1'}",
					"{'type':'tool-input-start','toolCallId':'call_1','toolName':'weather'}",
					"{'type':'tool-input-delta','toolCallId':'call_1','inputTextDelta':'{'}",
					"{'type':'data-retry','data':{'attempt':1,'delay':1000,'discardedTokens':1}}",
					"{'type':'finish-step'}", "{'type':'start-step'}",
					"{'type':'tool-input-start','toolCallId':'call_1-2','toolName':'weather'}",
					"{'type':'tool-input-delta','toolCallId':'call_1-2','inputTextDelta':'{}'}",
					"{'type':'text-start','id':'text-2'}", "{'type':'text-delta','id':'text-2','delta':'Hel'}",
					"{'type':'text-end','id':'text-2'}",
					"{'type':'tool-input-available','toolCallId':'call_1-2','toolName':'weather','input':{}}");
	}

	@Test
	void aFailureComesLastAndInTheMetadataToo() {
		assertThat(parts(FORMAT.withLevel(6), Outcome.ERROR, TOKEN,
				new ErrorEvent("Please try again.", "RATE_LIMIT", Map.of("retryAfter", 7)),
				new UsageReport(Usage.of(9, 2)), new ToolCall(0, "call_1", "a", "{}")))
			.containsSubsequence("{'type':'text-end','id':'text-1'}", "{'type':'finish-step'}",
					"{'type':'error','errorText':'Please try again.'}", "[DONE]")
			.anyMatch((part) -> part.contains("'usage'"))
			.noneMatch((part) -> part.contains("'finish'") || part.contains("available"))
			// In this order, on whatever node
			.anySatisfy((part) -> assertThat(part)
				.contains("{'outcome':'error','error':{'code':'RATE_LIMIT','details':{'retryAfter':7}}}"));
	}

	@Test
	void anUnknownEndIsAFailure() {
		assertThat(parts(FORMAT, Outcome.ERROR, TOKEN)).endsWith(
				"{'type':'message-metadata','messageMetadata':{'outcome':'error'}}",
				"{'type':'error','errorText':'The answer could not be completed.'}", "[DONE]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			5 | {'type':'abort'}
			6 | {'type':'abort'}
			7 | {'type':'abort','reason':'The answer was stopped.'}
			""")
	void aStopIsToldInTheMetadataToo(int level, String abort) {
		assertThat(parts(FORMAT.withLevel(level), Outcome.STOPPED, TOKEN, new ToolCall(0, "call_1", "a", "{}")))
			.noneMatch((part) -> part.contains("available"))
			.endsWith("{'type':'finish-step'}", "{'type':'message-metadata','messageMetadata':{'outcome':'stopped'}}",
					abort, "{'type':'finish','messageMetadata':{'outcome':'stopped'}}", "[DONE]");
	}

	@Test
	void answersUnderAnIdOfTheApplicationsOwn() {
		assertThat(text(FORMAT.withMessageId("m\"1\n"), Outcome.COMPLETE))
			.startsWith("data: {\"type\":\"start\",\"messageId\":\"m\\\"1\\n\",");
	}

	@Test
	void keepsToOneLineThoughTheMapperIndents() {
		JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		assertThat(text(new UiMessageFormat(mapper), Outcome.COMPLETE, new Metadata(Map.of("a", Map.of("b", 1)))))
			.contains("data: {\"type\":\"message-metadata\",\"messageMetadata\":{\"a\":{\"b\":1}}}\n\n");
	}

	@Test
	void goesOnAfterFactsThatCantBeWritten() {
		WireFormat.Encoder encoder = FORMAT.encoder();
		SseEncoder bytes = new SseEncoder();
		encoder.start(OPENING, (frame) -> frame.appendTo(bytes));
		encoder.event(TOKEN, 1, bytes);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> encoder.event(new Metadata(Map.of("bad", new AbstractList<String>() {

				@Override
				public String get(int index) {
					throw new IllegalStateException("no words");
				}

				@Override
				public int size() {
					return 1;
				}

			})), 2, bytes));
		encoder.event(new ErrorEvent("No.", "INTERNAL_ERROR"), 2, bytes);
		encoder.done(OPENING.timestamp(), Outcome.ERROR, (frame) -> frame.appendTo(bytes));
		StrictUiReader.read(new String(bytes.drain(), StandardCharsets.UTF_8), 5);
	}

	@Test
	void writesBytesJustAsItDoesFrames() {
		String[] pieces = { "Hel", " ", "\n", "\r\n", "\0", "\t", "\b", "\u001f", "\u007f", "\"", "\\", "/", "é", "€",
				"\u2028", "\ufeff", "\ud83d\ude00", "\ud83d", "\ude00", "data: ", "}" };
		Random random = new Random(7);
		WireFormat.Encoder byFrames = FORMAT.encoder();
		WireFormat.Encoder byBytes = FORMAT.encoder();
		for (int i = 0; i < 20_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int left = random.nextInt(6); left > 0; left--) {
				text.append(pieces[random.nextInt(pieces.length)]);
			}
			StreamEvent event = (random.nextInt(9) == 0) ? new Reasoning(text.toString(), i % 50 / 49)
					: new Token(text.toString(), i, i % 50 / 49);
			SseEncoder frames = new SseEncoder();
			byFrames.event(event, i, (Frame frame) -> frame.appendTo(frames));
			SseEncoder bytes = new SseEncoder();
			byBytes.event(event, i, bytes);
			assertThat(bytes.drain()).as("seed 7, event %s", i).isEqualTo(frames.drain());
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 8, 0, -5 })
	void refusesLevelsThatDontExist(int level) {
		assertThatIllegalArgumentException().isThrownBy(() -> FORMAT.withLevel(level))
			.withMessage("'level' must be 5, 6 or 7 (was " + level + ")");
	}

	@Test
	void saysWhichProtocolItIs() {
		assertThat(FORMAT.headers()).containsExactly(Map.entry("x-vercel-ai-ui-message-stream", "v1"));
	}

	/** What stands between the beginning and the end of an answer that is whole. */
	private static List<String> middle(Outcome outcome, StreamEvent... events) {
		List<String> parts = parts(FORMAT, outcome, events);
		return parts.subList(2, parts.size() - 3);
	}

	private static List<String> parts(UiMessageFormat format, Outcome outcome, StreamEvent... events) {
		return Arrays.stream(text(format, outcome, events).split("\n\n"))
			.map((frame) -> frame.substring("data: ".length()).replace('"', '\''))
			.toList();
	}

	static String text(UiMessageFormat format, Outcome outcome, StreamEvent... events) {
		WireFormat.Encoder encoder = format.encoder();
		SseEncoder bytes = new SseEncoder();
		encoder.start(OPENING, (frame) -> frame.appendTo(bytes));
		for (int i = 0; i < events.length; i++) {
			encoder.event(events[i], i + 1, bytes);
		}
		encoder.done(OPENING.timestamp(), outcome, (frame) -> frame.appendTo(bytes));
		return new String(bytes.drain(), StandardCharsets.UTF_8);
	}

}

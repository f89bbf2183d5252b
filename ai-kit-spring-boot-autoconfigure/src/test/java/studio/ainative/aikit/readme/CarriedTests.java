package studio.ainative.aikit.readme;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.RandomAnswer;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.agui.AgUiWireFormat;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.format.openai.OpenAiWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * README's table of what each format carries is what the formats write.
 */
class CarriedTests {

	private static final Pattern ROW = Pattern.compile("^\\| (.+?) \\| (.+?) \\| (.+?) \\| (.+?) \\| (.+?) \\|$",
			Pattern.MULTILINE);

	private static final ToolCall CALL = new ToolCall(0, "call_1", "weather", "{}", 0, true);

	/** A word that stands for what a row is about, in the events that tell of it. */
	private static final String CANARY = "canary";

	private static final Map<String, List<StreamEvent>> EVENTS = Map.ofEntries(
			Map.entry("text", List.of(new Token(CANARY, 0))),
			Map.entry("reasoning", List.of(new StreamEvent.Reasoning(CANARY))),
			Map.entry("what a provider wants back of its reasoning",
					List.of(new StreamEvent.ReasoningEnd("anthropic", Map.of("signature", CANARY)))),
			Map.entry("calls of tools", List.of(new ToolCall(0, "call_1", CANARY, "{}"))),
			Map.entry("calls that AI Kit makes itself", List.of(new ToolCall(0, "call_1", CANARY, "{}", 0, true))),
			Map.entry("results of tools",
					List.of(CALL, new StreamEvent.ToolResult("call_1", "weather", CANARY, false))),
			Map.entry("refusals", List.of(new Metadata(Map.of(Metadata.REFUSAL, CANARY)))),
			Map.entry("usage", List.of(new StreamEvent.UsageReport(Usage.of(77_777, 2)))),
			Map.entry("cost",
					List.of(new StreamEvent.UsageReport(Usage.of(9, 2), new Cost(new BigDecimal("0.77777"), "USD")))),
			Map.entry("the finish reason", List.of(new Metadata(Map.of(Metadata.FINISH_REASON, "length")))),
			Map.entry("the model that answered", List.of(new Metadata(Map.of("model", CANARY)))),
			Map.entry("warnings and other metadata", List.of(new Metadata(Map.of("warning", CANARY)))),
			Map.entry("further choices", List.of(new Token(CANARY, 0, 1))),
			Map.entry("retries before the first text",
					List.of(new StreamEvent.Retry(77_777, Duration.ofSeconds(1), 0), new Token("Hel", 0))),
			Map.entry("an answer that begins anew", List.of(new Token("Hel", 0),
					new StreamEvent.Retry(1, Duration.ofSeconds(1), 1), new Token(CANARY, 0))));

	static final List<String> CARRIED = List.copyOf(EVENTS.keySet());

	private static final List<String> MARKS = List.of(CANARY, "77777", "\"length\"");

	private static final List<WireFormat> FORMATS = List.of(new AiKitWireFormat(new JsonMapper()),
			new UiMessageFormat(new JsonMapper()).withLevel(7), new OpenAiWireFormat("fast", true),
			new AgUiWireFormat("t1", "r1"));

	private static final String STOP = "a stop by the server";

	private static final String RESUMING = "resuming";

	private static final Map<String, List<String>> ROWS = rows();

	@ParameterizedTest
	@FieldSource("CARRIED")
	void aRowSaysWhatIsWritten(String what) {
		List<Boolean> written = FORMATS.stream()
			.map((format) -> new RandomAnswer(Objects.requireNonNull(EVENTS.get(what)), Outcome.COMPLETE).text(format))
			.map((text) -> MARKS.stream().anyMatch(text::contains))
			.toList();
		assertThat(written).isEqualTo(cells(what).stream().map((cell) -> !cell.startsWith("no")).toList());
	}

	@Test
	void eachRowIsLookedAt() {
		assertThat(ROWS).containsOnlyKeys(Stream.concat(CARRIED.stream(), Stream.of(STOP, RESUMING)).toList());
	}

	@Test
	void theTableSaysWhoTakesAStopForAnError() {
		List<Boolean> failed = FORMATS.stream()
			.map((format) -> new RandomAnswer(List.of(new Token("Hel", 0)), Outcome.STOPPED).text(format))
			.map((text) -> text.toLowerCase(Locale.ROOT).contains("error"))
			.toList();
		assertThat(failed).isEqualTo(cells(STOP).stream().map("as an error"::equals).toList());
	}

	@Test
	void theTableSaysWhoGoesOnAfterAnyEvent() {
		assertThat(FORMATS.stream().map(WireFormat::isResumableAfterEvents).toList())
			.isEqualTo(cells(RESUMING).stream().map("after any event"::equals).toList());
	}

	private static List<String> cells(String what) {
		return Objects.requireNonNull(ROWS.get(what));
	}

	private static Map<String, List<String>> rows() {
		String section = ReadmeTests.blocks(Pattern.compile("### What is carried\n(.*?)\n##", Pattern.DOTALL)).get(0);
		return ROW.matcher(section)
			.results()
			.filter((row) -> !row.group(1).startsWith("-"))
			.collect(Collectors.toMap((row) -> row.group(1),
					(row) -> List.of(row.group(2), row.group(3), row.group(4), row.group(5))));
	}

}

package studio.ainative.aikit.format.uimessage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever an answer consists of, the first release of each major can read it, and
 * nothing but a whole one looks whole.
 */
class UiMessagePropertyTests {

	private static final int SEQUENCES = 2_000;

	private static final String[] TEXTS = { "", "a", "Hello ", "\n", "\u2028", "\"", "\ud83d", "\ud83d\ude00",
			"data: x\n\n", "</script>", "\0", "null" };

	private static final String[] ARGUMENTS = { "", "{", "}", "{}", "{\"a\":", "1}", "null", "[", "\n" };

	private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

	private static final String[] REASONS = { "stop", "length", "tool_calls", "content_filter", "unknown", "" };

	@ParameterizedTest
	@ValueSource(ints = { 5, 6, 7 })
	void everySequenceOfEventsIsRead(int level) {
		UiMessageFormat format = new UiMessageFormat(new JsonMapper()).withLevel(level);
		for (int seed = 0; seed < SEQUENCES; seed++) {
			Random random = new Random(seed);
			List<StreamEvent> events = new ArrayList<>();
			for (int left = random.nextInt(24); left > 0; left--) {
				events.add(event(random));
			}
			boolean failed = events.stream().anyMatch(StreamEvent.ErrorEvent.class::isInstance);
			Outcome outcome = failed ? Outcome.ERROR : OUTCOMES.get(random.nextInt(OUTCOMES.size()));
			StreamEvent[] sequence = events.toArray(StreamEvent[]::new);
			String text = UiMessageFormatTests.text(format, outcome, sequence);
			try {
				StrictUiReader reader = StrictUiReader.read(text, level);
				if (outcome != Outcome.COMPLETE) {
					assertThat(reader.outcome).isNotEqualTo("complete");
				}
				assertThat(UiMessageFormatTests.text(format, outcome, sequence)).isEqualTo(text);
				assertThat(reader.text.toString()).isEqualTo(said(events));
			}
			catch (AssertionError ex) {
				throw new AssertionError("seed " + seed + ", " + outcome + ", " + events + ":\n" + text, ex);
			}
		}
	}

	/** The text that counts: what came since the last restart. */
	private static String said(List<StreamEvent> events) {
		StringBuilder text = new StringBuilder();
		for (StreamEvent event : events) {
			if (event instanceof StreamEvent.Token token && token.choice() == 0) {
				text.append(token.text());
			}
			else if (event instanceof StreamEvent.Metadata metadata
					&& metadata.values().get(StreamEvent.Metadata.REFUSAL) instanceof String refusal) {
				text.append(refusal);
			}
			else if (event instanceof StreamEvent.Retry) {
				text.setLength(0);
			}
		}
		return text.toString();
	}

	private static StreamEvent event(Random random) {
		String text = TEXTS[random.nextInt(TEXTS.length)];
		int choice = (random.nextInt(10) == 0) ? 1 : 0;
		return switch (random.nextInt(13)) {
			case 12 -> random.nextBoolean() ? new StreamEvent.ReasoningEnd("someone", Map.of("a", text))
					: new StreamEvent.ToolResult("call_" + random.nextInt(2), "tool",
							ARGUMENTS[random.nextInt(ARGUMENTS.length)], random.nextBoolean());
			case 0, 1 -> new StreamEvent.Reasoning(text, choice);
			case 2, 3, 4 -> toolCall(random, choice);
			case 5 -> new StreamEvent.UsageReport(Usage.of(random.nextInt(100), random.nextInt(100)));
			case 6 -> new StreamEvent.Metadata(facts(random));
			case 7 ->
				(random.nextInt(6) == 0) ? new StreamEvent.ErrorEvent(text, "CODE", Collections.singletonMap("a", null))
						: new StreamEvent.Metadata(Map.of(StreamEvent.Metadata.REFUSAL, text));
			case 8 -> new StreamEvent.Retry(1 + random.nextInt(3), Duration.ofMillis(random.nextInt(1000)),
					random.nextInt(3));
			default -> new StreamEvent.Token(text, random.nextInt(100), choice);
		};
	}

	private static StreamEvent toolCall(Random random, int choice) {
		int index = random.nextInt(3);
		return new StreamEvent.ToolCall(index, random.nextBoolean() ? "call_" + random.nextInt(2) : null,
				(random.nextInt(3) > 0) ? "tool" + index : null, ARGUMENTS[random.nextInt(ARGUMENTS.length)], choice);
	}

	private static Map<String, Object> facts(Random random) {
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put("model", TEXTS[random.nextInt(TEXTS.length)]);
		facts.put(StreamEvent.Metadata.FINISH_REASON, REASONS[random.nextInt(REASONS.length)]);
		facts.put("nothing", null);
		return facts;
	}

}

package studio.ainative.aikit.format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Any sequence of events, whether or not a provider would send it, and any end.
 *
 * @param events the events
 * @param outcome the end
 */
public record RandomAnswer(List<StreamEvent> events, Outcome outcome) {

	private static final String[] TEXTS = { "Hel", "lo", " ", "", "\n", "\r\n", "\0", "\"", "\\", "é", "€",
			"\ud83d\ude00", "\ud83d", "\ude00", "data: x", "</script>", "\u2028" };

	private static final String[] REASONS = { "stop", "length", "tool_calls", "content_filter", "refusal", "pause",
			"error", "other", "who knows" };

	/**
	 * Make one.
	 * @param seed what it follows from
	 * @return the answer
	 */
	public static RandomAnswer of(long seed) {
		Random random = new Random(seed);
		List<StreamEvent> events = new ArrayList<>();
		for (int left = random.nextInt(24); left > 0; left--) {
			events.add(event(random));
		}
		return new RandomAnswer(events, List.of(Outcome.values()).get(random.nextInt(Outcome.values().length)));
	}

	private static StreamEvent event(Random random) {
		int choice = (random.nextInt(12) == 0) ? random.nextInt(300) : 0;
		return switch (random.nextInt(16)) {
			case 0, 1 -> new StreamEvent.Reasoning(text(random), choice);
			case 2, 3, 4 ->
				new StreamEvent.ToolCall(random.nextInt(3), random.nextBoolean() ? "id" + text(random) : null,
						random.nextBoolean() ? "tool" : null, text(random), choice, random.nextInt(3) == 0);
			case 5 -> new StreamEvent.UsageReport(
					new Usage(random.nextInt(99), random.nextInt(99), random.nextInt(200), random.nextInt(2),
							random.nextInt(2), random.nextInt(2), random.nextBoolean()),
					random.nextBoolean() ? new Cost(new BigDecimal("1E-7"), "USD") : null);
			case 6 -> metadata(random, choice);
			case 7 -> switch (random.nextInt(3)) {
				case 0 -> new StreamEvent.ReasoningEnd("someone", Map.of("signature", text(random)), choice);
				case 1 -> new StreamEvent.ToolResult("id" + text(random), "tool", text(random), random.nextBoolean());
				default -> metadata(random, choice);
			};
			case 8 -> (random.nextInt(3) > 0) ? new StreamEvent.Token(text(random), 0)
					: new StreamEvent.ErrorEvent(text(random), "CODE" + text(random), Map.of("a", 1));
			case 9 -> (random.nextInt(3) > 0) ? new StreamEvent.Token(text(random), 0)
					: new StreamEvent.Retry(1, Duration.ofSeconds(1), random.nextInt(2));
			default -> new StreamEvent.Token(text(random), random.nextInt(9), choice);
		};
	}

	private static StreamEvent metadata(Random random, int choice) {
		Map<String, Object> values = new LinkedHashMap<>();
		if (random.nextBoolean()) {
			values.put("finishReason", REASONS[random.nextInt(REASONS.length)]);
		}
		if (random.nextInt(3) == 0) {
			values.put("refusal", text(random));
		}
		if (random.nextBoolean()) {
			values.put("model", "some-model");
		}
		if (random.nextInt(4) == 0) {
			values.put("warning", text(random));
			values.put("own", List.of(1, true, Map.of("a", "b")));
		}
		if (random.nextInt(9) == 0) {
			values.put("nothing", null);
		}
		if (choice != 0) {
			values.put("choice", choice);
		}
		return new StreamEvent.Metadata(values);
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int left = random.nextInt(4); left > 0; left--) {
			text.append(TEXTS[random.nextInt(TEXTS.length)]);
		}
		return text.toString();
	}

	/**
	 * Write it by frames.
	 * @param format in what format
	 * @return the response's body
	 */
	public String text(WireFormat format) {
		return new String(bytes(format, false), StandardCharsets.UTF_8);
	}

	/**
	 * Write it.
	 * @param format in what format
	 * @param shortcut whether events may be written without frames
	 * @return the response's body
	 */
	public byte[] bytes(WireFormat format, boolean shortcut) {
		SseEncoder bytes = new SseEncoder();
		Instant noon = Instant.parse("2026-01-31T12:00:00Z");
		WireFormat.Encoder encoder = format.encoder();
		encoder.start(new Opening("7", noon), (frame) -> frame.appendTo(bytes));
		long number = 0;
		for (StreamEvent event : this.events) {
			number++;
			if (shortcut) {
				encoder.event(event, number, bytes);
			}
			else {
				encoder.event(event, number, (Frame frame) -> frame.appendTo(bytes));
			}
		}
		encoder.done(noon, this.outcome, (frame) -> frame.appendTo(bytes));
		return bytes.drain();
	}

}

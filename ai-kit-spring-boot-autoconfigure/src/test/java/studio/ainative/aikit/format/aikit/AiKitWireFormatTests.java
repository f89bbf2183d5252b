package studio.ainative.aikit.format.aikit;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.RandomAnswer;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * AI Kit's own format, as text.
 */
class AiKitWireFormatTests {

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	private static final String HOSTILE = "data: a\r\nevent: b\rid: c\n\n: d\0\u2028\ud800e\"\\";

	@Test
	void writesTokensAsBytesJustAsItDoesAsFrames() {
		WireFormat.Encoder encoder = new AiKitWireFormat(JsonMapper.shared()).encoder();
		String[] pieces = { "Hel", " ", "\n", "\r\n", "\0", "\t", "\b", "\u001f", "\u007f", "\"", "\\", "/", "é", "€",
				"\u2028", "\ufeff", "\ud83d\ude00", "\ud83d", "\ude00", "data: ", "}" };
		Random random = new Random(7);
		for (int i = 0; i < 20_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int left = random.nextInt(6); left > 0; left--) {
				text.append(pieces[random.nextInt(pieces.length)]);
			}
			long number = (i % 3 == 0) ? random.nextLong(Long.MAX_VALUE) : random.nextInt(2_000);
			StreamEvent token = new StreamEvent.Token(text.toString(), random.nextInt(Integer.MAX_VALUE), i % 50 / 49);
			SseEncoder byFrames = new SseEncoder();
			encoder.event(token, number, (Frame frame) -> frame.appendTo(byFrames));
			SseEncoder byBytes = new SseEncoder();
			encoder.event(token, number, byBytes);
			assertThat(byBytes.drain()).as("seed 7, token %s", i).isEqualTo(byFrames.drain());
		}
	}

	@Test
	void writesEachKindOfEvent() {
		assertThat(text(new StreamEvent.Token("Hel", 0), new StreamEvent.Token("lo", 1, 2),
				new StreamEvent.Reasoning("Hm."), new StreamEvent.Reasoning("Hm.", 1),
				new StreamEvent.ToolCall(0, "call-1", "weather", ""),
				new StreamEvent.ToolCall(0, null, null, "{\"city\":", 1), new StreamEvent.UsageReport(Usage.NONE),
				new StreamEvent.UsageReport(new Usage(9, 2, 11, 4, 3, 1, true),
						new Cost(new BigDecimal("1E-7"), "USD")),
				new StreamEvent.Metadata(Map.of("stop", List.of("a", 1, true))),
				new StreamEvent.ErrorEvent("No.", "REFUSED"), new StreamEvent.Retry(1, Duration.ofSeconds(1), 12)))
			.isEqualTo(
					"""
							event: token
							id: 1
							data: {"token":"Hel","index":0}

							event: token
							id: 2
							data: {"token":"lo","index":1,"choice":2}

							event: metadata
							id: 3
							data: {"reasoning":"Hm."}

							event: metadata
							id: 4
							data: {"reasoning":"Hm.","choice":1}

							event: metadata
							id: 5
							data: {"toolCall":{"index":0,"id":"call-1","name":"weather","arguments":""}}

							event: metadata
							id: 6
							data: {"toolCall":{"index":0,"arguments":"{\\"city\\":"},"choice":1}

							event: usage
							id: 7
							data: {"promptTokens":0,"completionTokens":0,"totalTokens":0,"usage":{"promptTokens":0,"completionTokens":0,"totalTokens":0}}

							event: usage
							id: 8
							data: {"promptTokens":9,"completionTokens":2,"totalTokens":11,"usage":{"promptTokens":9,"completionTokens":2,"totalTokens":11},"cachedTokens":4,"cacheWriteTokens":3,"reasoningTokens":1,"estimated":true,"cost":{"amount":0.0000001,"currency":"USD"}}

							event: metadata
							id: 9
							data: {"stop":["a",1,true]}

							event: error
							id: 10
							data: {"error":"No.","code":"REFUSED"}

							event: retry
							id: 11
							data: {"attempt":1,"delay":1000,"discardedTokens":12}

							""");
	}

	@Test
	void writesStartAndDoneWithoutIds() {
		WireFormat.Encoder encoder = new AiKitWireFormat(new JsonMapper()).encoder();
		SseEncoder text = new SseEncoder();
		encoder.start(new Opening("answer-1", NOON.plusNanos(123_456_789)), (frame) -> frame.appendTo(text));
		encoder.done(NOON, Outcome.ERROR, (frame) -> frame.appendTo(text));
		assertThat(new String(text.drain(), StandardCharsets.UTF_8)).isEqualTo("""
				event: start
				data: {"timestamp":"2026-01-31T12:00:00.123Z"}

				event: done
				data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"error"}

				""");
	}

	@Test
	void keepsToOneLineThoughTheMapperIndents() {
		JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		assertThat(text(mapper, new StreamEvent.Metadata(Map.of("a", Map.of("b", 1)))))
			.isEqualTo("event: metadata\nid: 1\ndata: {\"a\":{\"b\":1}}\n\n");
	}

	@Test
	void carriesAnyTextUnharmed() {
		JsonMapper mapper = new JsonMapper();
		StringBuilder every = new StringBuilder();
		for (int c = 0; c <= Character.MAX_VALUE; c++) {
			every.append((char) c).append('x');
		}
		String hostile = every + "\ud83d\ude00" + HOSTILE;
		String text = text(new StreamEvent.Token(hostile, 0), new StreamEvent.Metadata(Map.of("text", hostile)));
		String[] frames = text.split("\n\n");
		assertThat(frames).hasSize(2);
		assertThat(mapper.readTree(data(frames[0])).get("token").asString()).isEqualTo(hostile);
		assertThat(mapper.readTree(data(frames[1])).get("text").asString()).isEqualTo(hostile);
	}

	@Test
	void aStrictReaderAcceptsAnySequenceOfEvents() {
		for (long seed = 0; seed < 2_000; seed++) {
			RandomAnswer answer = RandomAnswer.of(seed);
			WireFormat format = new AiKitWireFormat(new JsonMapper());
			String text = answer.text(format);
			try {
				StrictAiKitReader reader = StrictAiKitReader.read(text);
				assertThat(reader.outcome()).isEqualTo(answer.outcome().wireName());
				assertThat(reader.events()).isEqualTo(answer.events().size());
				assertThat(reader.text()).isEqualTo(answer.events()
					.stream()
					.filter((event) -> event instanceof StreamEvent.Token token && token.choice() == 0)
					.map((event) -> ((StreamEvent.Token) event).text())
					.collect(Collectors.joining()));
				assertThat(answer.bytes(format, true)).isEqualTo(answer.bytes(format, false))
					.isEqualTo(answer.bytes(new AiKitWireFormat(new JsonMapper()), true));
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("seed " + seed + ":\n" + text, ex);
			}
		}
	}

	private static String data(String frame) {
		List<String> lines = frame.lines().toList();
		assertThat(lines).hasSize(3);
		return lines.get(2).substring("data: ".length());
	}

	private static String text(StreamEvent... events) {
		return text(new JsonMapper(), events);
	}

	private static String text(JsonMapper mapper, StreamEvent... events) {
		WireFormat.Encoder encoder = new AiKitWireFormat(mapper).encoder();
		SseEncoder text = new SseEncoder();
		for (int i = 0; i < events.length; i++) {
			encoder.event(events[i], i + 1, (frame) -> frame.appendTo(text));
		}
		return new String(text.drain(), StandardCharsets.UTF_8);
	}

}

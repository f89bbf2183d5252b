package studio.ainative.aikit.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StraysTests {

	private final List<String> told = new ArrayList<>();

	@Test
	void tellsStraysBetweenTheEventsInOrderWhereverTheStreamIsCut() {
		String body = """
				data: 1

				error: first
				unknown: line
				{"a": {"b": "}\\""}} rest
				data: 2
				[
				  1
				]

				data: 3

				error: last""";
		List<String> expected = List.of("message 1", "stray error first", "stray message {\"a\": {\"b\": \"}\\\"\"}}",
				"stray message [1]", "message 2", "message 3", "stray error last");
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		for (int cut = 0; cut <= bytes.length; cut++) {
			assertThat(decode(bytes, cut)).as("cut at %d", cut).isEqualTo(expected);
		}
	}

	@Test
	void tellsNothingOfThemWithoutBeingAsked() {
		SseDecoder decoder = new SseDecoder(1_000);
		byte[] bytes = "error: x\n{\"a\":1}\ndata: 1\n\n".getBytes(StandardCharsets.UTF_8);
		decoder.decode(bytes, 0, bytes.length, (frame) -> this.told.add(frame.event() + " " + frame.data()));
		decoder.endStrays();
		assertThat(this.told).containsExactly("message 1");
	}

	@Test
	void passesLongOnesByAndGoesOn() {
		String body = "error: " + "x".repeat(70_000) + "\n{\"a\":\"" + "x".repeat(70_000)
				+ "\"}\n{\"b\":1}\nerror: y\n";
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		assertThat(decode(bytes, bytes.length)).containsExactly("stray message {\"b\":1}", "stray error y");
	}

	private List<String> decode(byte[] bytes, int cut) {
		this.told.clear();
		SseDecoder decoder = new SseDecoder(1_000,
				(stray) -> this.told.add("stray " + stray.event() + " " + stray.data()));
		decoder.decode(bytes, 0, cut, (frame) -> this.told.add(frame.event() + " " + frame.data()));
		decoder.decode(bytes, cut, bytes.length - cut, (frame) -> this.told.add(frame.event() + " " + frame.data()));
		decoder.endStrays();
		return List.copyOf(this.told);
	}

}

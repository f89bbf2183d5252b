package studio.ainative.aikit.sse;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the decoder has of an event that the stream's end cuts off.
 */
class UnfinishedEventTests {

	@ParameterizedTest
	@ValueSource(strings = { "id: 1\nevent: end\ndata: a\ndata: b", "id: 1\nevent: end\ndata: a\ndata: b\r\n",
			": hello\n\ndata: a\ndata: b\nevent: end\nid: 2", "data: a\ndata: b\nevent: end\nunknown: 1" })
	void itsDataIsThereForWhoeverWantsIt(String text) {
		byte[] bytes = Decoded.utf8(text);
		for (int piece = 1; piece <= bytes.length; piece++) {
			SseDecoder decoder = new SseDecoder(100);
			List<String> events = new ArrayList<>();
			for (int start = 0; start < bytes.length; start += piece) {
				decoder.decode(bytes, start, Math.min(piece, bytes.length - start), (frame) -> events.add("too early"));
			}
			decoder.decodeUnfinished((frame) -> events.add(frame.event() + " " + frame.data()));
			assertThat(events).containsExactly("end a\nb");
			assertThat(decoder.lastEventId()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "data: a\n\n", "data: a\n\n: b", "event: a", "retry: 1\n", "dat", "\uFEFF" })
	void whatHasNoDataIsNoEventEvenThen(String text) {
		SseDecoder decoder = new SseDecoder(100);
		List<String> events = new ArrayList<>();
		byte[] bytes = Decoded.utf8(text);
		decoder.decode(bytes, 0, bytes.length, (frame) -> {
		});
		decoder.decodeUnfinished((frame) -> events.add(frame.data()));
		assertThat(events).isEmpty();
	}

}

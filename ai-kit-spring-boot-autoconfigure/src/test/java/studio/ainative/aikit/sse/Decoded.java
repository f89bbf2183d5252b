package studio.ainative.aikit.sse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that can be seen of a decoded stream.
 */
public record Decoded(List<Frame> frames, boolean unfinished, String lastEventId, Duration reconnectionTime,
		boolean limitExceeded) {

	public record Frame(String event, String id, String data) {

		static Frame of(SseFrame frame) {
			return new Frame(frame.event(), frame.id(), frame.data());
		}

	}

	/** Decodes the parts between the given cuts, each in an array of its own. */
	static Decoded of(int maxEventSize, byte[] bytes, int... cuts) {
		SseDecoder decoder = new SseDecoder(maxEventSize);
		List<Frame> frames = new ArrayList<>();
		boolean limitExceeded = false;
		try {
			int start = 0;
			for (int i = 0; i <= cuts.length; i++) {
				int end = (i < cuts.length) ? cuts[i] : bytes.length;
				byte[] part = Arrays.copyOfRange(bytes, start, end);
				decoder.decode(part, 0, part.length, (frame) -> frames.add(Frame.of(frame)));
				// A decoder that kept the array would see this
				Arrays.fill(part, (byte) '?');
				start = end;
			}
		}
		catch (SseLimitException ex) {
			limitExceeded = true;
		}
		return new Decoded(frames, decoder.hasUnfinishedEvent(), decoder.lastEventId(), decoder.reconnectionTime(),
				limitExceeded);
	}

	static Decoded inChunksOf(int chunk, int maxEventSize, byte[] bytes) {
		int[] cuts = new int[Math.max(0, (bytes.length - 1) / chunk)];
		Arrays.setAll(cuts, (index) -> (index + 1) * chunk);
		return of(maxEventSize, bytes, cuts);
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

package studio.ainative.aikit.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;

/**
 * Texts that would end a frame early or start a field of their own, if anything could.
 */
final class HostileTexts {

	private static final String[] PIECES = { "\r", "\n", "\r\n", "\0", "\ud83d", "\udc4b", "👋", "é", " ", ":", "data:",
			"\ndata: x", "\n\nevent: x\n", "\rid: 7\r", "id", "retry: 1", "a", "漢", "\uFEFF", "\u2028", "\u2029",
			"\u0085", "\u010a", "\u010d", "\u0a0d", "\"", "\\" };

	private final Random random;

	HostileTexts(long seed) {
		this.random = new Random(seed);
	}

	String next() {
		StringBuilder text = new StringBuilder();
		for (int i = this.random.nextInt(6); i > 0; i--) {
			text.append(PIECES[this.random.nextInt(PIECES.length)]);
		}
		return text.toString();
	}

	/** For a name, or an id. A space at the beginning is no part of either. */
	@Nullable String nextLine() {
		return this.random.nextBoolean() ? next().replaceAll("[\r\n\0]", "").replaceAll("^ +", "") : null;
	}

	/** One event of each kind that carries texts. */
	List<StreamEvent> nextEvents() {
		return List.of(new StreamEvent.Token(next(), 0), new StreamEvent.Token(next(), 0, 1),
				new StreamEvent.Reasoning(next()), new StreamEvent.ToolCall(0, next(), next(), next()),
				new StreamEvent.Metadata(Map.of(next(), List.of(next()))),
				new StreamEvent.ErrorEvent(next(), next(), Map.of(next(), next())));
	}

	/** Frames as {@link RawFormat} makes them. */
	List<StreamEvent> nextRawEvents(int count) {
		List<StreamEvent> events = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			events.add(raw(nextLine(), nextLine(), next()));
		}
		return events;
	}

	static StreamEvent raw(@Nullable String event, @Nullable String id, String data) {
		Map<String, Object> frame = new HashMap<>();
		frame.put("event", event);
		frame.put("id", id);
		frame.put("data", data);
		return new StreamEvent.Metadata(frame);
	}

	/** A format that puts texts where they are most dangerous. */
	static class RawFormat implements WireFormat, WireFormat.Encoder {

		@Override
		public Encoder encoder() {
			return this;
		}

		@Override
		public void start(Opening opening, Consumer<Frame> frames) {
		}

		@Override
		public void event(StreamEvent event, long number, Consumer<Frame> frames) {
			if (event instanceof StreamEvent.Metadata metadata) {
				frames.accept(Frame.of((String) metadata.values().get("event"), (String) metadata.values().get("id"),
						(String) metadata.values().get("data")));
			}
			else {
				frames.accept(Frame.of(event.type().wireName(), null, "failed"));
			}
		}

		@Override
		public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
		}

	}

}

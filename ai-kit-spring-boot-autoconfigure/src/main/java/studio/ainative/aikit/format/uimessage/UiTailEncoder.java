package studio.ainative.aikit.format.uimessage;

import java.time.Instant;
import java.util.function.Consumer;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Leaves out the first parts of an answer, which the reader has.
 */
final class UiTailEncoder implements WireFormat.Encoder {

	/** Readers who are told nothing would ask again, for ever. */
	private static final String BEYOND = "The answer has no part of this number.";

	private final UiMessageEncoder encoder;

	/** How many parts are still to be left out. */
	private long left;

	UiTailEncoder(UiMessageEncoder encoder, long left) {
		this.encoder = encoder;
		this.left = left;
	}

	@Override
	public void start(Opening opening, Consumer<Frame> frames) {
		this.encoder.start(opening, rest(frames));
	}

	@Override
	public void event(StreamEvent event, long number, Consumer<Frame> frames) {
		this.encoder.event(event, number, rest(frames));
	}

	@Override
	public void event(StreamEvent event, long number, SseEncoder bytes) {
		if (this.left > 0) {
			event(event, number, (Frame frame) -> frame.appendTo(bytes));
		}
		else {
			this.encoder.event(event, number, bytes);
		}
	}

	@Override
	public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
		this.encoder.done(timestamp, outcome, rest((frame) -> {
			if (this.left > 0 && isEnd(frame)) {
				UiMessageEncoder.send("{\"type\":\"error\",\"errorText\":\"" + BEYOND + "\"}", frames);
			}
			frames.accept(frame);
		}));
	}

	/** The end is no part. */
	private Consumer<Frame> rest(Consumer<Frame> frames) {
		return (frame) -> {
			if (this.left > 0 && !isEnd(frame)) {
				this.left--;
			}
			else {
				frames.accept(frame);
			}
		};
	}

	private static boolean isEnd(Frame frame) {
		return frame.text().equals(UiMessageEncoder.END);
	}

}

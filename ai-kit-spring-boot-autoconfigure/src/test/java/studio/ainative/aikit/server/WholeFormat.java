package studio.ainative.aikit.server;

import java.time.Instant;
import java.util.function.Consumer;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;

/**
 * A format whose readers can't go on in the middle of an answer.
 */
final class WholeFormat implements WireFormat {

	@Override
	public Encoder encoder() {
		return new Encoder() {

			@Override
			public void start(Opening opening, Consumer<Frame> frames) {
				frames.accept(Frame.of(null, null, "start " + opening.answerId()));
			}

			@Override
			public void event(StreamEvent event, long number, Consumer<Frame> frames) {
				frames.accept(Frame.of(null, null, number + " " + ((Token) event).text()));
			}

			@Override
			public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
				frames.accept(Frame.of(null, null, outcome.wireName()));
			}

		};
	}

}

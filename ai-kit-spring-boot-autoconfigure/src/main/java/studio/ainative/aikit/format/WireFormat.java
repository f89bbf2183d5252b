package studio.ainative.aikit.format;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * What the events of an answer look like to its reader. The default is
 * {@link studio.ainative.aikit.format.aikit.AiKitWireFormat}; another one speaks to
 * another client.
 * <p>
 * A format is shared by all responses, its {@link Encoder} belongs to one.
 *
 * @since 0.1.0
 */
public interface WireFormat {

	/**
	 * Begin a response.
	 * @return the encoder of this response alone
	 */
	Encoder encoder();

	/**
	 * What the format is called in metrics: the same for all of its kind.
	 * @return by default the name of the class in lower case with hyphens, without
	 * {@code WireFormat} or {@code Format} at its end
	 */
	default String name() {
		String name = getClass().getSimpleName().replaceFirst("(Wire)?Format$", "");
		return name.isEmpty() ? "other" : name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
	}

	/**
	 * Response headers that the format asks for, besides those of any event stream.
	 * @return the headers, none by default
	 */
	default Map<String, String> headers() {
		return Map.of();
	}

	/**
	 * Response header in which readers of this format look for the id of an answer that
	 * can be read again, besides the one of AI Kit's own.
	 * @return the header's name, {@code null} by default, for none
	 */
	default @Nullable String streamIdHeader() {
		return null;
	}

	/**
	 * Whether readers of an answer that can be read again may go on after any event, by
	 * its number, with a new encoder. Others get the whole answer again.
	 * @return {@code false} unless overridden
	 */
	default boolean isResumableAfterEvents() {
		return false;
	}

	/**
	 * What an encoder has to know of the request that begins an answer, to write the same
	 * to whoever reads the answer again. It is kept with the answer, up to 64 KB, and
	 * handed to its later encoders of the same {@linkplain #name() name}, on other nodes
	 * too.
	 * @return the {@linkplain Opening#note() note}, {@code null} by default, for nothing
	 */
	default @Nullable String note() {
		return null;
	}

	/**
	 * What a reader is sent who asks for an answer by the id of its chat, as readers of
	 * this format do that know no other, when no answer streams in it.
	 * @return the whole body, {@code null} by default: a chat's id is no answer's then
	 */
	default byte @Nullable [] emptyChat() {
		return null;
	}

	/**
	 * Turns the events of one response into frames, in order. Never called by two threads
	 * at once, though by different ones. Each method may make no frame, one or several.
	 * An encoder is deterministic, writes no null, closes what it opened, and lets no
	 * answer look whole but one that {@linkplain Outcome#COMPLETE is}.
	 */
	interface Encoder {

		/**
		 * The response begins.
		 * @param opening its id, and when it began
		 * @param frames takes the frames
		 */
		void start(Opening opening, Consumer<Frame> frames);

		/**
		 * The next event.
		 * @param event the event
		 * @param number position among the events, from 1
		 * @param frames takes the frames
		 */
		void event(StreamEvent event, long number, Consumer<Frame> frames);

		/**
		 * The next event, as bytes. A format may override this for events that come
		 * often, to spare the frame; the bytes must be those of the frames that the other
		 * method makes.
		 * @param event the event
		 * @param number position among the events, from 1
		 * @param encoder takes the frames
		 */
		default void event(StreamEvent event, long number, SseEncoder encoder) {
			event(event, number, (Frame frame) -> frame.appendTo(encoder));
		}

		/**
		 * The response ends.
		 * @param timestamp when it ended
		 * @param outcome how it ended
		 * @param frames takes the frames
		 */
		void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames);

		/**
		 * The reader is let go though the answer goes on, and is to come again at once,
		 * as this server is about to stop.
		 * @param frames takes the frames, by default one that names a short time
		 */
		default void release(Consumer<Frame> frames) {
			frames.accept(Frame.RETRY_AT_ONCE);
		}

	}

}

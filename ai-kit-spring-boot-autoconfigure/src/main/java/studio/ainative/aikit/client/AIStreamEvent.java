package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * What a listener of an {@link AIStream} can be told.
 *
 * @param <T> what the listener is given
 * @since 0.1.0
 */
public final class AIStreamEvent<T> {

	/** The conversation has one more message, the person's or the model's. */
	public static final AIStreamEvent<Message> MESSAGE = new AIStreamEvent<>("MESSAGE");

	/**
	 * A call begins; told once for a call, however often it is retried. The listener is
	 * given the messages that are sent.
	 */
	public static final AIStreamEvent<List<Message>> STREAMING_START = new AIStreamEvent<>("STREAMING_START");

	/** A piece of the answer's text. */
	public static final AIStreamEvent<StreamEvent.Token> TOKEN = new AIStreamEvent<>("TOKEN");

	/** What the answer has used so far; later reports of a call replace earlier ones. */
	public static final AIStreamEvent<StreamEvent.UsageReport> USAGE = new AIStreamEvent<>("USAGE");

	/** A call ended, in whatever way; told once for each {@link #STREAMING_START}. */
	public static final AIStreamEvent<End> STREAMING_END = new AIStreamEvent<>("STREAMING_END");

	/** A call failed for good; {@link #STREAMING_END} follows. */
	public static final AIStreamEvent<AIStreamException> ERROR = new AIStreamEvent<>("ERROR");

	/** A call failed and will be made again after a delay. */
	public static final AIStreamEvent<StreamEvent.Retry> RETRY = new AIStreamEvent<>("RETRY");

	/**
	 * The connection was lost, and the answer is read on after a delay, as its server
	 * keeps it. Nothing is void, and nobody is called again.
	 */
	public static final AIStreamEvent<Reconnect> RECONNECT = new AIStreamEvent<>("RECONNECT");

	/**
	 * The conversation was forgotten. The listener is given the messages that it had.
	 */
	public static final AIStreamEvent<List<Message>> RESET = new AIStreamEvent<>("RESET");

	private final String name;

	private AIStreamEvent(String name) {
		this.name = name;
	}

	/** Only values told under this constant get here, and those are of its type. */
	@SuppressWarnings("unchecked")
	T cast(Object value) {
		return (T) value;
	}

	/**
	 * The name of the constant.
	 * @return for example {@code STREAMING_START}
	 */
	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * How a call ended.
	 */
	public enum Outcome {

		/** The answer is whole. */
		COMPLETE,

		/** By {@link AIStream#stop()}, or because the subscriber cancelled. */
		STOPPED,

		/** By an error. */
		FAILED

	}

	/**
	 * An answer is about to be read on.
	 *
	 * @param attempt which attempt since the last event, from 1
	 * @param delay the wait before it
	 */
	public record Reconnect(int attempt, Duration delay) {
	}

	/**
	 * The end of a call.
	 *
	 * @param outcome how it ended
	 * @param answer the text that arrived, may be empty
	 * @param usage what was used, {@linkplain Usage#estimated() estimated} where the
	 * provider did not get to tell
	 * @param error why it failed, {@code null} unless it did
	 */
	public record End(Outcome outcome, String answer, Usage usage, @Nullable AIStreamException error) {

		/**
		 * Check the values and copy what is mutable.
		 * @param outcome how it ended
		 * @param answer the text that arrived, may be empty
		 * @param usage what was used, {@linkplain Usage#estimated() estimated} where the
		 * provider did not get to tell
		 * @param error why it failed, {@code null} unless it did
		 */
		public End {
			Objects.requireNonNull(outcome, "'outcome' must not be null");
			Objects.requireNonNull(answer, "'answer' must not be null");
			Objects.requireNonNull(usage, "'usage' must not be null");
		}

		@Override
		public String toString() {
			return "End[outcome=" + this.outcome + ", length=" + this.answer.length() + ", usage=" + this.usage
					+ ", error=" + this.error + "]";
		}

	}

}

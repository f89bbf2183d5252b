package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Sees the responses of a factory while they have a reader: for what measures them.
 * Thread-safe. What it throws goes to the log and breaks nothing.
 *
 * @since 0.1.0
 */
public interface ResponseObserver {

	/**
	 * A response has a reader.
	 * @param response the response, to be looked at until {@link #closed}
	 */
	void opened(OpenResponse response);

	/**
	 * A response has none any more. Told once for each {@link #opened}.
	 * @param response the response
	 * @param closing how it went
	 */
	void closed(OpenResponse response, Closing closing);

	/**
	 * Something has come of an answer that is kept, to be read again. Does nothing unless
	 * overridden.
	 * @param news what
	 */
	default void kept(KeptNews news) {
	}

	/**
	 * A response that has a reader, as it stands. Any thread may look, and what is seen
	 * may be a moment old.
	 */
	interface OpenResponse {

		/**
		 * The name of its format.
		 * @return for example {@code ai-kit}
		 */
		String format();

		/**
		 * How long it has had its reader.
		 * @return the time
		 */
		Duration age();

		/**
		 * For how long something has waited that the reader does not take.
		 * @return the time since the reader last had all that there was, zero if it has
		 * all now
		 */
		Duration lag();

		/**
		 * How much waits for the reader.
		 * @return the number of bytes, by estimate, and not what the server's own buffers
		 * hold
		 */
		long waitingBytes();

	}

	/**
	 * How a response lost its reader.
	 */
	enum Cause {

		/** All was written, and the answer is whole. */
		COMPLETE,

		/** All was written, and the answer has failed or was aborted. */
		ERROR,

		/** All was written, and the answer was stopped. */
		STOPPED,

		/** The reader was let go before the end, to come again: another node goes on. */
		RELEASED,

		/** The reader left, or could not be written to. */
		LEFT,

		/** The reader took nothing for the send timeout. */
		GIVEN_UP,

		/** The application shut down while it ran. */
		SHUTDOWN,

		/** The application was shutting down when the reader came. */
		REFUSED

	}

	/**
	 * How a response went.
	 *
	 * @param cause why it has no reader any more
	 * @param duration from the reader's coming to the end
	 * @param firstByte from the reader's coming until the first bytes were handed to the
	 * connection, {@code null} if none were
	 * @param firstToken the same for the first text
	 * @param bytes how many bytes were written, before compression; zero where Spring
	 * writes them, as it may for {@code toFlux()}
	 * @param heartbeats how many heartbeats were written
	 */
	record Closing(Cause cause, Duration duration, @Nullable Duration firstByte, @Nullable Duration firstToken,
			long bytes, long heartbeats) {

		/**
		 * Refuse what is missing.
		 * @param cause why it has no reader any more
		 * @param duration from the reader's coming to the end
		 * @param firstByte from the reader's coming until the first bytes were handed to
		 * the connection, {@code null} if none were
		 * @param firstToken the same for the first text
		 * @param bytes how many bytes were written, before compression
		 * @param heartbeats how many heartbeats were written
		 */
		public Closing {
			Objects.requireNonNull(cause, "'cause' must not be null");
			Objects.requireNonNull(duration, "'duration' must not be null");
		}

	}

}

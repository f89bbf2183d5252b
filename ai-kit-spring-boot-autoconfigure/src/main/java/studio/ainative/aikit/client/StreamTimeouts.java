package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How long a call waits, and for what. A limit that passes fails the call (or the try,
 * see {@link RetryConfig}) with a {@link StreamTimeoutException}.
 * <p>
 * The clocks of the first token and of idleness only run while the subscriber asks for
 * more: a reader who takes its time is not the provider's silence. They look sixteen
 * times in the shorter limit, at most once a millisecond, and never end a silence early;
 * one that begins between two looks is ended up to a sixteenth of that limit later. Once
 * the provider has given a finish reason they stand still: usage and the terminal event
 * are waited for until 2 seconds have passed without an event, then the answer completes.
 *
 * @param connect for the connection to stand, more than zero
 * @param firstToken from the start of a try to the first text, reasoning or tool call of
 * the answer, more than zero
 * @param idle between two events of the answer after that, more than zero
 * @param total for the whole call with all its retries, {@code null} for no limit: a
 * healthy long answer is not cut
 * @param idleOn what restarts the clocks of {@code firstToken} and {@code idle}
 * @since 0.1.0
 */
public record StreamTimeouts(Duration connect, Duration firstToken, Duration idle, @Nullable Duration total,
		IdleOn idleOn) {

	private static final StreamTimeouts DEFAULTS = new StreamTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60),
			Duration.ofSeconds(60), null, IdleOn.CONTENT);

	/**
	 * Check the values and copy what is mutable.
	 * @param connect for the connection to stand, more than zero
	 * @param firstToken from the start of a try to the first text, reasoning or tool call
	 * of the answer, more than zero
	 * @param idle between two events of the answer after that, more than zero
	 * @param total for the whole call with all its retries, {@code null} for no limit: a
	 * healthy long answer is not cut
	 * @param idleOn what restarts the clocks of {@code firstToken} and {@code idle}
	 */
	public StreamTimeouts {
		requirePositive("connect", connect);
		requirePositive("firstToken", firstToken);
		requirePositive("idle", idle);
		if (total != null) {
			requirePositive("total", total);
		}
		Objects.requireNonNull(idleOn, "'idleOn' must not be null");
	}

	/**
	 * 10 seconds to connect, 60 to the first token, 60 idle, no limit in total, content
	 * restarts the clocks.
	 * @return the timeouts
	 */
	public static StreamTimeouts defaults() {
		return DEFAULTS;
	}

	/**
	 * Change the wait for a connection.
	 * @param connect the limit, more than zero
	 * @return changed timeouts
	 */
	public StreamTimeouts withConnect(Duration connect) {
		return new StreamTimeouts(connect, this.firstToken, this.idle, this.total, this.idleOn);
	}

	/**
	 * Change the wait for the first token.
	 * @param firstToken the limit, more than zero
	 * @return changed timeouts
	 */
	public StreamTimeouts withFirstToken(Duration firstToken) {
		return new StreamTimeouts(this.connect, firstToken, this.idle, this.total, this.idleOn);
	}

	/**
	 * Change the wait between two events.
	 * @param idle the limit, more than zero
	 * @return changed timeouts
	 */
	public StreamTimeouts withIdle(Duration idle) {
		return new StreamTimeouts(this.connect, this.firstToken, idle, this.total, this.idleOn);
	}

	/**
	 * Change the limit of a whole call.
	 * @param total the limit, more than zero, {@code null} for none
	 * @return changed timeouts
	 */
	public StreamTimeouts withTotal(@Nullable Duration total) {
		return new StreamTimeouts(this.connect, this.firstToken, this.idle, total, this.idleOn);
	}

	/**
	 * Change what restarts the clocks.
	 * @param idleOn what counts as a sign of life
	 * @return changed timeouts
	 */
	public StreamTimeouts withIdleOn(IdleOn idleOn) {
		return new StreamTimeouts(this.connect, this.firstToken, this.idle, this.total, idleOn);
	}

	private static void requirePositive(String name, Duration value) {
		Objects.requireNonNull(value, () -> "'" + name + "' must not be null");
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException("'" + name + "' must be more than zero (was " + value + ")");
		}
	}

	/**
	 * What counts as a sign of life.
	 */
	public enum IdleOn {

		/** Events of the answer only: comments and pings don't restart a clock. */
		CONTENT,

		/**
		 * Any bytes: comments and pings restart both clocks, as for a provider that keeps
		 * callers in a queue for minutes.
		 */
		BYTES

	}

}

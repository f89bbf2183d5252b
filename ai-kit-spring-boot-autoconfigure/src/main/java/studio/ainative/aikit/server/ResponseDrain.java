package studio.ainative.aikit.server;

import java.time.Duration;

import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

/**
 * How one response comes to its end when the application does: it may go on for its
 * {@code drainTimeout}, then its reader is told, and whoever doesn't take that soon is
 * given up.
 */
final class ResponseDrain {

	/** How long a reader has to take the last events. */
	static final Duration FAREWELL = Duration.ofMillis(500);

	/** What readers are told. */
	static final ErrorEvent SHUTDOWN = new ErrorEvent("The server is shutting down.",
			StreamingResponse.SERVER_SHUTDOWN);

	private final EventPipe response;

	private final Duration timeout;

	private boolean ended;

	/**
	 * Begin now.
	 * @param response the response, which runs
	 */
	ResponseDrain(EventPipe response) {
		this.response = response;
		this.timeout = response.options().drainTimeout();
		response.stalls().mark();
	}

	EventPipe response() {
		return this.response;
	}

	/**
	 * Do what is due: end the response, or close it.
	 * @param passed the time since the beginning
	 * @return when to look again, zero or less if nothing remains to be done
	 */
	Duration look(Duration passed) {
		Duration left = this.timeout.minus(passed);
		if (isPositive(left)) {
			return left;
		}
		left = left.plus(FAREWELL);
		// Whoever took nothing for as long as this won't take more now
		boolean lost = !this.ended && this.timeout.compareTo(FAREWELL) >= 0
				&& this.response.stalls().isStalledSinceMark();
		end();
		if (lost || !isPositive(left)) {
			this.response.close();
			return Duration.ZERO;
		}
		return left;
	}

	/**
	 * End the response before its time.
	 */
	void end() {
		this.ended = true;
		this.response.end(SHUTDOWN);
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

}

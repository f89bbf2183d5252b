package studio.ainative.aikit.client;

import java.time.Duration;

import org.reactivestreams.Subscription;

/**
 * The few bytes of a response that follow its answer's end are read, so that the
 * connection can serve another call. What takes long or is much is not waited for: then
 * the connection is closed.
 */
final class Linger implements Deadline {

	/** They are on their way when the answer ends, or never come. */
	private static final Duration TIME = Duration.ofSeconds(2);

	/** Costs less to read than a new connection does. */
	private static final int MAX_BYTES = 64 * 1024;

	private final SilenceClock clock;

	private final Subscription response;

	private volatile long begun;

	private int bytes;

	/**
	 * Prepare.
	 * @param clock looks whether it takes too long
	 * @param response the response, which is read by what is asked for here
	 */
	Linger(SilenceClock clock, Subscription response) {
		this.clock = clock;
		this.response = response;
	}

	/** Ask for the rest of the response. */
	void begin() {
		this.begun = this.clock.now();
		if (this.clock.set(this)) {
			this.response.request(Long.MAX_VALUE);
		}
		else {
			// Nobody would see to it that the connection does not stay open
			PassThrough.cancel(this.response);
		}
	}

	@Override
	public long look(long now) {
		long left = this.begun + TIME.toNanos() - now;
		if (left <= 0) {
			end();
			PassThrough.cancel(this.response);
		}
		return left;
	}

	@Override
	public boolean outlivesEvents() {
		return true;
	}

	/**
	 * Some of it has come.
	 * @param bytes how many bytes
	 */
	void read(int bytes) {
		this.bytes += bytes;
		if (this.bytes > MAX_BYTES) {
			end();
			PassThrough.cancel(this.response);
		}
	}

	/** The response has ended, or nobody needs its connection. */
	void end() {
		this.clock.callOff(this);
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * The few bytes of a response that follow its answer's end are read, so that the
 * connection can serve another call. What takes long or is much is not waited for: then
 * the connection is closed.
 */
final class Linger {

	/** They are on their way when the answer ends, or never come. */
	private static final Duration TIME = Duration.ofSeconds(1);

	/** Costs less to read than a new connection does. */
	private static final int MAX_BYTES = 64 * 1024;

	private final Subscription response;

	private final Disposable.Swap clock = Disposables.swap();

	private int bytes;

	/**
	 * Prepare.
	 * @param response the response, which is read by what is asked for here
	 */
	Linger(Subscription response) {
		this.response = response;
	}

	/** Ask for the rest of the response. */
	void begin() {
		try {
			this.clock.update(Schedulers.parallel()
				.schedule(() -> PassThrough.cancel(this.response), TIME.toMillis(), TimeUnit.MILLISECONDS));
			this.response.request(Long.MAX_VALUE);
		}
		catch (RejectedExecutionException ex) {
			// Nobody would see to it that the connection does not stay open
			PassThrough.cancel(this.response);
		}
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
		this.clock.dispose();
	}

}

package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Writes one response. A task runs while there is something to write and ends when there
 * is not, or when the output takes no more, so a silent response holds no thread.
 * <p>
 * If the output doesn't block, a token that comes alone is written by the thread that
 * brings it. All else is left to the response's own executor: many at a time leave in one
 * write, as they gather until it gets to them, and a reader who stalls where the output
 * blocks holds a thread that nobody waits for.
 */
final class FrameWriter implements Runnable {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** As much as is handed over at once while more is ready. */
	private static final int FULL = 8 * 1024;

	/** What comes sooner after a write is one of many, in nanoseconds. */
	private static final long ALONE = Duration.ofMillis(1).toNanos();

	private final FrameSource frames;

	private final Output output;

	private final SseEncoder encoder = new SseEncoder();

	/** Calls not yet answered; one from the start, until writing may begin. */
	private final AtomicInteger calls = new AtomicInteger(1);

	/** The output takes nothing: who makes a frame ready need not come for it. */
	private volatile boolean waiting;

	// Only used by the one who answers calls

	private boolean over;

	/** When something was written last, in nanoseconds of {@link System#nanoTime}. */
	private long writtenAt = System.nanoTime();

	/** Written and not yet flushed. */
	private boolean unflushed;

	FrameWriter(FrameSource frames, Output output) {
		this.frames = frames;
		this.output = output;
	}

	/**
	 * Write the first frame, on this thread. The status and the headers so leave on the
	 * thread of the request, which filters that add headers count on.
	 * @return whether the reader is there
	 */
	boolean writeFirst() {
		this.frames.open(this::ready);
		try {
			if (this.frames.drainTo(this.encoder, 1)) {
				this.output.write(this.encoder);
			}
			this.output.flush();
			this.frames.written();
			return true;
		}
		catch (IOException ex) {
			this.frames.close();
			return false;
		}
		catch (RuntimeException | Error ex) {
			this.frames.close();
			throw ex;
		}
	}

	/**
	 * Go on with the rest, as it comes. Mostly there is none yet, as models think before
	 * they speak, and no thread is taken.
	 */
	void begin() {
		this.frames.connect(Context.empty());
		int answered = this.calls.get();
		if (takeReady() || this.calls.addAndGet(-answered) != 0) {
			execute();
		}
	}

	/**
	 * Take what there is, and leave it to another thread to write it.
	 * @return whether something is to be done
	 */
	private boolean takeReady() {
		try {
			if (this.frames.drainTo(this.encoder, FULL) || this.frames.isDrained()) {
				return true;
			}
			this.frames.written();
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			leave(ex);
		}
		return false;
	}

	@Override
	public void run() {
		int missed = this.calls.get();
		while (missed != 0) {
			writeReady(Integer.MAX_VALUE);
			missed = this.calls.addAndGet(-missed);
		}
	}

	private boolean mayWriteHere() {
		return !this.output.isBlocking() && this.frames.anyThreadMayWrite()
				&& System.nanoTime() - this.writtenAt >= ALONE;
	}

	/**
	 * Write what there is now, with others waiting for this thread.
	 * @return whether there is more
	 */
	private boolean writeHere() {
		int answered = this.calls.get();
		return !writeReady(1) || this.calls.addAndGet(-answered) != 0;
	}

	private void ready() {
		if (!this.waiting && this.calls.getAndIncrement() == 0) {
			execute();
		}
	}

	/**
	 * The output is ready again, on a thread that is there to write to it.
	 */
	void resume() {
		this.waiting = false;
		if (this.calls.getAndIncrement() == 0) {
			if (this.frames.anyThreadMayWrite()) {
				run();
			}
			else {
				execute();
			}
		}
	}

	private void execute() {
		try {
			if (!mayWriteHere() || writeHere()) {
				this.frames.writer().execute(this);
			}
		}
		catch (RuntimeException | Error ex) {
			// However it refuses: the application is shutting down, or there is no memory
			// for a thread. Nobody answers calls from here on.
			logger.debug("No thread is left to write a response", ex);
			this.frames.close();
			this.output.complete();
		}
	}

	/**
	 * Write what is ready.
	 * @param most how often to write
	 * @return {@code false} if that was not enough
	 */
	private boolean writeReady(int most) {
		try {
			int writes = 0;
			while (!this.over && outputIsReady()) {
				if (this.encoder.size() > 0 || this.frames.drainTo(this.encoder, FULL)) {
					if (writes == most) {
						return false;
					}
					writes++;
					this.unflushed = true;
					this.output.write(this.encoder);
				}
				else if (this.unflushed) {
					this.unflushed = false;
					this.output.flush();
				}
				else {
					written();
					break;
				}
			}
		}
		catch (IOException ex) {
			leave(null);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			leave(ex);
		}
		return true;
	}

	private boolean outputIsReady() {
		boolean ready = this.output.isReady();
		this.waiting = !ready;
		return ready;
	}

	private void written() {
		this.writtenAt = System.nanoTime();
		this.frames.written();
		if (this.frames.isDrained()) {
			this.over = true;
			this.output.complete();
		}
	}

	private void leave(@Nullable Throwable ex) {
		this.over = true;
		boolean expected = this.frames.isDrained();
		this.frames.close();
		if (ex != null && expected) {
			logger.debug("A response was written to after its end", ex);
		}
		else if (ex != null) {
			logger.warn("A response could not be written", ex);
		}
		this.output.complete();
	}

	/**
	 * Where the bytes go.
	 */
	interface Output {

		/**
		 * Whether the calls below may block, until the reader has taken something.
		 * @return {@code false} if {@link #isReady()} is to be asked before each
		 */
		default boolean isBlocking() {
			return true;
		}

		/**
		 * Whether to write or flush now.
		 * @return {@code false} if the output will say when it is
		 */
		default boolean isReady() {
			return true;
		}

		/**
		 * Write all frames that were encoded.
		 * @param encoder holds the frames, none after the call
		 * @throws IOException if the reader is gone
		 */
		void write(SseEncoder encoder) throws IOException;

		/**
		 * Send what was written on its way.
		 * @throws IOException if the reader is gone
		 */
		void flush() throws IOException;

		/**
		 * End the request. May be called again, and after the container has ended it.
		 */
		void complete();

	}

}

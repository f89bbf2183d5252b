package studio.ainative.aikit.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Takes events from a queue and turns them into frames: the start, the events, the end.
 * Only used by the reader, so never by two threads at once.
 */
final class EventEncoder {

	/** How many events are taken at once. */
	private static final int BATCH = 64;

	private final String id;

	/** {@code null} unless the answer is kept. */
	private @Nullable Attachment kept;

	/** What the reader of an answer that is kept is told first. */
	private @Nullable Opening opening;

	private static final Frame RESUMED = new Frame(null, null, "resumed", true);

	private final EventQueue queue;

	private final WireFormat.Encoder encoder;

	private final boolean exposeErrors;

	/** {@code null} while nothing comes. */
	private @Nullable List<StreamEvent> batch;

	private boolean started;

	private boolean tokenTaken;

	/** {@code null} until the end was taken. */
	private @Nullable Outcome outcome;

	private long number;

	EventEncoder(String id, EventQueue queue, WireFormat.Encoder encoder, boolean exposeErrors) {
		this.id = id;
		this.queue = queue;
		this.encoder = encoder;
		this.exposeErrors = exposeErrors;
	}

	/**
	 * Encode the next thing as frames.
	 * @param frames takes them; none if the format passes an event by
	 * @return {@code false} if nothing is ready
	 */
	boolean next(Consumer<Frame> frames) {
		if (encodeStart(frames)) {
			return true;
		}
		StreamEvent event = this.queue.poll();
		if (event == null) {
			return encodeEnd(frames);
		}
		note(event);
		try {
			this.encoder.event(event, this.number, frames);
		}
		catch (RuntimeException ex) {
			this.encoder.event(failure(ex), this.number, frames);
		}
		return true;
	}

	/**
	 * Encode what comes next as bytes, several events at once.
	 * @param bytes takes them
	 * @param enough no further events are taken once there are as many bytes, by estimate
	 * @return {@code false} if nothing is ready
	 */
	boolean next(SseEncoder bytes, int enough) {
		Consumer<Frame> frames = (frame) -> frame.appendTo(bytes);
		if (encodeStart(frames)) {
			return true;
		}
		List<StreamEvent> batch = this.batch;
		if (batch == null) {
			if (!this.queue.isWaiting()) {
				return false;
			}
			batch = new ArrayList<>();
			this.batch = batch;
		}
		this.queue.drainTo(batch, BATCH, enough);
		if (batch.isEmpty()) {
			return encodeEnd(frames);
		}
		for (StreamEvent event : batch) {
			note(event);
			try {
				this.encoder.event(event, this.number, bytes);
			}
			catch (RuntimeException ex) {
				this.encoder.event(failure(ex), this.number, bytes);
				break;
			}
		}
		batch.clear();
		return true;
	}

	private void note(StreamEvent event) {
		this.number++;
		if (!this.tokenTaken && event instanceof StreamEvent.Token) {
			this.tokenTaken = true;
		}
	}

	/** Whether a text was taken. */
	boolean isTokenTaken() {
		return this.tokenTaken;
	}

	/** How the answer ended, {@code null} if its end was not taken. */
	@Nullable Outcome outcome() {
		return this.outcome;
	}

	/** Whether the first frame was taken. */
	boolean hasStarted() {
		return this.started;
	}

	/** Nothing has come for a while: hold no memory for more. */
	void rest() {
		this.batch = null;
	}

	/**
	 * The answer is kept: its reader may come again, or has.
	 * @param kept the reader's part in it
	 * @param opening what the reader is told first
	 */
	void keep(Attachment kept, Opening opening) {
		this.kept = kept;
		this.opening = opening;
		this.number = kept.after();
	}

	private boolean encodeStart(Consumer<Frame> frames) {
		if (this.started) {
			return false;
		}
		this.started = true;
		Attachment kept = this.kept;
		if (kept != null && !kept.isFirst()) {
			// Proxies that compress judge a stream by its first bytes: few, and nothing
			// else with them
			frames.accept(RESUMED);
		}
		if (kept == null || kept.cursor() == Attachment.WHOLE) {
			Instant begun = this.queue.state().begin();
			this.encoder.start((this.opening != null) ? this.opening : new Opening(this.id, begun), frames);
		}
		return true;
	}

	private boolean encodeEnd(Consumer<Frame> frames) {
		ResponseState.End end = this.queue.pollEnd();
		if (end == null) {
			return false;
		}
		this.outcome = end.outcome();
		if (end.isReleased()) {
			this.encoder.release(frames);
		}
		else {
			this.encoder.done(end.timestamp(), end.outcome(), frames);
		}
		return true;
	}

	/** Say, a value of metadata that can't be JSON: that ends the answer. */
	private StreamEvent failure(RuntimeException ex) {
		this.queue.fail();
		return SourceErrors.report(ex, this.exposeErrors);
	}

}

package studio.ainative.aikit.server;

import java.util.ArrayDeque;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * How the reader of one response takes frames: heartbeats when there is nothing else, and
 * found out if it takes none.
 */
final class FrameTaking {

	private final EventQueue queue;

	private final ResponseState state;

	private final EventEncoder encoder;

	private final EventPipe pipe;

	private final ResponseRuntime runtime;

	private final StallWatch stalls;

	private final Silence silence;

	private final ReaderWatch watch;

	// Only used by the reader, so never by two threads at once

	/** Taken one by one: {@code null} until the first, for most readers forever. */
	private @Nullable Queue<Frame> frames;

	FrameTaking(EventPipe pipe, EventQueue queue, EventEncoder encoder, ResponseRuntime runtime, ReaderWatch watch) {
		this.pipe = pipe;
		this.queue = queue;
		this.state = queue.state();
		this.encoder = encoder;
		this.runtime = runtime;
		this.watch = watch;
		this.silence = new Silence(runtime);
		this.stalls = new StallWatch(() -> this.queue.isWaiting() || isHeartbeatDue(), this::stalled);
	}

	Silence silence() {
		return this.silence;
	}

	StallWatch stalls() {
		return this.stalls;
	}

	/**
	 * The reader has come.
	 * @param heartbeatDue called when a heartbeat is to be taken
	 */
	void begin(Runnable heartbeatDue) {
		this.silence.listen(this.pipe.options().heartbeat(), heartbeatDue);
		watchStalls();
		if (this.state.isOver()) {
			stop();
		}
	}

	/** Find out from now on if nothing is taken. */
	void watchStalls() {
		if (this.stalls.begin(this.runtime.heartbeats(), this.pipe.options().sendTimeout()) && this.state.isOver()) {
			this.stalls.stop();
		}
	}

	/** Foreign code is cancelled and called: not on the thread that serves all. */
	private void stalled() {
		this.watch.because(ResponseObserver.Cause.GIVEN_UP);
		this.runtime.execute(this.pipe::close);
	}

	/** Nothing more is taken. */
	void stop() {
		this.silence.stop();
		this.stalls.stop();
	}

	@Nullable Frame poll() {
		this.stalls.taken();
		this.watch.handedOn();
		Queue<Frame> frames = this.frames;
		if (frames == null) {
			frames = new ArrayDeque<>(2);
			this.frames = frames;
		}
		while (frames.isEmpty() && this.encoder.next(frames::add)) {
			encoded();
		}
		Frame frame = frames.poll();
		if (frame != null) {
			this.watch.taken(0, this.encoder.isTokenTaken(), this.silence.sent());
		}
		else if (isHeartbeatDue()) {
			this.watch.heartbeat(0, this.silence.sent());
			return Frame.HEARTBEAT;
		}
		else {
			this.watch.caughtUp();
		}
		return frame;
	}

	boolean drainTo(SseEncoder encoder, int enough) {
		this.stalls.taken();
		this.watch.handedOn();
		int before = encoder.size();
		while (encoder.size() < enough && this.encoder.next(encoder, enough - encoder.size())) {
			encoded();
		}
		if (encoder.size() > before) {
			this.watch.taken(encoder.size() - before, this.encoder.isTokenTaken(), this.silence.sent());
			return true;
		}
		if (!isHeartbeatDue()) {
			this.watch.caughtUp();
			return false;
		}
		encoder.trim();
		this.encoder.rest();
		Frame.HEARTBEAT.appendTo(encoder);
		this.watch.heartbeat(encoder.size() - before, this.silence.sent());
		return true;
	}

	/** The reader got on: the source may, or has nothing more to say. */
	private void encoded() {
		if (this.state.isOpen()) {
			this.pipe.feeding().more();
		}
		else {
			this.pipe.feeding().cancel();
			if (this.state.isOver()) {
				this.silence.stop();
			}
		}
	}

	private boolean isHeartbeatDue() {
		return this.silence.isDue() && !this.state.isOver();
	}

	boolean isDrained() {
		return this.state.isOver() && (this.frames == null || this.frames.isEmpty());
	}

}

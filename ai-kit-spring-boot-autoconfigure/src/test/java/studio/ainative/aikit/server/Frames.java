package studio.ainative.aikit.server;

import java.nio.charset.StandardCharsets;

import reactor.util.context.Context;

import studio.ainative.aikit.sse.SseEncoder;

/**
 * Reads a response without a web stack, when the test says so.
 */
final class Frames {

	private final FrameSource source;

	private Frames(FrameSource source) {
		this.source = source;
	}

	static Frames of(StreamingResponse response) {
		Frames frames = new Frames(response.frames());
		frames.source.open(() -> {
		});
		frames.source.connect(Context.empty());
		return frames;
	}

	static String textOf(StreamingResponse response) {
		return of(response).text();
	}

	/** All frames that are ready. */
	String text() {
		SseEncoder encoder = new SseEncoder();
		while (this.source.drainTo(encoder, Integer.MAX_VALUE)) {
			Thread.onSpinWait();
		}
		this.source.written();
		return new String(encoder.drain(), StandardCharsets.UTF_8);
	}

	/** Take as many frames as there are, up to a number. */
	void take(int count) {
		for (int i = 0; i < count; i++) {
			this.source.poll();
		}
	}

	boolean isDrained() {
		return this.source.isDrained();
	}

	void leave() {
		this.source.close();
	}

}

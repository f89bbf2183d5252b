package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * A response as an emitter. It starts when Spring MVC takes it, since what is sent to an
 * emitter before that is kept without bound.
 */
final class StreamingSseEmitter extends SseEmitter implements FrameWriter.Output {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** Long answers are healthy answers, and Spring's default is 30 seconds. */
	private static final Long NO_TIMEOUT = 0L;

	private static final MediaType UTF_8 = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	private final FrameSource frames;

	StreamingSseEmitter(FrameSource frames) {
		super(NO_TIMEOUT);
		this.frames = frames;
		onTimeout(this::leave);
		onError((ex) -> leave());
		onCompletion(frames::close);
	}

	@Override
	protected void extendResponse(ServerHttpResponse message) {
		super.extendResponse(message);
		this.frames.headers(false).forEach(message.getHeaders()::set);
		if (HeadRequests.isCurrent()) {
			this.frames.discard();
			complete();
			return;
		}
		FrameWriter writer = new FrameWriter(this.frames, this);
		if (writer.writeFirst()) {
			writer.begin();
		}
	}

	@Override
	public void write(SseEncoder encoder) throws IOException {
		send(Set.of(new DataWithMediaType(new String(encoder.drain(), StandardCharsets.UTF_8), UTF_8)));
	}

	@Override
	public void flush() {
		// Each send is flushed
	}

	/** Does nothing if the container has seen to a failed write and ended the request. */
	@Override
	public void complete() {
		try {
			super.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("The container has ended the request first", ex);
		}
	}

	private void leave() {
		this.frames.close();
		complete();
	}

}

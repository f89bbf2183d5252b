package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
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

	/** Where the first frame goes; {@code null} when Spring sends the others. */
	private @Nullable ServerHttpResponse head;

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
		if (CurrentRequest.isForHeaders()) {
			this.frames.discard();
			complete();
			return;
		}
		CurrentRequest.keepFromCaches();
		FrameWriter writer = new FrameWriter(this.frames, this);
		this.head = message;
		boolean there = writer.writeFirst();
		this.head = null;
		if (!there) {
			StreamingSseEmitter.<RuntimeException>refuse();
		}
		writer.begin();
	}

	/**
	 * Keep Spring from starting asynchronous processing for a reader who is gone: Tomcat
	 * never ends such a request if the write that failed was on the thread of the
	 * request, as it forgets the dispatch that is Spring's answer to the failure.
	 */
	@SuppressWarnings("unchecked")
	private static <E extends Exception> void refuse() throws E {
		// Nothing else is resolved in silence, and Spring's caller allows any exception
		throw (E) new AsyncRequestNotUsableException("The reader left before the response began");
	}

	@Override
	public void write(SseEncoder encoder) throws IOException {
		if (this.head != null) {
			encoder.drainTo(this.head.getBody());
			return;
		}
		send(Set.of(new DataWithMediaType(new String(encoder.drain(), StandardCharsets.UTF_8), UTF_8)));
	}

	@Override
	public void flush() throws IOException {
		// Each send is flushed
		if (this.head != null) {
			this.head.flush();
		}
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

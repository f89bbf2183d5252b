package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpEntity;
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
 * <p>
 * Where AI Kit's own return value handler is, that writes the response without blocking,
 * and the emitter is only its form: the callbacks that the application adds are called as
 * ever, but it can't send what is no event of the response.
 */
final class StreamingSseEmitter extends SseEmitter implements FrameWriter.Output {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** Long answers are healthy answers, and Spring's default is 30 seconds. */
	private static final Long NO_TIMEOUT = 0L;

	private static final MediaType UTF_8 = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	private final FrameSource frames;

	/** What the application has added. */
	private final Callbacks callbacks = new Callbacks();

	private volatile boolean bypassed;

	/** Where the first frame goes; {@code null} when Spring sends the others. */
	private @Nullable ServerHttpResponse head;

	StreamingSseEmitter(FrameSource frames) {
		super(NO_TIMEOUT);
		this.frames = frames;
		super.onTimeout(this::leave);
		super.onError((ex) -> leave());
		super.onCompletion(frames::close);
	}

	/**
	 * The emitter that a value is, or that it carries as its body.
	 * @param value the value
	 * @return the emitter, {@code null} if there is none of a response
	 */
	static @Nullable StreamingSseEmitter find(@Nullable Object value) {
		Object body = (value instanceof HttpEntity<?> entity) ? entity.getBody() : value;
		return (body instanceof StreamingSseEmitter emitter) ? emitter : null;
	}

	FrameSource frames() {
		return this.frames;
	}

	/**
	 * The response is written past this emitter, from now on.
	 * @return what is to be told of the end
	 */
	ServletStream.RequestEnd bypass() {
		this.bypassed = true;
		return this.callbacks;
	}

	@Override
	public void onTimeout(Runnable callback) {
		super.onTimeout(callback);
		this.callbacks.timeout.add(callback);
	}

	@Override
	public void onError(Consumer<Throwable> callback) {
		super.onError(callback);
		this.callbacks.error.add(callback);
	}

	@Override
	public void onCompletion(Runnable callback) {
		super.onCompletion(callback);
		this.callbacks.completion.add(callback);
	}

	@Override
	public void send(SseEventBuilder builder) throws IOException {
		requireSpring();
		super.send(builder);
	}

	@Override
	public void send(Set<DataWithMediaType> items) throws IOException {
		requireSpring();
		super.send(items);
	}

	private void requireSpring() {
		if (this.bypassed) {
			throw new IllegalStateException("This emitter writes a StreamingResponse: send by that");
		}
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
		if (this.bypassed) {
			this.frames.close();
			return;
		}
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

	@Override
	public void completeWithError(Throwable ex) {
		if (this.bypassed) {
			this.frames.close();
		}
		else {
			super.completeWithError(ex);
		}
	}

	/** What Spring's emitter would call, which doesn't know that it is written. */
	private static final class Callbacks implements ServletStream.RequestEnd {

		private final List<Runnable> timeout = new CopyOnWriteArrayList<>();

		private final List<Consumer<Throwable>> error = new CopyOnWriteArrayList<>();

		private final List<Runnable> completion = new CopyOnWriteArrayList<>();

		@Override
		public void timedOut() {
			this.timeout.forEach(Runnable::run);
		}

		@Override
		public void failed(Throwable ex) {
			this.error.forEach((callback) -> callback.accept(ex));
		}

		@Override
		public void completed() {
			this.completion.forEach(Runnable::run);
		}

	}

}

package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.async.AsyncWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.GzipEncoder;
import studio.ainative.aikit.server.ResponseHead;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Writes one response to a Servlet container: without blocking (Servlet 6.1, section 5.7)
 * if nothing in between is in the way, so that no thread is handed over to and a reader
 * who stalls holds none.
 * <p>
 * The request is ended by an (empty) deferred result, so that interceptors and filters
 * see its end as with every asynchronous request.
 */
final class ServletStream implements FrameWriter.Output {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** Long answers are healthy answers. */
	private static final Long NO_TIMEOUT = 0L;

	private final DeferredResult<Object> end = new DeferredResult<>(NO_TIMEOUT);

	private final FrameSource frames;

	private final HttpServletResponse response;

	private final RequestEnd listener;

	private final ServletOutputStream body;

	/** {@code null} if the reader gets the bytes as they are. */
	private final @Nullable GzipEncoder gzip;

	private final ReentrantLock ending = new ReentrantLock();

	private volatile boolean blocking = true;

	/** The container has ended the request and may use the response for another. */
	private boolean ended;

	ServletStream(FrameSource frames, HttpServletResponse response, @Nullable GzipEncoder gzip, RequestEnd listener)
			throws IOException {
		this.frames = frames;
		this.listener = listener;
		this.response = response;
		this.gzip = gzip;
		this.body = response.getOutputStream();
	}

	/**
	 * Write a response, from now until it ends.
	 * @param frames the response
	 * @param more headers of the application's for this response
	 * @param request the request
	 * @param response where to write
	 * @param listener who else is told how the request ends
	 * @param async the request's
	 * @param context what the request's end is processed with
	 * @throws Exception if the container does not allow asynchronous requests
	 */
	static void write(FrameSource frames, HttpHeaders more, HttpServletRequest request, HttpServletResponse response,
			RequestEnd listener, WebAsyncManager async, Object... context) throws Exception {
		try {
			if (!frames.isPrepared()) {
				frames.prepare(new ServletReaderRequest(request)).block();
			}
			setHeaders(frames, more, response);
			ShallowEtagHeaderFilter.disableContentCaching(request);
			GzipEncoder gzip = compress(frames, request, response);
			if (ResponseHead.isFollowedByBody(request.getMethod(), response.getStatus())) {
				new ServletStream(frames, response, gzip, listener).begin(request, async, context);
			}
		}
		finally {
			// Only headers were asked for, or the response is closed to us
			frames.discard();
		}
	}

	void begin(HttpServletRequest request, WebAsyncManager async, Object... context) throws Exception {
		FrameWriter writer = new FrameWriter(this.frames, this);
		if (!writer.writeFirst()) {
			close();
			return;
		}
		watch(request, Objects.requireNonNull(async.getAsyncWebRequest()));
		try {
			async.startDeferredResultProcessing(this.end, context);
		}
		catch (Exception ex) {
			close();
			throw ex;
		}
		listen(writer);
		writer.begin();
	}

	private void listen(FrameWriter writer) throws IOException {
		if (isContainersOwn(this.response)) {
			try {
				this.body.setWriteListener(new Listener(writer));
				this.blocking = false;
			}
			catch (UnsupportedOperationException ex) {
				logger.debug("This response can only be written by calls that block", ex);
			}
		}
	}

	@Override
	public boolean isBlocking() {
		return this.blocking;
	}

	@Override
	public boolean isReady() {
		return this.blocking || isReadyToWrite();
	}

	// Spring refuses what comes after the end but for this call.
	private synchronized boolean isReadyToWrite() {
		return !this.ended && this.body.isReady();
	}

	private synchronized void end() {
		this.ended = true;
	}

	@Override
	public void write(SseEncoder encoder) throws IOException {
		if (this.gzip != null) {
			this.body.write(this.gzip.encode(encoder, this.frames.isDrained()));
		}
		else {
			encoder.drainTo(this.body);
		}
	}

	@Override
	public void flush() throws IOException {
		this.body.flush();
		if (this.blocking) {
			// Some wrappers ignore the one, some the other, which then finds nothing to
			// do
			this.response.flushBuffer();
		}
	}

	@Override
	public void complete() {
		completeOnce();
	}

	/**
	 * After a failed write Tomcat reports the error on a thread of its own, and answers
	 * it with an error page if the request has not been ended by the time its listeners
	 * return. So who comes second waits until the first has told the container.
	 * @return whether this call was the first
	 */
	private boolean completeOnce() {
		this.ending.lock();
		try {
			return this.end.setResult(null);
		}
		catch (IllegalStateException ex) {
			logger.debug("The container has ended the request first", ex);
			return true;
		}
		finally {
			this.ending.unlock();
		}
	}

	private void watch(HttpServletRequest request, AsyncWebRequest async) {
		this.end.onTimeout(() -> {
			leave();
			this.listener.timedOut();
		});
		// Not by the result, which reports no errors once it is set
		async.addErrorHandler((ex) -> {
			fail(request);
			this.listener.failed(ex);
		});
		this.end.onCompletion(() -> {
			end();
			close();
			this.listener.completed();
		});
	}

	private void close() {
		this.frames.close();
		if (this.gzip != null) {
			this.gzip.close();
		}
	}

	/**
	 * With a result set no exception is dispatched, and so none is resolved or logged.
	 */
	private void leave() {
		this.frames.close();
		complete();
	}

	/**
	 * A dispatch that was asked for before Tomcat (11.0.22) marked the request as failed
	 * is forgotten: there would be an error page unless the request is ended here.
	 */
	private void fail(HttpServletRequest request) {
		this.frames.close();
		if (!completeOnce()) {
			try {
				request.getAsyncContext().complete();
			}
			catch (IllegalStateException ex) {
				logger.debug("The request is ending", ex);
			}
		}
	}

	/**
	 * Whether what is written gets to the container as it is. Wrappers of other origin
	 * than Spring have often never heard of listeners: with a stream of theirs nobody
	 * would say when to go on.
	 */
	private static boolean isContainersOwn(HttpServletResponse response) throws IOException {
		ServletResponse each = response;
		while (each instanceof ServletResponseWrapper wrapper) {
			each = wrapper.getResponse();
			if (!isSprings(wrapper) && wrapper.getOutputStream() != each.getOutputStream()) {
				return false;
			}
		}
		return true;
	}

	private static boolean isSprings(ServletResponseWrapper wrapper) {
		return wrapper.getClass().getName().startsWith("org.springframework.")
				&& !(wrapper instanceof ContentCachingResponseWrapper);
	}

	private static @Nullable GzipEncoder compress(FrameSource frames, HttpServletRequest request,
			HttpServletResponse response) {
		if (!frames.isCompressible()) {
			return null;
		}
		// Others may vary it too, by the origin for one
		response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		List<String> accepted = Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING));
		if (!GzipEncoder.isAccepted(String.join(",", accepted))) {
			return null;
		}
		response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
		return new GzipEncoder();
	}

	/**
	 * But for what becomes of the connection, which the container alone knows and says.
	 */
	private static void setHeaders(FrameSource frames, HttpHeaders more, HttpServletResponse response) {
		Map<String, String> headers = frames.headers(false);
		more.forEach((name, values) -> {
			if (ResponseHead.isFree(name)) {
				headers.remove(name);
				values.forEach((value) -> response.addHeader(name, value));
			}
		});
		for (Map.Entry<String, String> header : headers.entrySet()) {
			if (HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(header.getKey())) {
				response.setContentType(header.getValue());
			}
			else {
				response.setHeader(header.getKey(), header.getValue());
			}
		}
	}

	/**
	 * Told how a request has ended, on whatever thread that was found out.
	 */
	interface RequestEnd {

		/** For those who want to be told nothing. */
		RequestEnd IGNORED = new RequestEnd() {
		};

		/** The container gave up: nothing was written for too long. */
		default void timedOut() {
		}

		/**
		 * The connection failed.
		 * @param ex what the container says of it
		 */
		default void failed(Throwable ex) {
		}

		/** The request is over, in whatever way: the last call. */
		default void completed() {
		}

	}

	/**
	 * Called by the container, on its threads.
	 */
	private final class Listener implements WriteListener {

		private final FrameWriter writer;

		Listener(FrameWriter writer) {
			this.writer = writer;
		}

		@Override
		public void onWritePossible() {
			this.writer.resume();
		}

		/** On Jetty nobody else is told. */
		@Override
		public void onError(Throwable ex) {
			leave();
		}

	}

}

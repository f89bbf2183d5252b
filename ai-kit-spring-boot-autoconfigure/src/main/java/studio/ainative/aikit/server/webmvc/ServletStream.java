package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.GzipEncoder;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Writes one response to a Servlet container.
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

	private final OutputStream body;

	/** {@code null} if the reader gets the bytes as they are. */
	private final @Nullable GzipEncoder gzip;

	ServletStream(FrameSource frames, HttpServletResponse response, @Nullable GzipEncoder gzip) throws IOException {
		this.frames = frames;
		this.response = response;
		this.gzip = gzip;
		this.body = response.getOutputStream();
	}

	/**
	 * Write a response, from now until it ends.
	 * @param frames the response
	 * @param request the request
	 * @param response where to write
	 * @param async the request's
	 * @param context what the request's end is processed with
	 * @throws Exception if the container does not allow asynchronous requests
	 */
	static void write(FrameSource frames, HttpServletRequest request, HttpServletResponse response,
			WebAsyncManager async, Object... context) throws Exception {
		setHeaders(frames, request, response);
		ShallowEtagHeaderFilter.disableContentCaching(request);
		new ServletStream(frames, response, compress(frames, request, response)).begin(async, context);
	}

	void begin(WebAsyncManager async, Object... context) throws Exception {
		FrameWriter writer = new FrameWriter(this.frames, this);
		if (!writer.writeFirst()) {
			close();
			return;
		}
		watch();
		try {
			async.startDeferredResultProcessing(this.end, context);
		}
		catch (Exception ex) {
			close();
			throw ex;
		}
		writer.begin();
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
		// Some wrappers ignore the one, some the other; the second finds nothing to do
		this.body.flush();
		this.response.flushBuffer();
	}

	@Override
	public void complete() {
		try {
			this.end.setResult(null);
		}
		catch (IllegalStateException ex) {
			// After a failed write Tomcat ends the request by itself and allows nobody
			// else to. Jetty leaves it to us.
			logger.debug("The container has ended the request first", ex);
		}
	}

	private void watch() {
		this.end.onTimeout(this::leave);
		this.end.onError((ex) -> leave());
		this.end.onCompletion(this::close);
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

	private static void setHeaders(FrameSource frames, HttpServletRequest request, HttpServletResponse response) {
		for (Map.Entry<String, String> header : frames.headers("HTTP/1.1".equals(request.getProtocol())).entrySet()) {
			if (HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(header.getKey())) {
				response.setContentType(header.getValue());
			}
			else {
				response.setHeader(header.getKey(), header.getValue());
			}
		}
	}

}

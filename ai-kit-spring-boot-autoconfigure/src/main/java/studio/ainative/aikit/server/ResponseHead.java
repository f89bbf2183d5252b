package studio.ainative.aikit.server;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.LinkedCaseInsensitiveMap;

import studio.ainative.aikit.format.WireFormat;

/**
 * What HTTP says of a response's status and headers when its body is a stream.
 *
 * @since 0.1.0
 */
public final class ResponseHead {

	/** These say what the body is, or how it is framed. */
	private static final Set<String> OF_THE_BODY = Set.of("content-type", "content-length", "content-encoding",
			"transfer-encoding");

	/**
	 * No Content, Reset Content and Not Modified (RFC 9110, sections 15.3.5, 15.3.6 and
	 * 15.4.5).
	 */
	private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

	private ResponseHead() {
	}

	/**
	 * The headers of an event stream.
	 * @param options how to stream
	 * @param format what the events look like
	 * @param streamId the id of an answer that is kept, {@code null} for any other
	 * @param persistent whether to say {@code Connection: keep-alive}
	 * @return the headers by name, to be added to
	 */
	static Map<String, String> headers(StreamingOptions options, WireFormat format, @Nullable String streamId,
			boolean persistent) {
		Map<String, String> headers = new LinkedCaseInsensitiveMap<>();
		headers.put("Content-Type", "text/event-stream");
		headers.put("Cache-Control", options.compression() ? "no-cache" : "no-cache, no-transform");
		if (persistent) {
			headers.put("Connection", "keep-alive");
		}
		headers.put("X-Accel-Buffering", "no");
		headers.putAll(format.headers());
		headers.putAll(options.headers());
		if (streamId != null) {
			headers.put(StreamingResponses.STREAM_ID_HEADER, streamId);
			String other = format.streamIdHeader();
			if (other != null) {
				headers.put(other, streamId);
			}
		}
		return headers;
	}

	/**
	 * Whether the response has a body.
	 * @param method the request's method
	 * @param status the response's status
	 * @return {@code false} if headers are all that may be sent
	 */
	public static boolean isFollowedByBody(String method, int status) {
		return !"HEAD".equals(method) && !WITHOUT_BODY.contains(status);
	}

	/**
	 * Whether the application may set a header in its own way.
	 * @param name the header's name
	 * @return {@code false} if it says what the body is
	 */
	public static boolean isFree(String name) {
		return !OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT));
	}

}

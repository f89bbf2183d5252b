package studio.ainative.aikit.server;

import java.util.Locale;
import java.util.Set;

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

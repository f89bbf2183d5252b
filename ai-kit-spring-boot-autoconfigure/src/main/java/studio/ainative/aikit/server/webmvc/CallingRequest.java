package studio.ainative.aikit.server.webmvc;

import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import studio.ainative.aikit.server.ReaderRequest;

/**
 * The request that the thread at hand is at work for.
 *
 * @since 0.1.0
 */
public final class CallingRequest {

	private CallingRequest() {
	}

	/**
	 * Find the request.
	 * @return the request, {@code null} on a thread that is bound to none
	 */
	public static @Nullable ReaderRequest current() {
		return (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? new ServletReaderRequest(attributes.getRequest()) : null;
	}

}

package studio.ainative.aikit.server.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * The request that this thread handles, where it is not at hand.
 */
final class CurrentRequest {

	private CurrentRequest() {
	}

	/**
	 * Whether the request is for headers only.
	 * @return {@code false} also on a thread that handles none
	 */
	static boolean isForHeaders() {
		HttpServletRequest request = find();
		return request != null && HttpMethod.HEAD.matches(request.getMethod());
	}

	/**
	 * Tell filters of Spring's that keep a body back until its end that this is a stream.
	 */
	static void keepFromCaches() {
		HttpServletRequest request = find();
		if (request != null) {
			ShallowEtagHeaderFilter.disableContentCaching(request);
		}
	}

	private static @Nullable HttpServletRequest find() {
		return (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? attributes.getRequest() : null;
	}

}

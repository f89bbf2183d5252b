package studio.ainative.aikit.server.webmvc;

import org.springframework.http.HttpMethod;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Requests for headers only, where the request itself is not at hand.
 */
final class HeadRequests {

	private HeadRequests() {
	}

	/**
	 * Whether this thread handles such a request.
	 * @return {@code false} also on a thread that handles none
	 */
	static boolean isCurrent() {
		return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
				&& HttpMethod.HEAD.matches(attributes.getRequest().getMethod());
	}

}

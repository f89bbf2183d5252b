package studio.ainative.aikit.server.webmvc;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.server.ReaderRequest;

/**
 * A request to Spring MVC.
 */
final class ServletReaderRequest implements ReaderRequest {

	private final HttpServletRequest request;

	ServletReaderRequest(HttpServletRequest request) {
		this.request = request;
	}

	@Override
	public @Nullable String principal() {
		Principal principal = this.request.getUserPrincipal();
		return (principal != null) ? principal.getName() : null;
	}

	@Override
	public @Nullable String header(String name) {
		return this.request.getHeader(name);
	}

	@Override
	public String fingerprint() {
		return FingerprintFilter.fingerprint(this.request);
	}

}

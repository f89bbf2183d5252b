package studio.ainative.aikit.autoconfigure;

import java.net.URI;

/**
 * The port of an endpoint whose address may not name it.
 */
final class EndpointPort {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	private EndpointPort() {
	}

	static int of(URI endpoint) {
		if (endpoint.getPort() >= 0) {
			return endpoint.getPort();
		}
		return "https".equalsIgnoreCase(endpoint.getScheme()) ? HTTPS : HTTP;
	}

}

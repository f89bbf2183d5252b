package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * A request to an {@link Endpoint}.
 *
 * @param method the method, in capitals
 * @param path the path below the endpoint's own, empty or beginning with a slash
 * @param contentType the type of the body, {@code null} if none was given, or none that
 * can be read
 * @param body the body, not over the limit; not to be changed
 * @since 0.1.0
 */
@SuppressWarnings("ArrayRecordComponent")
public record EndpointRequest(String method, String path, @Nullable MediaType contentType, byte[] body) {

	/**
	 * Whether the body says that it is JSON. A page of another origin can't say so
	 * without being asked for permission first.
	 * @return {@code true} for {@code application/json} and types built on it
	 */
	public boolean isJson() {
		return this.contentType != null && (MediaType.APPLICATION_JSON.isCompatibleWith(this.contentType)
				|| "json".equals(this.contentType.getSubtypeSuffix()));
	}

	/**
	 * The body is not in it.
	 */
	@Override
	public String toString() {
		return "EndpointRequest[method=" + this.method + ", path=" + this.path + ", length=" + this.body.length + "]";
	}

}

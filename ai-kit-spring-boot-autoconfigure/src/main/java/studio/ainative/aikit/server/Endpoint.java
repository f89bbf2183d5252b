package studio.ainative.aikit.server;

/**
 * Everything below an address, without a controller and alike on both stacks: a protocol
 * of requests and answers of its own, errors included.
 *
 * @since 0.1.0
 */
public interface Endpoint {

	/**
	 * Where it begins.
	 * @return a path that begins with a slash and does not end with one
	 */
	String basePath();

	/**
	 * How large a request's body may be.
	 * @return the limit in bytes
	 */
	int maxBodySize();

	/**
	 * Answer a request. Called on the thread that read it, which must not be blocked.
	 * @param request the request
	 * @return the answer, for what is unknown or wrong too
	 */
	EndpointReply handle(EndpointRequest request);

	/**
	 * Answer a request whose body is over the limit.
	 * @return the answer, with status 413
	 */
	EndpointReply tooLarge();

}

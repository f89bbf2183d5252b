package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;

/**
 * What a request tells of whoever wants to read an answer, whichever web stack it came
 * by.
 *
 * @since 0.1.0
 */
public interface ReaderRequest {

	/**
	 * Who asks, as Spring Security or the container has found out.
	 * @return the principal's name, {@code null} if nobody has
	 */
	@Nullable String principal();

	/**
	 * A header of the request.
	 * @param name its name, in any case
	 * @return its first value, {@code null} if there is none
	 */
	@Nullable String header(String name);

	/**
	 * A hash of what was asked: of the address and of the body, as far as it was read.
	 * @return the hash, empty if the request has no {@code Idempotency-Key}
	 */
	String fingerprint();

}

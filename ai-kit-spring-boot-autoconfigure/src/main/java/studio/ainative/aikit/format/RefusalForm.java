package studio.ainative.aikit.format;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How one kind of client is told that its request gets no stream: for bad input mostly.
 * All others get <a href="https://www.rfc-editor.org/rfc/rfc9457">problem details</a>.
 *
 * @since 0.1.0
 */
public interface RefusalForm {

	/**
	 * Whether this kind of client sends such requests.
	 * @param requestType type of a controller method's parameter
	 * @return whether it does
	 */
	boolean isFor(Class<?> requestType);

	/**
	 * The type of the body.
	 * @return value of {@code Content-Type}
	 */
	String contentType();

	/**
	 * Write the body.
	 * @param status the HTTP status, 400 or more
	 * @param sentence a plain sentence about what is wrong, which quotes nothing of the
	 * request
	 * @param field the field of the request's body that is wrong, {@code null} if it is
	 * none or not known
	 * @return the body
	 */
	byte[] body(int status, String sentence, @Nullable String field);

	/**
	 * Headers that go with it, besides its type.
	 * @param status the HTTP status, 400 or more
	 * @return the headers by name, none by default
	 */
	default Map<String, String> headers(int status) {
		return Map.of();
	}

}

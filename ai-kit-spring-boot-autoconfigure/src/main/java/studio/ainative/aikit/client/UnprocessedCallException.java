package studio.ainative.aikit.client;

import java.io.IOException;
import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * A server has said that it did not and will not process a call, or the call did not get
 * as far as a server. It may be sent again whatever it asks for.
 */
final class UnprocessedCallException extends IOException {

	@Serial
	private static final long serialVersionUID = 1L;

	UnprocessedCallException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

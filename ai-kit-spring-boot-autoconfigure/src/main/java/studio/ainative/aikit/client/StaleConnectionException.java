package studio.ainative.aikit.client;

import java.io.IOException;
import java.io.Serial;

/**
 * A connection that was kept from an earlier call turned out to be closed before anything
 * was sent on it. Another one will do.
 */
final class StaleConnectionException extends IOException {

	@Serial
	private static final long serialVersionUID = 1L;

	StaleConnectionException(IOException cause) {
		super(cause);
	}

}

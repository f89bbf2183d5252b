package studio.ainative.aikit.server;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * No answer streams in a chat, which its reader is to be told in its own way.
 */
final class EmptyChatException extends ResponseStatusException {

	private static final long serialVersionUID = 1L;

	private final transient byte[] body;

	/**
	 * Make one.
	 * @param body an event stream
	 */
	EmptyChatException(byte[] body) {
		super(HttpStatus.OK);
		this.body = body;
	}

	byte[] body() {
		return this.body;
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;

/**
 * Takes the body out of responses as they come: the head is checked, the framing of
 * chunks removed. One reader reads the responses of one connection, one after another.
 */
final class HttpBody {

	private final StringBuilder line = new StringBuilder();

	private State state = State.STATUS;

	private boolean chunked;

	private boolean eventStream;

	private int left;

	/**
	 * Read the next bytes of the connection.
	 * @param bytes holds them
	 * @param length how many they are, from the first on
	 * @param body takes pieces of the body
	 * @return whether the response has ended; the next bytes are those of the next one
	 */
	boolean read(byte[] bytes, int length, Piece body) {
		int position = 0;
		while (position < length) {
			if (this.state == State.DATA) {
				int size = Math.min(this.left, length - position);
				body.accept(bytes, position, size);
				position += size;
				this.left -= size;
				if (this.left == 0) {
					this.state = State.AFTER_DATA;
				}
			}
			else {
				byte next = bytes[position++];
				if (next != '\n') {
					this.line.append((char) next);
				}
				else if (line()) {
					if (position != length) {
						throw new IllegalStateException("Bytes after the end of the response");
					}
					return true;
				}
			}
		}
		return false;
	}

	private boolean line() {
		int end = Math.max(0, this.line.length() - 1);
		String text = this.line.substring(0, end);
		this.line.setLength(0);
		switch (this.state) {
			case STATUS -> {
				if (!text.startsWith("HTTP/1.1 200")) {
					throw new IllegalStateException("Not a good answer: " + text);
				}
				this.chunked = false;
				this.eventStream = false;
				this.state = State.HEADER;
			}
			case HEADER -> header(text);
			case SIZE -> {
				this.left = Integer.parseInt(text, 16);
				this.state = (this.left == 0) ? State.TRAILER : State.DATA;
			}
			case AFTER_DATA -> this.state = State.SIZE;
			case TRAILER -> {
				if (text.isEmpty()) {
					this.state = State.STATUS;
					return true;
				}
			}
			case DATA -> throw new IllegalStateException();
		}
		return false;
	}

	private void header(String text) {
		if (text.isEmpty()) {
			if (!this.chunked || !this.eventStream) {
				throw new IllegalStateException("No event stream in chunks");
			}
			this.state = State.SIZE;
		}
		else if (text.regionMatches(true, 0, "transfer-encoding: chunked", 0, 26)) {
			this.chunked = true;
		}
		else if (text.regionMatches(true, 0, "content-type: text/event-stream", 0, 31)) {
			this.eventStream = true;
		}
	}

	/** A request for a stream of events. */
	static byte[] request(String path, String... headers) {
		String more = (headers.length > 0) ? String.join("\r\n", headers) + "\r\n" : "";
		return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n" + more + "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
	}

	private enum State {

		STATUS, HEADER, SIZE, DATA, AFTER_DATA, TRAILER

	}

	/**
	 * Takes a piece of a body.
	 */
	interface Piece {

		/**
		 * Take it.
		 * @param bytes holds the piece
		 * @param offset where it starts
		 * @param length how long it is
		 */
		void accept(byte[] bytes, int offset, int length);

	}

}

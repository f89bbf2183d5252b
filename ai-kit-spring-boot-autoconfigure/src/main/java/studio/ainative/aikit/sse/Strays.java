package studio.ainative.aikit.sse;

import java.util.function.Consumer;

/**
 * Finds what a stream says between its events: lines that the standard ignores, though
 * their server meant to say something. Looked for are a field named {@code error}, and
 * JSON that stands there as it is, on one line or on several. Lines that begin otherwise
 * cost one comparison, and no event comes here at all.
 */
final class Strays {

	/** More than any error needs; what is longer is passed by. */
	private static final int MAX_LENGTH = 64 * 1024;

	private static final String ERROR = "error";

	private final Consumer<? super SseFrame> sink;

	private final SseFrame frame = new SseFrame(new LastEventId());

	private final HeldBytes held = new HeldBytes(MAX_LENGTH);

	/** Whether the line at hand is the value of a field {@code error}. */
	private boolean inField;

	/** Whether the line at hand is a part of JSON. */
	private boolean inJson;

	// Of the JSON so far

	private int depth;

	private boolean inString;

	private boolean escaped;

	Strays(Consumer<? super SseFrame> sink) {
		this.sink = sink;
	}

	/**
	 * Begin a line of an unknown field.
	 * @param line holds the line
	 * @param start where it starts
	 * @param end where it ends; if the rest of it is not there yet, at least
	 * {@value SseField#HEAD} bytes after {@code start}
	 */
	void begin(byte[] line, int start, int end) {
		this.inField = isErrorField(line, start, end);
		if (this.inField) {
			this.held.clear();
			this.depth = 0;
			add(line, start + ERROR.length() + 1, end);
			return;
		}
		int first = start;
		while (first < end && (line[first] == ' ' || line[first] == '\t')) {
			first++;
		}
		boolean begins = first < end && (line[first] == '[' || line[first] == '{');
		// What was not JSON after all must not hide an error that follows
		boolean beginsAnew = begins && first == start && first + 1 < end && line[first + 1] == '"';
		if (this.depth == 0 ? begins : beginsAnew) {
			this.held.clear();
			this.depth = 0;
			this.inString = false;
			this.escaped = false;
			this.inJson = true;
		}
		else {
			this.inJson = this.depth > 0;
		}
		add(line, first, end);
	}

	private static boolean isErrorField(byte[] line, int start, int end) {
		int colon = start + ERROR.length();
		return colon < end && line[colon] == ':' && SseFrame.equalsAscii(ERROR, line, start, ERROR.length());
	}

	/**
	 * Go on with the line.
	 * @param bytes holds its next bytes
	 * @param start where they start
	 * @param end where they end
	 */
	void add(byte[] bytes, int start, int end) {
		if (this.inJson) {
			int close = close(bytes, start, end);
			hold(bytes, start, close);
			if (this.inJson && this.depth == 0) {
				this.inJson = false;
				tell("");
			}
		}
		else if (this.inField) {
			boolean space = this.held.end() == 0 && start < end && bytes[start] == ' ';
			hold(bytes, space ? start + 1 : start, end);
		}
	}

	private void hold(byte[] bytes, int start, int end) {
		if (this.held.end() + end - start <= MAX_LENGTH) {
			this.held.append(bytes, start, end);
		}
		else {
			this.inField = false;
			this.inJson = false;
			this.depth = 0;
		}
	}

	/** Where the JSON ends, or where the bytes do. */
	private int close(byte[] bytes, int start, int end) {
		for (int i = start; i < end; i++) {
			byte character = bytes[i];
			if (this.escaped) {
				this.escaped = false;
			}
			else if (this.inString) {
				this.escaped = character == '\\';
				this.inString = character != '"';
			}
			else if (character == '"') {
				this.inString = true;
			}
			else if (character == '{' || character == '[') {
				this.depth++;
			}
			else if (character == '}' || character == ']') {
				this.depth--;
				if (this.depth == 0) {
					return i + 1;
				}
			}
		}
		return end;
	}

	/** The line, or the stream, has ended. */
	void end() {
		if (this.inField) {
			this.inField = false;
			tell(ERROR);
		}
		this.inJson = false;
	}

	private void tell(String event) {
		if (this.held.end() > 0) {
			this.frame.set(event, this.held.array(), 0, this.held.end());
			this.sink.accept(this.frame);
			this.frame.clear();
		}
		this.held.clear();
	}

}

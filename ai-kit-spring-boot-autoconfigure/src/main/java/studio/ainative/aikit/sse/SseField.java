package studio.ainative.aikit.sse;

/**
 * What a line says, going by the name before its colon.
 */
enum SseField {

	DATA("data"), EVENT("event"), ID("id"), RETRY("retry"),

	/** A field that means nothing to the standard: ignored. */
	UNKNOWN(""),

	/** A line that starts with a colon: ignored, and not part of an event. */
	COMMENT("");

	/**
	 * So many bytes of a line tell its field, even if the line goes on: the longest name
	 * and its colon.
	 */
	static final int HEAD = "event:".length();

	private final String name;

	/** The name and its colon. */
	private final long head;

	private final long headMask;

	SseField(String name) {
		this.name = name;
		this.head = Words.of(name + ":");
		this.headMask = Words.mask(name.length() + 1);
	}

	/**
	 * The field of a line.
	 * @param line holds the line
	 * @param start where the line starts
	 * @param end where it ends, after {@code start}; if the rest of the line is not there
	 * yet, at least {@value #HEAD} bytes after {@code start}
	 * @return the field
	 */
	static SseField of(byte[] line, int start, int end) {
		SseField field = switch (line[start]) {
			case 'd' -> DATA;
			case 'e' -> EVENT;
			case 'i' -> ID;
			case 'r' -> RETRY;
			case ':' -> COMMENT;
			default -> UNKNOWN;
		};
		return field.isIgnored() || field.names(line, start, end) ? field : UNKNOWN;
	}

	boolean isIgnored() {
		return this == UNKNOWN || this == COMMENT;
	}

	/**
	 * Where the value of a line starts: after the colon and at most one space. A line
	 * without a colon has an empty value.
	 * @param line holds a line of this field
	 * @param start where the line starts
	 * @param end where it ends, exclusive
	 * @return where the value starts, at most {@code end}
	 */
	int valueStart(byte[] line, int start, int end) {
		int value = Math.min(start + this.name.length() + 1, end);
		return (value < end && line[value] == ' ') ? value + 1 : value;
	}

	private boolean names(byte[] line, int start, int end) {
		int length = this.name.length();
		if (start + length < end && start + Long.BYTES <= line.length) {
			return (Words.at(line, start) & this.headMask) == this.head;
		}
		return start + length <= end && SseFrame.equalsAscii(this.name, line, start, length)
				&& (start + length == end || line[start + length] == ':');
	}

}

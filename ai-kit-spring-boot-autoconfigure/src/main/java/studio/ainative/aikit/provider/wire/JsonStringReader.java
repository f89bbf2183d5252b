package studio.ainative.aikit.provider.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON string literal where it lies. What it reads it reads as a JSON parser
 * does; what is not plainly valid it leaves to one.
 */
final class JsonStringReader {

	/** No character of a text that was valid UTF-8 and not this character itself. */
	private static final char REPLACEMENT = '\uFFFD';

	private static final int UNICODE_ESCAPE = "\\uXXXX".length();

	private static final int INITIAL_CAPACITY = 64;

	/** A larger array is given up with the text that needed it. */
	private static final int KEPT_CAPACITY = 8 * 1024;

	/** The text without its escapes, in UTF-8. */
	private byte[] unescaped = {};

	private int size;

	private String value = "";

	/**
	 * Where a literal ends that is known to be valid.
	 * @param array holds the literal
	 * @param start where its first quote stands
	 * @param end where to stop
	 * @return the index behind its last quote, -1 if there is no literal
	 */
	static int end(byte[] array, int start, int end) {
		if (start >= end || array[start] != '"') {
			return -1;
		}
		for (int i = start + 1; i < end; i++) {
			if (array[i] == '"') {
				return i + 1;
			}
			if (array[i] == '\\') {
				i++;
			}
		}
		return -1;
	}

	/**
	 * Read a literal. Its text is the {@link #value()} afterwards.
	 * @param array holds the literal
	 * @param start where its first quote stands
	 * @param end where to stop
	 * @return the index behind its last quote, -1 if it can't be read
	 */
	int read(byte[] array, int start, int end) {
		if (start >= end || array[start] != '"') {
			return -1;
		}
		int textStart = start + 1;
		int bits = 0;
		for (int i = PlainText.end(array, textStart, end); i < end; i++) {
			byte b = array[i];
			if (b == '"') {
				return take(array, textStart, i, bits >= 0) ? i + 1 : -1;
			}
			if (b == '\\') {
				return readEscaped(array, textStart, i, end);
			}
			if (b >= 0 && b < ' ') {
				return -1;
			}
			bits |= b;
		}
		return -1;
	}

	/**
	 * The text of the literal that was read last.
	 * @return the text, without its quotes and escapes
	 */
	String value() {
		return this.value;
	}

	private boolean take(byte[] array, int start, int end, boolean ascii) {
		this.value = new String(array, start, end - start,
				ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
		return ascii || this.value.indexOf(REPLACEMENT) < 0;
	}

	private int readEscaped(byte[] array, int start, int firstEscape, int end) {
		this.size = 0;
		if (this.unescaped.length > KEPT_CAPACITY) {
			this.unescaped = new byte[INITIAL_CAPACITY];
		}
		append(array, start, firstEscape);
		int position = firstEscape;
		while (position < end && array[position] != '"') {
			if (array[position] == '\\') {
				position = readEscape(array, position, end);
				if (position < 0) {
					return -1;
				}
			}
			else if (array[position] >= 0 && array[position] < ' ') {
				return -1;
			}
			else {
				append(array, position, position + 1);
				position++;
			}
		}
		return (position < end && take(this.unescaped, 0, this.size, false)) ? position + 1 : -1;
	}

	private int readEscape(byte[] array, int position, int end) {
		if (position + 1 >= end) {
			return -1;
		}
		int character = switch (array[position + 1]) {
			case '"', '\\', '/' -> array[position + 1];
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			default -> -1;
		};
		if (character >= 0) {
			append(character);
			return position + 2;
		}
		return (array[position + 1] == 'u') ? readUnicode(array, position, end) : -1;
	}

	private int readUnicode(byte[] array, int position, int end) {
		int unit = codeUnit(array, position, end);
		int next = position + UNICODE_ESCAPE;
		if (unit >= 0 && Character.isHighSurrogate((char) unit)) {
			int low = codeUnit(array, next, end);
			boolean pair = low >= 0 && Character.isLowSurrogate((char) low);
			unit = pair ? Character.toCodePoint((char) unit, (char) low) : -1;
			next += UNICODE_ESCAPE;
		}
		if (unit < 0 || (unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE)) {
			return -1;
		}
		append(unit);
		return next;
	}

	private static int codeUnit(byte[] array, int position, int end) {
		if (position + UNICODE_ESCAPE > end || array[position] != '\\' || array[position + 1] != 'u') {
			return -1;
		}
		int unit = 0;
		for (int i = position + 2; i < position + UNICODE_ESCAPE; i++) {
			int digit = (array[i] >= 0) ? Character.digit(array[i], 16) : -1;
			if (digit < 0) {
				return -1;
			}
			unit = 16 * unit + digit;
		}
		return unit;
	}

	private void append(int codePoint) {
		if (codePoint < 0x80) {
			reserve(1);
			this.unescaped[this.size++] = (byte) codePoint;
		}
		else {
			byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
			append(bytes, 0, bytes.length);
		}
	}

	private void append(byte[] array, int start, int end) {
		reserve(end - start);
		System.arraycopy(array, start, this.unescaped, this.size, end - start);
		this.size += end - start;
	}

	private void reserve(int length) {
		if (this.size + length > this.unescaped.length) {
			int capacity = Math.max(INITIAL_CAPACITY, 2 * this.unescaped.length);
			this.unescaped = Arrays.copyOf(this.unescaped, Math.max(capacity, this.size + length));
		}
	}

}

package studio.ainative.aikit.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Collects text as UTF-8, in an array that grows. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class Utf8Buffer {

	/** Enough for a heartbeat. */
	private static final int INITIAL_CAPACITY = 16;

	/** A larger array is given up once its bytes are written. */
	private static final int KEPT_CAPACITY = 64 * 1024;

	/** A char takes at most three bytes, a surrogate pair four. */
	private static final int MAX_BYTES_PER_CHAR = 3;

	private static final int MAX_DIGITS = 20;

	private static final byte[] NOTHING = {};

	private static final byte[] HEX = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e',
			'f' };

	private byte[] bytes;

	private int size;

	/**
	 * Creates a buffer without bytes, which takes no memory until there are some.
	 */
	public Utf8Buffer() {
		this.bytes = NOTHING;
	}

	Utf8Buffer(int capacity) {
		this.bytes = new byte[capacity];
	}

	/**
	 * How much has been collected.
	 * @return the number of bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Adds bytes.
	 * @param source the bytes
	 * @return this buffer
	 */
	public Utf8Buffer write(byte[] source) {
		return write(source, 0, source.length);
	}

	/**
	 * Adds one character.
	 * @param ascii the character, below U+0080
	 * @return this buffer
	 */
	public Utf8Buffer write(char ascii) {
		reserve(1);
		put(ascii);
		return this;
	}

	/**
	 * Adds a number in decimal digits.
	 * @param value the number
	 * @return this buffer
	 */
	public Utf8Buffer write(long value) {
		if (value < 0) {
			String text = Long.toString(value);
			return write(text, 0, text.length());
		}
		reserve(MAX_DIGITS);
		int length = 1;
		for (long rest = value / 10; rest != 0; rest /= 10) {
			length++;
		}
		long rest = value;
		for (int position = this.size + length - 1; position >= this.size; position--) {
			this.bytes[position] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		this.size += length;
		return this;
	}

	/**
	 * Adds a JSON string literal with its quotes, on one line.
	 * @param text any text; surrogates without their other half are escaped, so that they
	 * survive UTF-8
	 * @return this buffer
	 */
	public Utf8Buffer writeJson(String text) {
		int length = text.length();
		reserve(length + 2);
		put('"');
		int plain = writePlain(text);
		if (plain < length) {
			writeEscaping(text, plain);
		}
		return write('"');
	}

	/**
	 * Adds the beginning of a text, for which there is room, up to the first character
	 * that takes more than a byte.
	 * @return how much of the text was added: mostly all of it
	 */
	private int writePlain(String text) {
		byte[] target = this.bytes;
		int position = this.size;
		int length = text.length();
		int index = 0;
		while (index < length) {
			char c = text.charAt(index);
			if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
				break;
			}
			target[position++] = (byte) c;
			index++;
		}
		this.size = position;
		return index;
	}

	private void writeEscaping(String text, int start) {
		int written = start;
		for (int i = start; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= ' ' && c != '"' && c != '\\' && !(Character.isSurrogate(c) && isLone(text, i))) {
				continue;
			}
			write(text, written, i);
			written = i + 1;
			writeEscaped(c);
		}
		write(text, written, text.length());
	}

	Utf8Buffer write(byte[] source, int start, int end) {
		reserve(end - start);
		System.arraycopy(source, start, this.bytes, this.size, end - start);
		this.size += end - start;
		return this;
	}

	Utf8Buffer write(String text, int start, int end) {
		reserve(end - start);
		byte[] target = this.bytes;
		int position = this.size;
		int index = start;
		for (; index < end; index++) {
			char c = text.charAt(index);
			if (c >= 0x80) {
				break;
			}
			target[position++] = (byte) c;
		}
		this.size = position;
		if (index < end) {
			writeUnicode(text, index, end);
		}
		return this;
	}

	void drainTo(OutputStream stream) throws IOException {
		try {
			stream.write(this.bytes, 0, this.size);
		}
		finally {
			clear();
		}
	}

	void drainTo(DataBuffer buffer) {
		buffer.write(this.bytes, 0, this.size);
		clear();
	}

	byte[] drain() {
		byte[] copy = Arrays.copyOf(this.bytes, this.size);
		clear();
		return copy;
	}

	/** Give up an array that is larger than the first, if nothing is in it. */
	void trim() {
		if (this.size == 0 && this.bytes.length > INITIAL_CAPACITY) {
			this.bytes = NOTHING;
		}
	}

	/** The array itself where it is full: this buffer ends here. */
	byte[] finish() {
		return (this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

	private void clear() {
		this.size = 0;
		if (this.bytes.length > KEPT_CAPACITY) {
			this.bytes = NOTHING;
		}
	}

	private void writeEscaped(char c) {
		reserve(6);
		put('\\');
		switch (c) {
			case '"', '\\' -> put(c);
			case '\n' -> put('n');
			case '\r' -> put('r');
			case '\t' -> put('t');
			default -> {
				put('u');
				put(HEX[c >> 12]);
				put(HEX[(c >> 8) & 0xF]);
				put(HEX[(c >> 4) & 0xF]);
				put(HEX[c & 0xF]);
			}
		}
	}

	private static boolean isLone(String text, int i) {
		if (Character.isHighSurrogate(text.charAt(i))) {
			return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
		}
		return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
	}

	private void writeUnicode(String text, int start, int end) {
		reserve(Math.multiplyExact(end - start, MAX_BYTES_PER_CHAR));
		int index = start;
		while (index < end) {
			int c = text.codePointAt(index);
			index += Character.charCount(c);
			if (c < 0x80) {
				put(c);
			}
			else if (c < 0x800) {
				put(0xC0 | (c >> 6));
				put(0x80 | (c & 0x3F));
			}
			else if (c < 0x10000) {
				c = (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xFFFD : c;
				put(0xE0 | (c >> 12));
				put(0x80 | ((c >> 6) & 0x3F));
				put(0x80 | (c & 0x3F));
			}
			else {
				put(0xF0 | (c >> 18));
				put(0x80 | ((c >> 12) & 0x3F));
				put(0x80 | ((c >> 6) & 0x3F));
				put(0x80 | (c & 0x3F));
			}
		}
	}

	private void put(int value) {
		this.bytes[this.size++] = (byte) value;
	}

	private void reserve(int length) {
		int needed = Math.addExact(this.size, length);
		if (needed > this.bytes.length) {
			int doubled = (int) Math.min(2L * this.bytes.length, Integer.MAX_VALUE - Long.BYTES);
			this.bytes = Arrays.copyOf(this.bytes, Math.max(Math.max(needed, doubled), INITIAL_CAPACITY));
		}
	}

}

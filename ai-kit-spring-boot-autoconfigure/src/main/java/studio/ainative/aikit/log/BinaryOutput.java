package studio.ainative.aikit.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Numbers and texts to bytes. Not thread-safe.
 */
final class BinaryOutput {

	private byte[] bytes;

	private int size;

	BinaryOutput(int capacity) {
		this.bytes = new byte[capacity];
	}

	void writeByte(int value) {
		require(1);
		this.bytes[this.size++] = (byte) value;
	}

	/** Always four bytes. */
	void writeInt(int value) {
		for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			writeByte(value >>> shift);
		}
	}

	/** Seven bits a byte: few for small numbers, ten for those below zero. */
	void writeNumber(long value) {
		long rest = value;
		while ((rest & ~0x7FL) != 0) {
			writeByte((int) (rest & 0x7F) | 0x80);
			rest >>>= 7;
		}
		writeByte((int) rest);
	}

	/**
	 * Its length, and whether UTF-8 can carry it, which it can't if half of a character
	 * is missing: providers cut texts there.
	 */
	void writeText(String text) {
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		boolean whole = !hasSurrogates(text) || new String(utf8, StandardCharsets.UTF_8).equals(text);
		byte[] encoded = whole ? utf8 : units(text);
		writeNumber(((long) encoded.length << 1) | (whole ? 0 : 1));
		require(encoded.length);
		System.arraycopy(encoded, 0, this.bytes, this.size, encoded.length);
		this.size += encoded.length;
	}

	void writeOptional(@Nullable String text) {
		writeByte((text != null) ? 1 : 0);
		if (text != null) {
			writeText(text);
		}
	}

	byte[] toBytes() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	private static boolean hasSurrogates(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	private static byte[] units(String text) {
		byte[] units = new byte[text.length() * 2];
		for (int i = 0; i < text.length(); i++) {
			units[2 * i] = (byte) (text.charAt(i) >> Byte.SIZE);
			units[2 * i + 1] = (byte) text.charAt(i);
		}
		return units;
	}

	private void require(int more) {
		if (this.bytes.length - this.size < more) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
		}
	}

}

package studio.ainative.aikit.log;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What {@link BinaryOutput} has written. Bytes that can't be its are an
 * {@code IllegalArgumentException} or an {@code IndexOutOfBoundsException}, and never
 * take more memory than they have themselves. Not thread-safe.
 */
final class BinaryInput {

	private final byte[] bytes;

	private int position;

	BinaryInput(byte[] bytes) {
		this.bytes = bytes;
	}

	boolean hasMore() {
		return this.position < this.bytes.length;
	}

	int readByte() {
		return this.bytes[this.position++] & 0xFF;
	}

	int readInt() {
		int value = 0;
		for (int i = 0; i < Integer.BYTES; i++) {
			value = (value << Byte.SIZE) | readByte();
		}
		return value;
	}

	long readNumber() {
		long value = 0;
		for (int shift = 0; shift < Long.SIZE; shift += 7) {
			int next = readByte();
			value |= (long) (next & 0x7F) << shift;
			if ((next & 0x80) == 0) {
				return value;
			}
		}
		throw new IllegalArgumentException("A number is too long");
	}

	/** A number of things that follow, each of a byte or more. */
	int readSize() {
		long size = readNumber();
		if (size < 0 || size > this.bytes.length - this.position) {
			throw new IllegalArgumentException("A size is beyond the end");
		}
		return (int) size;
	}

	int readIndex() {
		return Math.toIntExact(readNumber());
	}

	String readText() {
		long head = readNumber();
		long length = head >>> 1;
		if (length > this.bytes.length - this.position) {
			throw new IllegalArgumentException("A text is beyond the end");
		}
		int start = this.position;
		this.position += (int) length;
		if ((head & 1) == 0) {
			return new String(this.bytes, start, (int) length, StandardCharsets.UTF_8);
		}
		char[] units = new char[(int) length / 2];
		for (int i = 0; i < units.length; i++) {
			units[i] = (char) ((this.bytes[start + 2 * i] << Byte.SIZE) | (this.bytes[start + 2 * i + 1] & 0xFF));
		}
		return new String(units);
	}

	@Nullable String readOptional() {
		return (readByte() != 0) ? readText() : null;
	}

}

package studio.ainative.aikit.sse;

import java.util.Arrays;

/**
 * What of an event must outlive the read that it came in. Grows as needed, and gives a
 * large array up as soon as an event can do without, a very large one at once.
 */
final class HeldBytes {

	private static final byte[] NONE = {};

	private static final int MIN_CAPACITY = 256;

	private static final int KEPT_CAPACITY = 8 * 1024;

	/**
	 * Large events come in a row: OpenAI's Responses repeat the text of an answer in
	 * three events at its end. This much has room for one of some ten thousand tokens,
	 * and may lie there unused if the stream pauses after such an event.
	 */
	private static final int REUSED_CAPACITY = 64 * 1024;

	private final long most;

	private byte[] array = NONE;

	private int end;

	/**
	 * Hold nothing yet.
	 * @param most how large the array may get in advance of what is appended
	 */
	HeldBytes(long most) {
		this.most = most;
	}

	/**
	 * Where the bytes lie.
	 * @return the array, perhaps another one once more bytes are appended
	 */
	byte[] array() {
		return this.array;
	}

	int end() {
		return this.end;
	}

	void append(byte[] bytes, int start, int end) {
		reserve(end - start);
		System.arraycopy(bytes, start, this.array, this.end, end - start);
		this.end += end - start;
	}

	void append(char ascii) {
		reserve(1);
		this.array[this.end++] = (byte) ascii;
	}

	/** Forget what lies from there on. */
	void cut(int end) {
		this.end = end;
	}

	/** Forget all. */
	void clear() {
		boolean kept = this.array.length <= KEPT_CAPACITY
				|| (this.end > KEPT_CAPACITY && this.array.length <= REUSED_CAPACITY);
		this.array = kept ? this.array : NONE;
		this.end = 0;
	}

	private void reserve(int length) {
		int needed = Math.addExact(this.end, length);
		if (needed > this.array.length) {
			// Half again of what is there by now: mostly the rest of an event is less
			// than that
			long wanted = Math.max(Math.max(2L * this.array.length, needed + needed / 2L), MIN_CAPACITY);
			this.array = Arrays.copyOf(this.array, Math.max(needed, (int) Math.min(wanted, this.most)));
		}
	}

}

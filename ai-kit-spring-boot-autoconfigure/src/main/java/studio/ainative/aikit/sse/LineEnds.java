package studio.ainative.aikit.sse;

/**
 * Finds the end of a line, sixteen bytes a step.
 */
final class LineEnds {

	private static final int STEP = 2 * Long.BYTES;

	private static final long ONES = 0x0101_0101_0101_0101L;

	private static final long HIGH_BITS = ONES << 7;

	private static final long LINE_FEEDS = ONES * '\n';

	private static final long CARRIAGE_RETURNS = ONES * '\r';

	private static final long SPACES = ONES * ' ';

	private LineEnds() {
	}

	/**
	 * The first LF or CR in a range.
	 * @param bytes where to look
	 * @param start first byte to look at
	 * @param end where the range ends, exclusive
	 * @return its index, or {@code end} if there is none
	 */
	static int find(byte[] bytes, int start, int end) {
		int last = end - STEP;
		if (last < start) {
			return findByByte(bytes, start, end);
		}
		int position = start;
		while (position < last) {
			int found = findInStep(bytes, position);
			if (found < STEP) {
				return position + found;
			}
			position += STEP;
		}
		// Some of the last bytes are looked at twice
		return last + findInStep(bytes, last);
	}

	private static int findByByte(byte[] bytes, int start, int end) {
		int position = start;
		while (position < end && bytes[position] != '\n' && bytes[position] != '\r') {
			position++;
		}
		return position;
	}

	/** The index in the step, or its length. */
	private static int findInStep(byte[] bytes, int start) {
		long first = Words.at(bytes, start);
		long second = Words.at(bytes, start + Long.BYTES);
		if (!hasControls(first, second)) {
			return STEP;
		}
		// Without a branch, as it may be in either. No mark is 8 bytes on
		int inFirst = Long.numberOfTrailingZeros(lineEnds(first)) >>> 3;
		int inSecond = Long.numberOfTrailingZeros(lineEnds(second)) >>> 3;
		return (inFirst < Long.BYTES) ? inFirst : Long.BYTES + inSecond;
	}

	private static long lineEnds(long word) {
		return zeroBytes(word ^ LINE_FEEDS) | zeroBytes(word ^ CARRIAGE_RETURNS);
	}

	// Sets the high bit of each zero byte. Bytes above a zero byte may be marked wrongly,
	// the lowest mark is always right, and in little endian the lowest byte comes first.
	private static long zeroBytes(long word) {
		return (word - ONES) & ~word & HIGH_BITS;
	}

	/**
	 * Whether one of the bytes is below a space, as a line's end is and next to nothing
	 * else in a stream. May say so wrongly, never miss one.
	 */
	private static boolean hasControls(long first, long second) {
		return ((((first - SPACES) & ~first) | ((second - SPACES) & ~second)) & HIGH_BITS) != 0;
	}

}

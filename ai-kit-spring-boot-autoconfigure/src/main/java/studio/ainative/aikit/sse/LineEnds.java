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
		int position = start;
		while (position <= end - STEP
				&& !hasControls(Words.at(bytes, position), Words.at(bytes, position + Long.BYTES))) {
			position += STEP;
		}
		for (; position <= end - Long.BYTES; position += Long.BYTES) {
			long word = Words.at(bytes, position);
			long found = zeroBytes(word ^ LINE_FEEDS) | zeroBytes(word ^ CARRIAGE_RETURNS);
			if (found != 0) {
				return position + (Long.numberOfTrailingZeros(found) >>> 3);
			}
		}
		for (; position < end; position++) {
			if (bytes[position] == '\n' || bytes[position] == '\r') {
				return position;
			}
		}
		return end;
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

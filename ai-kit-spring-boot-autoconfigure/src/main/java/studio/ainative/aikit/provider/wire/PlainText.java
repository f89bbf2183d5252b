package studio.ainative.aikit.provider.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Goes over characters of ASCII that stand for themselves in a JSON string, eight bytes a
 * step: nearly all pieces of text are shorter than two steps.
 */
final class PlainText {

	private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long ONES = 0x0101_0101_0101_0101L;

	private static final long HIGH_BITS = ONES << 7;

	private static final long SPACES = ONES * ' ';

	private static final long QUOTES = ONES * '"';

	private static final long BACKSLASHES = ONES * '\\';

	private PlainText() {
	}

	/**
	 * The first byte that is a quote, a backslash, a control character or not ASCII.
	 * @param array where to look
	 * @param start first byte to look at
	 * @param end where to stop
	 * @return its index, {@code end} if there is none
	 */
	static int end(byte[] array, int start, int end) {
		int position = start;
		// What lies behind the end is read, and doesn't count
		for (int last = array.length - Long.BYTES; position <= last && position < end; position += Long.BYTES) {
			long found = others((long) WORD.get(array, position));
			if (found != 0) {
				return Math.min(position + (Long.numberOfTrailingZeros(found) >>> 3), end);
			}
		}
		while (position < end && array[position] >= ' ' && array[position] != '"' && array[position] != '\\') {
			position++;
		}
		return Math.min(position, end);
	}

	// Sets the high bit of each such byte. Bytes above one may be marked wrongly, the
	// lowest mark is always right, and in little endian the lowest byte comes first.
	private static long others(long word) {
		long quotes = word ^ QUOTES;
		long backslashes = word ^ BACKSLASHES;
		return (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((word - SPACES) & ~word) | word)
				& HIGH_BITS;
	}

}

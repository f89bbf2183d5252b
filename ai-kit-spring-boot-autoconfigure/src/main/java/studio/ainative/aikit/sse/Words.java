package studio.ainative.aikit.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Eight bytes at once, the first of them lowest.
 */
final class Words {

	private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private Words() {
	}

	/**
	 * The word at an index.
	 * @param bytes holds at least eight bytes from there on
	 * @param index where it starts, aligned or not
	 * @return the word
	 */
	static long at(byte[] bytes, int index) {
		return (long) WORD.get(bytes, index);
	}

	/**
	 * The word that starts with a text, and goes on with zeros.
	 * @param ascii at most eight characters of ASCII
	 * @return the word
	 */
	static long of(String ascii) {
		byte[] bytes = new byte[Long.BYTES];
		System.arraycopy(ascii.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, ascii.length());
		return at(bytes, 0);
	}

	/**
	 * Selects the first bytes of a word.
	 * @param length how many, from 0 to 7
	 * @return ones for these bytes, zeros for the others
	 */
	static long mask(int length) {
		return (1L << (Byte.SIZE * length)) - 1;
	}

}

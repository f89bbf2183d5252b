package studio.ainative.aikit.sse;

import java.util.Arrays;

/**
 * The fast path of a {@link SseDecoder}: what stood before the data in the last event
 * that was decoded line by line, such as an {@code event} line and {@code data: }.
 * <p>
 * An event that begins with the same bytes means the same up to its data, and its lines
 * need not be told apart again. They have nothing left to do either: a name is remembered
 * here, and an id or a reconnection time was set when it was the last event's.
 */
final class EventHead {

	private static final int MAX_LENGTH = 256;

	/**
	 * After so many heads in a row that no event had again, no more are looked for: ids
	 * make those of some streams differ.
	 */
	private static final int MAX_VAIN = 32;

	private byte[] bytes = {};

	private String eventName = "";

	private int vain;

	/**
	 * Remember a head. It has to end with a colon and a space: after a bare colon the
	 * next byte would decide where the data starts.
	 * @param array holds an event
	 * @param start where the event starts
	 * @param dataStart where the data of its only data line starts
	 * @param eventName the name that the head gives the event
	 */
	void remember(byte[] array, int start, int dataStart, String eventName) {
		if (this.vain == MAX_VAIN) {
			forget();
			return;
		}
		this.vain++;
		int length = dataStart - start;
		boolean usable = length >= 2 && length <= MAX_LENGTH && array[dataStart - 2] == ':'
				&& array[dataStart - 1] == ' ';
		this.bytes = Arrays.copyOfRange(array, start, usable ? dataStart : start);
		this.eventName = eventName;
	}

	/** Forget the head: another event has come since. */
	void forget() {
		if (this.bytes.length > 0) {
			this.bytes = new byte[0];
		}
	}

	/**
	 * Where the data starts of an event that begins like the last.
	 * @param array holds the event
	 * @param start where it starts
	 * @param end where the array's bytes end
	 * @return the index, -1 if the event begins otherwise
	 */
	int dataStart(byte[] array, int start, int end) {
		int length = this.bytes.length;
		if (length == 0 || end - start <= length
				|| !Arrays.equals(this.bytes, 0, length, array, start, start + length)) {
			return -1;
		}
		this.vain = 0;
		return start + length;
	}

	String eventName() {
		return this.eventName;
	}

}

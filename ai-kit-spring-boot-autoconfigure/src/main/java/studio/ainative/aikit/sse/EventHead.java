package studio.ainative.aikit.sse;

import java.util.Arrays;

/**
 * The fast path of a {@link SseDecoder}: what stood before the data in the last event
 * that was decoded line by line, such as an {@code event} line and {@code data: }.
 * <p>
 * An event that begins with the same bytes means the same up to its data, and its lines
 * need not be told apart again. They have nothing left to do either: a name is remembered
 * here, and a reconnection time was set when it was the last event's. Ids differ from
 * event to event, so the value of an {@code id} line may be another one.
 */
final class EventHead {

	private static final int MAX_LENGTH = 256;

	/** After so many heads in a row that no event had again, no more are looked for. */
	private static final int MAX_VAIN = 32;

	private byte[] bytes = {};

	/** Where the id's value lies in them, {@code -1} if it has to be the same. */
	private int idStart = -1;

	private int idEnd = -1;

	private String eventName = "";

	/** Where the id's value lies in the event that began alike. */
	private int foundIdStart;

	private int foundIdEnd;

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
		findId();
	}

	/**
	 * Find the value that may differ: that of the only {@code id} line, if a space
	 * settles where it starts.
	 */
	private void findId() {
		this.idStart = -1;
		int ids = 0;
		for (int line = 0, end; line < this.bytes.length; line = end + 1) {
			end = LineEnds.find(this.bytes, line, this.bytes.length);
			if (line < end && SseField.of(this.bytes, line, end) == SseField.ID) {
				ids++;
				int value = SseField.ID.valueStart(this.bytes, line, end);
				this.idStart = (ids == 1 && this.bytes[value - 1] == ' ') ? value : -1;
				this.idEnd = end;
			}
		}
	}

	/** Forget the head: another event has come since. */
	void forget() {
		if (this.bytes.length > 0) {
			this.bytes = new byte[0];
			this.idStart = -1;
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
		int position = start;
		int compared = 0;
		if (this.idStart >= 0) {
			this.foundIdStart = start + this.idStart;
			if (this.foundIdStart >= end
					|| !Arrays.equals(this.bytes, 0, this.idStart, array, start, this.foundIdStart)) {
				return -1;
			}
			this.foundIdEnd = LineEnds.find(array, this.foundIdStart, end);
			position = this.foundIdEnd;
			compared = this.idEnd;
		}
		int data = position + this.bytes.length - compared;
		if (data == start || data >= end
				|| !Arrays.equals(this.bytes, compared, this.bytes.length, array, position, data)) {
			return -1;
		}
		this.vain = 0;
		return data;
	}

	/**
	 * Set the id of the event whose data was found.
	 * @param array holds the event
	 * @param lastEventId takes it, if the event has one of its own
	 */
	void readId(byte[] array, LastEventId lastEventId) {
		if (this.idStart >= 0) {
			lastEventId.offer(array, this.foundIdStart, this.foundIdEnd);
			lastEventId.commit();
		}
	}

	String eventName() {
		return this.eventName;
	}

}

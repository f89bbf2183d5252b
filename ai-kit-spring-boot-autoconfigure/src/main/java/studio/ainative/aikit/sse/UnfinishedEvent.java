package studio.ainative.aikit.sse;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Lines to an event: what the fields since the last blank line add up to. Its data lies
 * where it was read until the read ends, then in {@link #held}.
 */
final class UnfinishedEvent {

	private final int maxSize;

	private final LastEventId lastEventId;

	private final EventNames names = new EventNames();

	private final SseFrame frame;

	private @Nullable Duration reconnectionTime;

	/** Whether anything but comments was seen. */
	boolean begun;

	private String name = "";

	private boolean hasData;

	/** The array that the data lies in, {@code null} if that is {@link #held}. */
	private byte @Nullable [] view;

	private int dataStart;

	private int dataEnd;

	/** The bytes of all values so far. */
	private long size;

	/**
	 * The data so far, then the unfinished line, as far as they must outlive the read.
	 */
	final HeldBytes held;

	/**
	 * Nothing was read.
	 * @param maxSize how many bytes the values may have in all
	 * @param lastEventId takes ids
	 * @param frame is handed out
	 */
	UnfinishedEvent(int maxSize, LastEventId lastEventId, SseFrame frame) {
		this.maxSize = maxSize;
		this.lastEventId = lastEventId;
		this.frame = frame;
		this.held = new HeldBytes((long) maxSize + SseField.HEAD + 1);
	}

	/** Take the value of a field that is not ignored. */
	void add(SseField field, byte[] line, int value, int end) {
		this.size = sizeWith(field, end - value);
		switch (field) {
			case DATA -> addData(line, value, end);
			case EVENT -> this.name = this.names.get(line, value, end);
			case ID -> this.lastEventId.offer(line, value, end);
			case RETRY -> setReconnectionTime(line, value, end);
			case UNKNOWN, COMMENT -> {
				// Not handed in
			}
		}
	}

	/**
	 * The size if a value of so many bytes is part of it.
	 * @throws SseLimitException if that exceeds the limit
	 */
	long sizeWith(SseField field, int valueSize) {
		int lineFeed = (field == SseField.DATA && this.hasData) ? 1 : 0;
		long sizeWithValue = this.size + lineFeed + valueSize;
		if (sizeWithValue > this.maxSize) {
			throw new SseLimitException(this.maxSize);
		}
		return sizeWithValue;
	}

	/** Hand the event out if it has data, and begin the next. */
	void dispatch(Consumer<? super SseFrame> frames) {
		boolean dispatched = this.hasData;
		if (dispatched) {
			byte[] data = (this.view != null) ? this.view : this.held.array();
			this.frame.set(this.name, data, this.dataStart, this.dataEnd - this.dataStart);
		}
		this.begun = false;
		this.name = "";
		this.hasData = false;
		this.view = null;
		this.size = 0;
		this.held.clear();
		if (dispatched) {
			frames.accept(this.frame);
			this.frame.clear();
		}
	}

	/** Copies the data of an event that goes on, as its array is not ours. */
	void holdData() {
		if (this.view != null) {
			this.held.cut(0);
			this.held.append(this.view, this.dataStart, this.dataEnd);
			this.view = null;
			this.dataStart = 0;
			this.dataEnd = this.held.end();
		}
	}

	/** Where in {@link #held} the unfinished line begins. */
	int heldLineStart() {
		return (this.hasData && this.view == null) ? this.dataEnd : 0;
	}

	/**
	 * Notes how the event began that this blank line ends, if it lies here as a whole.
	 */
	void noteHead(EventHead head, byte[] bytes, int eventStart, int blankLine) {
		if (this.hasData && this.view == bytes && eventStart >= 0 && this.dataEnd + 1 == blankLine) {
			head.remember(bytes, eventStart, this.dataStart, this.name);
		}
		else if (this.begun) {
			head.forget();
		}
	}

	@Nullable Duration reconnectionTime() {
		return this.reconnectionTime;
	}

	private void addData(byte[] line, int value, int end) {
		if (!this.hasData) {
			this.hasData = true;
			this.view = (line != this.held.array()) ? line : null;
			this.dataStart = value;
		}
		else {
			holdData();
			// If the line is held as well, its value moves down over its name
			this.held.cut(this.dataEnd);
			this.held.append('\n');
			this.held.append(line, value, end);
			end = this.held.end();
		}
		this.dataEnd = end;
	}

	private void setReconnectionTime(byte[] line, int value, int end) {
		long milliseconds = 0;
		for (int i = value; i < end; i++) {
			int digit = line[i] - '0';
			if (digit < 0 || digit > 9 || milliseconds > (Long.MAX_VALUE - digit) / 10) {
				return;
			}
			milliseconds = 10 * milliseconds + digit;
		}
		if (value < end) {
			this.reconnectionTime = Duration.ofMillis(milliseconds);
		}
	}

}

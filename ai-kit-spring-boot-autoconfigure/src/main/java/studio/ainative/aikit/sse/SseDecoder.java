package studio.ainative.aikit.sse;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Bytes to frames, by the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">rules of the
 * WHATWG</a>. One decoder reads one stream, however its bytes are cut, and is not
 * thread-safe.
 * <p>
 * Lines end with LF, CRLF or CR. A CR ends its line at once, so an event never waits for
 * the next read. One byte order mark at the start is dropped. An event without a
 * {@code data} line is not handed out, and neither is an event that the stream's end cuts
 * off: {@link #hasUnfinishedEvent()} tells, and {@link #decodeUnfinished} has it for
 * callers who can tell by its data whether it is whole. A {@code retry} that is not a
 * number of milliseconds is ignored, as are unknown fields.
 * <p>
 * The data of an event that lies in one read is handed out where it is. Only an
 * unfinished event is copied, up to the limit, and comments and unknown fields never are.
 * Once {@code decode} has thrown, be it for the limit or because the callback has thrown,
 * the rest of its bytes is lost and the decoder is of no more use.
 *
 * @since 0.1.0
 */
public final class SseDecoder {

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	private static final int MAX_TRANSFER = 16 * 1024;

	private final int maxEventSize;

	private final @Nullable Strays strays;

	private final EventNames eventNames = new EventNames();

	private final LastEventId lastEventId = new LastEventId();

	private final EventHead lastHead = new EventHead();

	private final SseFrame frame = new SseFrame(this.lastEventId);

	private @Nullable Duration reconnectionTime;

	/** So many bytes of the byte order mark were seen, or all if there is none. */
	private int byteOrderMark;

	private boolean afterCarriageReturn;

	// The event so far

	private boolean unfinishedEvent;

	private String eventName = "";

	private boolean hasData;

	/** The array that the data lies in, {@code null} if that is {@link #held}. */
	private byte @Nullable [] view;

	private int dataStart;

	private int dataEnd;

	/** The bytes of all values of the event so far. */
	private long size;

	/**
	 * The data so far, then the unfinished line, as far as they must outlive the read.
	 */
	private final HeldBytes held;

	private boolean unfinishedLine;

	private boolean ignoringLine;

	/** Bytes on their way out of a buffer that may have no array. */
	private byte[] transfer = {};

	/**
	 * Creates the decoder of one stream.
	 * @param maxEventSize how many bytes the values of one event may have in all (data,
	 * name, id and reconnection time), as far as it was read; at least 1
	 */
	public SseDecoder(int maxEventSize) {
		this(maxEventSize, null);
	}

	/**
	 * Creates the decoder of one stream, which also tells what stands between the events.
	 * Some servers report an error in a line that is none of an event: in a field named
	 * {@code error}, or as bare JSON, on one line or on several. The standard ignores
	 * both.
	 * @param maxEventSize how many bytes the values of one event may have in all (data,
	 * name, id and reconnection time), as far as it was read; at least 1
	 * @param strays called for each such line, before the events that follow it, with the
	 * value of the field as an event named {@code error}, or with JSON that is closed as
	 * an event without a name; up to 64 KiB each, longer ones are passed by. {@code null}
	 * to ignore them
	 */
	public SseDecoder(int maxEventSize, @Nullable Consumer<? super SseFrame> strays) {
		if (maxEventSize < 1) {
			throw new IllegalArgumentException("'maxEventSize' must be positive (was " + maxEventSize + ")");
		}
		this.maxEventSize = maxEventSize;
		this.strays = (strays != null) ? new Strays(strays) : null;
		this.held = new HeldBytes((long) maxEventSize + SseField.HEAD + 1);
	}

	/**
	 * Decodes the readable bytes of a buffer, which is not released.
	 * @param buffer the next bytes of the stream
	 * @param frames called for each event that is now whole, in order
	 * @throws SseLimitException if an event exceeds the limit
	 */
	public void decode(DataBuffer buffer, Consumer<? super SseFrame> frames) {
		int readable = buffer.readableByteCount();
		while (readable > 0) {
			int length = Math.min(readable, MAX_TRANSFER);
			if (this.transfer.length < length) {
				this.transfer = new byte[Math.max(length, Math.min(2 * this.transfer.length, MAX_TRANSFER))];
			}
			buffer.read(this.transfer, 0, length);
			decode(this.transfer, 0, length, frames);
			readable -= length;
		}
	}

	/**
	 * Decodes a part of an array, which is only read, and not kept.
	 * @param bytes holds the next bytes of the stream
	 * @param offset where they start
	 * @param length how many they are
	 * @param frames called for each event that is now whole, in order
	 * @throws SseLimitException if an event exceeds the limit
	 */
	public void decode(byte[] bytes, int offset, int length, Consumer<? super SseFrame> frames) {
		Objects.checkFromIndexSize(offset, length, bytes.length);
		int end = offset + length;
		int start = skipByteOrderMark(bytes, offset, end);
		int eventStart = -1; // It began in an earlier read
		while (start < end) {
			if (this.afterCarriageReturn) {
				this.afterCarriageReturn = false;
				if (bytes[start] == '\n') {
					start++;
					continue;
				}
			}
			if (!this.unfinishedEvent && !this.unfinishedLine) {
				int next = eventLikeTheLast(bytes, start, end, frames);
				if (next > start) {
					start = next;
					continue;
				}
				eventStart = start;
			}
			int lineEnd = LineEnds.find(bytes, start, end);
			if (lineEnd == end) {
				break;
			}
			if (!this.unfinishedLine) {
				// Nearly always: the line is read where it lies
				if (start == lineEnd) {
					noteHead(bytes, eventStart, start);
				}
				line(bytes, start, lineEnd, frames);
			}
			else {
				finishLine(bytes, start, lineEnd, frames);
			}
			this.afterCarriageReturn = bytes[lineEnd] == '\r';
			start = lineEnd + 1;
		}
		holdData();
		holdLine(bytes, start, end);
	}

	/**
	 * Say that the stream ends here, where its last line may lack its end: if that is a
	 * stray line, it is told now.
	 */
	public void endStrays() {
		if (this.strays == null) {
			return;
		}
		int lineStart = heldLineStart();
		if (this.unfinishedLine && !this.ignoringLine && lineStart < this.held.end()
				&& SseField.of(this.held.array(), lineStart, this.held.end()) == SseField.UNKNOWN) {
			this.strays.begin(this.held.array(), lineStart, this.held.end());
		}
		this.strays.end();
	}

	/**
	 * Whether the bytes so far end inside an event. If the stream ends here, that event
	 * is lost: the standard wants it discarded.
	 * @return whether there was anything but comments since the last blank line
	 */
	public boolean hasUnfinishedEvent() {
		return this.unfinishedEvent || (this.byteOrderMark > 0 && this.byteOrderMark < BYTE_ORDER_MARK.length);
	}

	/**
	 * Hands out the event that the stream's end cut off, as far as it came, its last line
	 * included whether or not that has ended. The standard wants it discarded, so it is
	 * only for callers whose data says of itself that it is whole, as JSON does. Its id
	 * is not taken. Nothing may be decoded after it.
	 * @param frames called if the event has data
	 * @throws SseLimitException if the event exceeds the limit
	 */
	public void decodeUnfinished(Consumer<? super SseFrame> frames) {
		if (this.unfinishedLine && !this.ignoringLine) {
			line(this.held.array(), heldLineStart(), this.held.end(), frames);
		}
		dispatch(frames);
	}

	/**
	 * What a client that reconnects sends as {@code Last-Event-ID}.
	 * @return the id of the last finished event that had one, with or without data;
	 * {@code null} if there was none or an empty one took it back
	 */
	public @Nullable String lastEventId() {
		return this.lastEventId.get();
	}

	/**
	 * How long the server asks a client to wait before it reconnects.
	 * @return the last valid {@code retry}, or {@code null} if there was none
	 */
	public @Nullable Duration reconnectionTime() {
		return this.reconnectionTime;
	}

	private int skipByteOrderMark(byte[] bytes, int start, int end) {
		int position = start;
		while (this.byteOrderMark < BYTE_ORDER_MARK.length && position < end) {
			if (bytes[position] == BYTE_ORDER_MARK[this.byteOrderMark]) {
				this.byteOrderMark++;
				position++;
			}
			else {
				// What looked like the mark is the start of a line, and no known field
				this.unfinishedEvent = this.byteOrderMark > 0;
				this.unfinishedLine = this.unfinishedEvent;
				this.ignoringLine = this.unfinishedEvent;
				this.byteOrderMark = BYTE_ORDER_MARK.length;
			}
		}
		return position;
	}

	/**
	 * Decodes an event that lies here and differs from the last one in its data and id
	 * alone.
	 * @return where the next event starts, {@code start} if this one has to be decoded
	 * line by line
	 */
	private int eventLikeTheLast(byte[] bytes, int start, int end, Consumer<? super SseFrame> frames) {
		int data = this.lastHead.dataStart(bytes, start, end);
		if (data < 0) {
			return start;
		}
		int dataEnd = LineEnds.find(bytes, data, end);
		// The head is longer than its values, so an event at the limit goes the other way
		if (dataEnd + 1 >= end || bytes[dataEnd] != '\n' || bytes[dataEnd + 1] != '\n'
				|| dataEnd - start > this.maxEventSize) {
			return start;
		}
		this.lastHead.readId(bytes, this.lastEventId);
		this.frame.set(this.lastHead.eventName(), bytes, data, dataEnd - data);
		frames.accept(this.frame);
		this.frame.clear();
		return dataEnd + 2;
	}

	/**
	 * Notes how the event began that this blank line ends, if it lies here as a whole.
	 */
	private void noteHead(byte[] bytes, int eventStart, int blankLine) {
		if (this.hasData && this.view == bytes && eventStart >= 0 && this.dataEnd + 1 == blankLine) {
			this.lastHead.remember(bytes, eventStart, this.dataStart, this.eventName);
		}
		else if (this.unfinishedEvent) {
			this.lastHead.forget();
		}
	}

	private void line(byte[] line, int start, int end, Consumer<? super SseFrame> frames) {
		if (start == end) {
			finishEvent(frames);
			return;
		}
		SseField field = SseField.of(line, start, end);
		this.unfinishedEvent |= field != SseField.COMMENT;
		if (field.isIgnored()) {
			if (field == SseField.UNKNOWN && this.strays != null) {
				this.strays.begin(line, start, end);
				this.strays.end();
			}
			return;
		}
		int value = field.valueStart(line, start, end);
		this.size = sizeWith(field, end - value);
		switch (field) {
			case DATA -> addData(line, value, end);
			case EVENT -> this.eventName = this.eventNames.get(line, value, end);
			case ID -> this.lastEventId.offer(line, value, end);
			case RETRY -> setReconnectionTime(line, value, end);
			case UNKNOWN, COMMENT -> {
				// Left above
			}
		}
	}

	/** The size of the event if a value of so many bytes is part of it. */
	private long sizeWith(SseField field, int valueSize) {
		int lineFeed = (field == SseField.DATA && this.hasData) ? 1 : 0;
		long sizeWithValue = this.size + lineFeed + valueSize;
		if (sizeWithValue > this.maxEventSize) {
			throw new SseLimitException(this.maxEventSize);
		}
		return sizeWithValue;
	}

	private void finishEvent(Consumer<? super SseFrame> frames) {
		this.lastEventId.commit();
		dispatch(frames);
	}

	private void dispatch(Consumer<? super SseFrame> frames) {
		boolean dispatched = this.hasData;
		if (dispatched) {
			byte[] data = (this.view != null) ? this.view : this.held.array();
			this.frame.set(this.eventName, data, this.dataStart, this.dataEnd - this.dataStart);
		}
		this.unfinishedEvent = false;
		this.eventName = "";
		this.hasData = false;
		this.view = null;
		this.size = 0;
		this.held.clear();
		if (dispatched) {
			frames.accept(this.frame);
			this.frame.clear();
		}
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

	/** Copies the data of an unfinished event, as its array is not ours. */
	private void holdData() {
		if (this.view != null) {
			this.held.cut(0);
			this.held.append(this.view, this.dataStart, this.dataEnd);
			this.view = null;
			this.dataStart = 0;
			this.dataEnd = this.held.end();
		}
	}

	/** Copies the next part of a line, unless the line will be ignored. */
	private void holdLine(byte[] bytes, int start, int end) {
		if (start == end) {
			return;
		}
		if (!this.unfinishedLine) {
			this.unfinishedLine = true;
			this.unfinishedEvent |= bytes[start] != ':';
		}
		if (this.ignoringLine) {
			if (this.strays != null) {
				this.strays.add(bytes, start, end);
			}
			return;
		}
		int lineStart = heldLineStart();
		int headLength = Math.max(SseField.HEAD - (this.held.end() - lineStart), 0);
		int headEnd = start + Math.min(headLength, end - start);
		this.held.append(bytes, start, headEnd);
		if (this.held.end() - lineStart >= SseField.HEAD) {
			SseField field = SseField.of(this.held.array(), lineStart, this.held.end());
			if (field.isIgnored()) {
				this.ignoringLine = true;
				if (field == SseField.UNKNOWN && this.strays != null) {
					this.strays.begin(this.held.array(), lineStart, this.held.end());
					this.strays.add(bytes, headEnd, end);
				}
				this.held.cut(lineStart);
				return;
			}
			this.held.append(bytes, headEnd, end);
			sizeWith(field, this.held.end() - field.valueStart(this.held.array(), lineStart, this.held.end()));
		}
	}

	private void finishLine(byte[] bytes, int start, int end, Consumer<? super SseFrame> frames) {
		holdLine(bytes, start, end);
		if (!this.ignoringLine) {
			line(this.held.array(), heldLineStart(), this.held.end(), frames);
		}
		else if (this.strays != null) {
			this.strays.end();
		}
		this.unfinishedLine = false;
		this.ignoringLine = false;
		this.held.cut(heldLineStart());
	}

	private int heldLineStart() {
		return (this.hasData && this.view == null) ? this.dataEnd : 0;
	}

}

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

	private final LastEventId lastEventId = new LastEventId();

	private final EventHead lastHead = new EventHead();

	private final SseFrame frame = new SseFrame(this.lastEventId);

	/** So many bytes of the byte order mark were seen, or all if there is none. */
	private int byteOrderMark;

	private boolean afterCarriageReturn;

	private final UnfinishedEvent event;

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
		this.event = new UnfinishedEvent(maxEventSize, this.lastEventId, this.frame);
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
			if (!this.event.begun && !this.unfinishedLine) {
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
					this.event.noteHead(this.lastHead, bytes, eventStart, start);
				}
				line(bytes, start, lineEnd, frames);
			}
			else {
				finishLine(bytes, start, lineEnd, frames);
			}
			this.afterCarriageReturn = bytes[lineEnd] == '\r';
			start = lineEnd + 1;
		}
		this.event.holdData();
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
		int lineStart = this.event.heldLineStart();
		if (this.unfinishedLine && !this.ignoringLine && lineStart < held().end()
				&& SseField.of(held().array(), lineStart, held().end()) == SseField.UNKNOWN) {
			this.strays.begin(held().array(), lineStart, held().end());
		}
		this.strays.end();
	}

	/**
	 * Whether the bytes so far end inside an event. If the stream ends here, that event
	 * is lost: the standard wants it discarded.
	 * @return whether there was anything but comments since the last blank line
	 */
	public boolean hasUnfinishedEvent() {
		return this.event.begun || (this.byteOrderMark > 0 && this.byteOrderMark < BYTE_ORDER_MARK.length);
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
			line(held().array(), this.event.heldLineStart(), held().end(), frames);
		}
		this.event.dispatch(frames);
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
		return this.event.reconnectionTime();
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
				this.event.begun = this.byteOrderMark > 0;
				this.unfinishedLine = this.event.begun;
				this.ignoringLine = this.event.begun;
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

	private void line(byte[] line, int start, int end, Consumer<? super SseFrame> frames) {
		if (start == end) {
			this.lastEventId.commit();
			this.event.dispatch(frames);
			return;
		}
		SseField field = SseField.of(line, start, end);
		this.event.begun |= field != SseField.COMMENT;
		if (field.isIgnored()) {
			if (field == SseField.UNKNOWN && this.strays != null) {
				this.strays.begin(line, start, end);
				this.strays.end();
			}
			return;
		}
		this.event.add(field, line, field.valueStart(line, start, end), end);
	}

	/** Copies the next part of a line, unless the line will be ignored. */
	private void holdLine(byte[] bytes, int start, int end) {
		if (start == end) {
			return;
		}
		if (!this.unfinishedLine) {
			this.unfinishedLine = true;
			this.event.begun |= bytes[start] != ':';
		}
		if (this.ignoringLine) {
			if (this.strays != null) {
				this.strays.add(bytes, start, end);
			}
			return;
		}
		int lineStart = this.event.heldLineStart();
		int headLength = Math.max(SseField.HEAD - (held().end() - lineStart), 0);
		int headEnd = start + Math.min(headLength, end - start);
		held().append(bytes, start, headEnd);
		if (held().end() - lineStart >= SseField.HEAD) {
			SseField field = SseField.of(held().array(), lineStart, held().end());
			if (field.isIgnored()) {
				this.ignoringLine = true;
				if (field == SseField.UNKNOWN && this.strays != null) {
					this.strays.begin(held().array(), lineStart, held().end());
					this.strays.add(bytes, headEnd, end);
				}
				held().cut(lineStart);
				return;
			}
			held().append(bytes, headEnd, end);
			this.event.sizeWith(field, held().end() - field.valueStart(held().array(), lineStart, held().end()));
		}
	}

	private void finishLine(byte[] bytes, int start, int end, Consumer<? super SseFrame> frames) {
		holdLine(bytes, start, end);
		if (!this.ignoringLine) {
			line(held().array(), this.event.heldLineStart(), held().end(), frames);
		}
		else if (this.strays != null) {
			this.strays.end();
		}
		this.unfinishedLine = false;
		this.ignoringLine = false;
		held().cut(this.event.heldLineStart());
	}

	private HeldBytes held() {
		return this.event.held;
	}

}

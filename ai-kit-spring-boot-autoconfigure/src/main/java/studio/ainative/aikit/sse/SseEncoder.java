package studio.ainative.aikit.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Frames to bytes, by the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">rules of the
 * WHATWG</a>: {@code event: NAME}, {@code id: ID}, a {@code data: …} for each line of the
 * data, and a blank line.
 * <p>
 * Nothing in a name, an id, a text or data can end a frame early or start a field: names
 * and ids with a line break or NUL are refused, and at each CR, LF or CRLF in data or a
 * comment a further line of the same kind begins (so a reader sees LF for each of them).
 * A lone surrogate becomes U+FFFD.
 * <p>
 * The static methods make one frame. An instance collects frames that are to be written
 * together; it is not thread-safe.
 *
 * @since 0.1.0
 */
public final class SseEncoder {

	private static final byte[] EVENT = ascii("event: ");

	private static final byte[] ID = ascii("id: ");

	private static final byte[] DATA = ascii("data: ");

	private static final byte[] RETRY = ascii("retry: ");

	private static final byte[] COMMENT = ascii(": ");

	private final Utf8Buffer buffer;

	/**
	 * Creates an encoder without frames.
	 */
	public SseEncoder() {
		this.buffer = new Utf8Buffer();
	}

	private SseEncoder(int capacity) {
		this.buffer = new Utf8Buffer(capacity);
	}

	/**
	 * Encodes one event.
	 * @param event the name, or {@code null} to leave it out: the reader then sees
	 * {@code message}
	 * @param id the id, or {@code null} to leave it out; an empty one takes back the last
	 * @param data the data, may be empty
	 * @return the bytes of the frame
	 * @throws IllegalArgumentException if the name or the id contains CR, LF or NUL
	 */
	public static byte[] encode(@Nullable String event, @Nullable String id, String data) {
		// As many bytes as it takes if all is ASCII and on one line
		int capacity = DATA.length + data.length() + 2;
		capacity += (event != null) ? EVENT.length + event.length() + 1 : 0;
		capacity += (id != null) ? ID.length + id.length() + 1 : 0;
		return new SseEncoder(capacity).append(event, id, data).buffer.finish();
	}

	/**
	 * Encodes one comment, which readers skip.
	 * @param text the text, may be empty
	 * @return the bytes of the frame
	 */
	public static byte[] comment(String text) {
		return new SseEncoder(COMMENT.length + text.length() + 2).appendComment(text).buffer.finish();
	}

	/**
	 * Adds one event.
	 * @param event the name, or {@code null} to leave it out: the reader then sees
	 * {@code message}
	 * @param id the id, or {@code null} to leave it out; an empty one takes back the last
	 * @param data the data, may be empty
	 * @return this encoder
	 * @throws IllegalArgumentException if the name or the id contains CR, LF or NUL;
	 * nothing was added then
	 */
	public SseEncoder append(@Nullable String event, @Nullable String id, String data) {
		nameAndId(event, id);
		lines(DATA, data);
		this.buffer.write('\n');
		return this;
	}

	/**
	 * Adds one event whose data is bytes already, such as JSON.
	 * @param event the name, or {@code null} to leave it out: the reader then sees
	 * {@code message}
	 * @param id the id, or {@code null} to leave it out; an empty one takes back the last
	 * @param data the data in UTF-8, may be empty
	 * @return this encoder
	 * @throws IllegalArgumentException if the name or the id contains CR, LF or NUL;
	 * nothing was added then
	 */
	public SseEncoder append(@Nullable String event, @Nullable String id, byte[] data) {
		nameAndId(event, id);
		int start = 0;
		int end;
		do {
			end = LineEnds.find(data, start, data.length);
			this.buffer.write(DATA).write(data, start, end).write('\n');
			boolean crlf = end + 1 < data.length && data[end] == '\r' && data[end + 1] == '\n';
			start = end + (crlf ? 2 : 1);
		}
		while (end < data.length);
		this.buffer.write('\n');
		return this;
	}

	/**
	 * Adds one comment, which readers skip.
	 * @param text the text, may be empty
	 * @return this encoder
	 */
	public SseEncoder appendComment(String text) {
		lines(COMMENT, text);
		this.buffer.write('\n');
		return this;
	}

	/**
	 * Adds the time that a reader is to wait before it comes again. By itself it is no
	 * event.
	 * @param millis the time in milliseconds
	 * @return this encoder
	 */
	public SseEncoder appendRetry(long millis) {
		this.buffer.write(RETRY).write(millis).write('\n').write('\n');
		return this;
	}

	/**
	 * How much has been collected.
	 * @return the size of the frames in bytes, zero if there are none
	 */
	public int size() {
		return this.buffer.size();
	}

	/**
	 * Where the frames are collected, for callers who write whole frames themselves. That
	 * such a frame is one, and stays one whatever it holds, is then up to them.
	 * @return the buffer, holding whole frames only
	 */
	public Utf8Buffer buffer() {
		return this.buffer;
	}

	/**
	 * Writes all frames to a stream, which is not flushed. None are left, not even if
	 * that fails.
	 * @param stream where to write
	 * @throws IOException if the stream throws it
	 */
	public void drainTo(OutputStream stream) throws IOException {
		this.buffer.drainTo(stream);
	}

	/**
	 * Writes all frames to a buffer. None are left.
	 * @param buffer where to write; it grows as needed
	 */
	public void drainTo(DataBuffer buffer) {
		this.buffer.drainTo(buffer);
	}

	/**
	 * Copies all frames. None are left.
	 * @return the bytes of the frames, in a new array
	 */
	public byte[] drain() {
		return this.buffer.drain();
	}

	/**
	 * Gives up the memory that frames were collected in, if none are left, as there may
	 * be none for a while. It is taken anew with the next frame.
	 */
	public void trim() {
		this.buffer.trim();
	}

	private void nameAndId(@Nullable String event, @Nullable String id) {
		requireOneLine("event", event);
		requireOneLine("id", id);
		if (event != null) {
			line(EVENT, event, 0, event.length());
		}
		if (id != null) {
			line(ID, id, 0, id.length());
		}
	}

	private void lines(byte[] field, String text) {
		if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
			line(field, text, 0, text.length());
			return;
		}
		int start = 0;
		for (int end = 0; end < text.length(); end++) {
			char c = text.charAt(end);
			if (c == '\n' || c == '\r') {
				line(field, text, start, end);
				end += text.startsWith("\r\n", end) ? 1 : 0;
				start = end + 1;
			}
		}
		line(field, text, start, text.length());
	}

	private void line(byte[] field, String text, int start, int end) {
		this.buffer.write(field).write(text, start, end).write('\n');
	}

	private static void requireOneLine(String parameter, @Nullable String value) {
		if (value != null && (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0)) {
			throw new IllegalArgumentException("'" + parameter + "' must not contain CR, LF or NUL");
		}
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}

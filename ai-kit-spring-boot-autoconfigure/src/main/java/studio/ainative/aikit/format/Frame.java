package studio.ainative.aikit.format;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.http.codec.ServerSentEvent;

import studio.ainative.aikit.sse.SseEncoder;

/**
 * One server-sent event, or a comment, before it is bytes.
 *
 * @param event the event's name, {@code null} to leave it out; without CR, LF and NUL
 * @param id the event's id, {@code null} to leave it out; without CR, LF and NUL
 * @param text the event's data, or the comment
 * @param isComment whether this is a comment, which readers skip
 * @param retry how long a reader is to wait before it comes again, in a frame of its own,
 * {@code null} for events and comments
 * @since 0.1.0
 */
public record Frame(@Nullable String event, @Nullable String id, String text, boolean isComment,
		@Nullable Duration retry) {

	/**
	 * Refuse a name or an id that would be more than one line.
	 * @param event the event's name, {@code null} to leave it out
	 * @param id the event's id, {@code null} to leave it out
	 * @param text the event's data, or the comment
	 * @param isComment whether this is a comment, which readers skip
	 * @param retry how long a reader is to wait before it comes again
	 */
	public Frame {
		requireOneLine("event", event);
		requireOneLine("id", id);
	}

	/**
	 * An event or a comment.
	 * @param event the event's name, {@code null} to leave it out
	 * @param id the event's id, {@code null} to leave it out
	 * @param text the event's data, or the comment
	 * @param isComment whether this is a comment, which readers skip
	 */
	public Frame(@Nullable String event, @Nullable String id, String text, boolean isComment) {
		this(event, id, text, isComment, null);
	}

	/** The comment that is sent into a silence. */
	public static final Frame HEARTBEAT = new Frame(null, null, "heartbeat", true);

	/** For readers who are to come again at once: in a tenth of a second. */
	public static final Frame RETRY_AT_ONCE = retry(Duration.ofMillis(100));

	/**
	 * How long a reader is to wait before it comes again, if the connection breaks.
	 * @param delay the time, to the millisecond
	 * @return the frame, which is no event
	 */
	public static Frame retry(Duration delay) {
		return new Frame(null, null, "", false, delay);
	}

	/**
	 * An event.
	 * @param event the event's name, {@code null} to leave it out
	 * @param id the event's id, {@code null} to leave it out
	 * @param data the event's data
	 * @return the frame
	 */
	public static Frame of(@Nullable String event, @Nullable String id, String data) {
		return new Frame(event, id, data, false);
	}

	/**
	 * The same as Spring's type. Line breaks become LF, as readers see them in any case:
	 * Spring's writer would take a CR for part of its line.
	 * @return the event, its data a string, or the comment
	 */
	public ServerSentEvent<Object> toServerSentEvent() {
		ServerSentEvent.Builder<Object> builder = ServerSentEvent.builder();
		if (this.retry != null) {
			return builder.retry(this.retry).build();
		}
		if (this.isComment) {
			return builder.comment(withLineFeeds(this.text)).build();
		}
		if (this.event != null) {
			builder.event(this.event);
		}
		if (this.id != null) {
			builder.id(this.id);
		}
		return builder.data(withLineFeeds(this.text)).build();
	}

	/**
	 * Write this frame after those that were written before.
	 * @param encoder where to
	 */
	public void appendTo(SseEncoder encoder) {
		if (this.retry != null) {
			encoder.appendRetry(this.retry.toMillis());
		}
		else if (this.isComment) {
			encoder.appendComment(this.text);
		}
		else {
			encoder.append(this.event, this.id, this.text);
		}
	}

	private static void requireOneLine(String component, @Nullable String value) {
		if (value != null && (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0)) {
			throw new IllegalArgumentException("'" + component + "' must not contain CR, LF or NUL");
		}
	}

	private static String withLineFeeds(String text) {
		return (text.indexOf('\r') < 0) ? text : text.replace("\r\n", "\n").replace('\r', '\n');
	}

	@Override
	public String toString() {
		return "Frame[event=" + this.event + ", id=" + this.id + ", length=" + this.text.length() + "]";
	}

}

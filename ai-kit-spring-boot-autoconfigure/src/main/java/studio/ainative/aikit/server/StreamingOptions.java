package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.WireFormat;

/**
 * How a response is streamed. Immutable: the {@code with…} methods make changed copies.
 *
 * @param heartbeat whether and when a silent stream shows that it lives
 * @param compression whether readers that accept gzip get it, each write flushed so that
 * tokens still arrive one by one; takes about 256 KB of native memory for each such
 * reader. If not, {@code Cache-Control} carries {@code no-transform}. Not for {@code
 * toFlux()} and {@code toSseEmitter()}, whose bytes Spring writes
 * @param headers response headers to add to, or to put in place of, AI Kit's own. Names
 * and values with a line break, another control character or one that headers can't carry
 * (beyond U+00FF) are refused, and so are values with a space at an edge and headers that
 * describe the body itself ({@code Content-Type}, {@code Content-Encoding},
 * {@code Content-Length}, {@code
 * Transfer-Encoding})
 * @param bufferSize how many events may wait for a slow reader before the sender has to,
 * at least 1. Fewer if they are long: what waits takes about 256 KB at most, or one event
 * @param sendTimeout how long a reader may take nothing before the response is given up:
 * while events wait, while a sender waits for room, or while one write blocks. Greater
 * than zero
 * @param drainTimeout how long a running response may go on when the application shuts
 * down, zero or more
 * @param exposeErrors whether readers are told the message of an unexpected exception
 * instead of a plain sentence. Such messages may hold secrets: for development only
 * @param format what the events look like to this reader, {@code null} for the factory's
 * format
 * @since 0.1.0
 */
public record StreamingOptions(Heartbeat heartbeat, boolean compression, Map<String, String> headers, int bufferSize,
		Duration sendTimeout, Duration drainTimeout, boolean exposeErrors, @Nullable WireFormat format) {

	/** Events that may wait unless said otherwise: {@value}. */
	public static final int DEFAULT_BUFFER_SIZE = 1024;

	/** How long a sender waits unless said otherwise: 30 seconds. */
	public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(30);

	/** How long a shutdown waits unless said otherwise: 10 seconds. */
	public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(10);

	private static final Set<String> OF_THE_BODY = Set.of("content-type", "content-encoding", "content-length",
			"transfer-encoding");

	private static final StreamingOptions DEFAULTS = new StreamingOptions(Heartbeat.off(), false, Map.of(),
			DEFAULT_BUFFER_SIZE, DEFAULT_SEND_TIMEOUT, DEFAULT_DRAIN_TIMEOUT, false, null);

	/**
	 * Refuse what can't work.
	 * @param heartbeat whether and when a silent stream shows that it lives
	 * @param compression whether readers that accept gzip get it
	 * @param headers response headers to add to, or to put in place of, AI Kit's own
	 * @param bufferSize how many events may wait for a slow reader
	 * @param sendTimeout how long a slow reader is waited for
	 * @param drainTimeout how long a running response may go on at shutdown
	 * @param exposeErrors whether readers are told the message of an unexpected exception
	 * @param format what the events look like, {@code null} for the factory's format
	 */
	public StreamingOptions {
		Objects.requireNonNull(heartbeat, "'heartbeat' must not be null");
		headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
		headers.forEach(StreamingOptions::requireHeader);
		if (bufferSize < 1) {
			throw new IllegalArgumentException("'bufferSize' must be 1 or more (was " + bufferSize + ")");
		}
		requirePositive("sendTimeout", sendTimeout);
		Objects.requireNonNull(drainTimeout, "'drainTimeout' must not be null");
		if (drainTimeout.isNegative()) {
			throw new IllegalArgumentException("'drainTimeout' must be zero or more (was " + drainTimeout + ")");
		}
	}

	/**
	 * The npm package's settings: no heartbeat (30 seconds once it is turned on), no
	 * compression, no headers of one's own. At most {@value #DEFAULT_BUFFER_SIZE} events
	 * wait, senders for 30 seconds, a shutdown for 10; exceptions stay hidden.
	 * @return the options
	 */
	public static StreamingOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Copy with another heartbeat.
	 * @param heartbeat whether and when a silent stream shows that it lives
	 * @return the copy
	 */
	public StreamingOptions withHeartbeat(Heartbeat heartbeat) {
		return new StreamingOptions(heartbeat, this.compression, this.headers, this.bufferSize, this.sendTimeout,
				this.drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy that is compressed or not.
	 * @param compression whether readers that accept gzip get it
	 * @return the copy
	 */
	public StreamingOptions withCompression(boolean compression) {
		return new StreamingOptions(this.heartbeat, compression, this.headers, this.bufferSize, this.sendTimeout,
				this.drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy with other headers, in place of all custom ones.
	 * @param headers the custom response headers
	 * @return the copy
	 */
	public StreamingOptions withHeaders(Map<String, String> headers) {
		return new StreamingOptions(this.heartbeat, this.compression, headers, this.bufferSize, this.sendTimeout,
				this.drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy with one more header.
	 * @param name the header's name
	 * @param value its value
	 * @return the copy
	 */
	public StreamingOptions withHeader(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return withHeaders(more);
	}

	/**
	 * Copy with another limit for waiting events.
	 * @param bufferSize how many events may wait for a slow reader
	 * @return the copy
	 */
	public StreamingOptions withBufferSize(int bufferSize) {
		return new StreamingOptions(this.heartbeat, this.compression, this.headers, bufferSize, this.sendTimeout,
				this.drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy with another limit for waiting senders.
	 * @param sendTimeout how long a sender waits for a slow reader
	 * @return the copy
	 */
	public StreamingOptions withSendTimeout(Duration sendTimeout) {
		return new StreamingOptions(this.heartbeat, this.compression, this.headers, this.bufferSize, sendTimeout,
				this.drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy with another time to finish in.
	 * @param drainTimeout how long a running response may go on at shutdown
	 * @return the copy
	 */
	public StreamingOptions withDrainTimeout(Duration drainTimeout) {
		return new StreamingOptions(this.heartbeat, this.compression, this.headers, this.bufferSize, this.sendTimeout,
				drainTimeout, this.exposeErrors, this.format);
	}

	/**
	 * Copy that tells or hides the messages of unexpected exceptions.
	 * @param exposeErrors whether readers are told
	 * @return the copy
	 */
	public StreamingOptions withExposeErrors(boolean exposeErrors) {
		return new StreamingOptions(this.heartbeat, this.compression, this.headers, this.bufferSize, this.sendTimeout,
				this.drainTimeout, exposeErrors, this.format);
	}

	/**
	 * Copy whose events look otherwise: the answer is for another kind of client.
	 * @param format what the events look like
	 * @return the copy
	 */
	public StreamingOptions withFormat(WireFormat format) {
		Objects.requireNonNull(format, "'format' must not be null");
		return new StreamingOptions(this.heartbeat, this.compression, this.headers, this.bufferSize, this.sendTimeout,
				this.drainTimeout, this.exposeErrors, format);
	}

	private static void requireHeader(String name, String value) {
		Objects.requireNonNull(name, "A header's name must not be null");
		Objects.requireNonNull(value, () -> "The value of header '" + name + "' must not be null");
		if (name.isEmpty() || !name.chars().allMatch(StreamingOptions::isTokenCharacter)) {
			// The name is not quoted as it is: it may hold the line break
			throw new IllegalArgumentException(
					"A header's name must be one word without line breaks (was '" + visible(name) + "')");
		}
		if (!value.chars().allMatch(StreamingOptions::isValueCharacter)) {
			throw new IllegalArgumentException("The value of header '" + name
					+ "' must not contain control characters or characters beyond U+00FF");
		}
		if (isBlank(value, 0) || isBlank(value, value.length() - 1)) {
			throw new IllegalArgumentException("The value of header '" + name + "' must not begin or end with a space");
		}
		if (OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException("Header '" + name + "' is not for 'headers': the stream itself sets it");
		}
	}

	/** What RFC 9110 (section 5.6.2) calls {@code tchar}. */
	private static boolean isTokenCharacter(int character) {
		return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z')
				|| (character >= 'A' && character <= 'Z') || "!#$%&'*+-.^_`|~".indexOf(character) >= 0;
	}

	/**
	 * What RFC 9110 (section 5.5) allows; servers differ in what they make of the rest.
	 */
	private static boolean isValueCharacter(int character) {
		return character == '\t' || (character >= ' ' && character <= '\u00ff' && character != '\u007f');
	}

	private static boolean isBlank(String value, int index) {
		return !value.isEmpty() && (value.charAt(index) == ' ' || value.charAt(index) == '\t');
	}

	private static String visible(String name) {
		return name.replaceAll("\\p{Cntrl}", "?");
	}

	private static void requirePositive(String name, Duration value) {
		Objects.requireNonNull(value, () -> "'" + name + "' must not be null");
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException("'" + name + "' must be greater than zero (was " + value + ")");
		}
	}

	/**
	 * The comment {@code : heartbeat}, sent when nothing else was sent for one interval.
	 * Proxies then don't take the stream for dead, and a reader who left in silence is
	 * found: on Servlet containers nothing else finds one.
	 *
	 * @param enabled whether heartbeats are sent
	 * @param interval the silence before one, greater than zero, at most a day
	 */
	public record Heartbeat(boolean enabled, Duration interval) {

		/** The silence before a heartbeat unless said otherwise: 30 seconds. */
		public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

		private static final Duration MAX_INTERVAL = Duration.ofDays(1);

		/**
		 * Refuse an interval that can't work.
		 * @param enabled whether heartbeats are sent
		 * @param interval the silence before one
		 */
		public Heartbeat {
			requirePositive("interval", interval);
			if (interval.compareTo(MAX_INTERVAL) > 0) {
				throw new IllegalArgumentException("'interval' must be one day or less (was " + interval + ")");
			}
		}

		/**
		 * Heartbeats after each interval of silence.
		 * @param interval the silence, greater than zero
		 * @return the setting
		 */
		public static Heartbeat every(Duration interval) {
			return new Heartbeat(true, interval);
		}

		/**
		 * No heartbeats.
		 * @return the setting
		 */
		public static Heartbeat off() {
			return new Heartbeat(false, DEFAULT_INTERVAL);
		}

	}

}

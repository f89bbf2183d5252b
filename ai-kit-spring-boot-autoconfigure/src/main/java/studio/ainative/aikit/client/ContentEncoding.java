package studio.ainative.aikit.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;

/**
 * How a response's body is encoded. Requests ask for no encoding, because compressors
 * hold tokens back; but some servers and proxies compress whatever is asked, and not
 * every HTTP client decodes it.
 *
 * @param name the encoding's name, {@code identity} for none
 */
record ContentEncoding(String name) {

	private static final String IDENTITY = "identity";

	private static final List<String> COMPRESSED = List.of("gzip", "x-gzip", "deflate");

	/**
	 * What a response's headers say. An HTTP client that decodes says nothing any more.
	 * @param headers the headers
	 * @return the encoding, with a name that can be shown
	 */
	static ContentEncoding of(HttpHeaders headers) {
		List<String> names = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING)
			.stream()
			.flatMap((value) -> Arrays.stream(value.split(",")))
			.map((name) -> name.strip().toLowerCase(Locale.ROOT))
			.filter((name) -> !name.isEmpty() && !name.equals(IDENTITY))
			.toList();
		String name = names.isEmpty() ? IDENTITY : String.join(", ", names);
		return new ContentEncoding(name.matches("[\\w.+, -]{1,60}") ? name : "of an unreadable name");
	}

	/**
	 * Whether the body can be read.
	 * @return {@code false} if it is in an encoding that is not known here
	 */
	boolean isKnown() {
		return this.name.equals(IDENTITY) || COMPRESSED.contains(this.name);
	}

	/**
	 * Decode a body, as far as the encoding is known.
	 * @param body the body, whose buffers are released
	 * @return the decoded body, as much of each buffer as is asked for; fails with a
	 * {@link MalformedEventException} if it is not in this encoding
	 */
	Flux<DataBuffer> decode(Flux<DataBuffer> body) {
		if (!COMPRESSED.contains(this.name)) {
			return body;
		}
		return Flux.using(() -> new BodyInflater(!this.name.equals("deflate")),
				(inflater) -> body.map(ContentEncoding::bytes).concatMapIterable(inflater::inflate, 1),
				BodyInflater::close);
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

}

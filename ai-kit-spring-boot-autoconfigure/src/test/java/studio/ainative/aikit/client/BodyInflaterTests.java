package studio.ainative.aikit.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.buffer.DataBuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Compressed bodies, cut into pieces.
 */
class BodyInflaterTests {

	private static final String TEXT = "Hello, hello, hello! ".repeat(2000);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 4096, 1_000_000 })
	void readsMembersOneAfterAnother(int size) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(gzip(TEXT));
		body.writeBytes(gzip("and more"));
		assertThat(inflate(true, body.toByteArray(), size)).isEqualTo(TEXT + "and more");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 4096 })
	void passesByAllThatAHeaderMayHold(int size) throws IOException {
		byte[] plain = gzip(TEXT);
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.write(plain, 0, 3);
		body.write(4 + 8 + 16 + 2);
		body.write(plain, 4, 6);
		body.writeBytes(new byte[] { 3, 0, 'x', 'y', 'z' });
		body.writeBytes("a name\0a comment\0".getBytes(StandardCharsets.ISO_8859_1));
		body.writeBytes(new byte[] { 1, 2 });
		body.write(plain, 10, plain.length - 10);
		assertThat(inflate(true, body.toByteArray(), size)).isEqualTo(TEXT);
	}

	@Test
	void passesByWhatFollowsTheLastMember() throws IOException {
		byte[] body = gzip(TEXT);
		assertThat(inflate(true, Arrays.copyOf(body, body.length + 100), 7)).isEqualTo(TEXT);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void readsDeflateWithAndWithoutAHeader(boolean bare) {
		Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, bare);
		deflater.setInput(TEXT.getBytes(StandardCharsets.UTF_8));
		deflater.finish();
		byte[] body = new byte[TEXT.length()];
		int length = deflater.deflate(body);
		deflater.end();
		assertThat(inflate(false, Arrays.copyOf(body, length), 7)).isEqualTo(TEXT);
	}

	@Test
	void refusesAHeaderWithoutAnEnd() throws IOException {
		byte[] body = Arrays.copyOf(gzip(""), 10 + 100_000);
		body[3] = 8;
		Arrays.fill(body, 10, body.length, (byte) 'x');
		assertThatExceptionOfType(MalformedEventException.class).isThrownBy(() -> inflate(true, body, 4096));
	}

	@Test
	void givesNothingOnceItIsClosed() throws IOException {
		BodyInflater inflater = new BodyInflater(true);
		Iterable<DataBuffer> pieces = inflater.inflate(gzip(TEXT));
		Iterator<DataBuffer> iterator = pieces.iterator();
		assertThat(iterator.hasNext()).isTrue();
		iterator.next();
		inflater.close();
		assertThat(iterator.hasNext()).isFalse();
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

	private static String inflate(boolean gzip, byte[] body, int size) {
		BodyInflater inflater = new BodyInflater(gzip);
		StringBuilder text = new StringBuilder();
		for (int start = 0; start < body.length; start += size) {
			byte[] piece = Arrays.copyOfRange(body, start, Math.min(start + size, body.length));
			for (DataBuffer inflated : inflater.inflate(piece)) {
				text.append(inflated.toString(StandardCharsets.UTF_8));
			}
		}
		inflater.close();
		return text.toString();
	}

}

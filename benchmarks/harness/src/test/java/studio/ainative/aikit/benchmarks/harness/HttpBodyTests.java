package studio.ainative.aikit.benchmarks.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link HttpBody}.
 */
class HttpBodyTests {

	private static final String RESPONSE = String.join("\r\n", "HTTP/1.1 200 OK",
			"Content-Type: text/event-stream;charset=UTF-8", "Transfer-Encoding: chunked", "", "5", "data:", "3",
			"a\n\n", "0", "", "");

	private final HttpBody body = new HttpBody();

	private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 4096 })
	void takesTheBodyOutHoweverItIsCut(int size) {
		for (int response = 1; response <= 2; response++) {
			assertThat(read(RESPONSE, size)).isTrue();
			assertThat(this.taken.toString(StandardCharsets.US_ASCII)).isEqualTo("data:a\n\n".repeat(response));
		}
	}

	@Test
	void refusesAnErrorStatus() {
		assertThatIllegalStateException().isThrownBy(() -> read(RESPONSE.replace("200 OK", "500 Oh"), 4096))
			.withMessage("Not a good answer: HTTP/1.1 500 Oh");
	}

	@Test
	void refusesAnotherType() {
		assertThatIllegalStateException().isThrownBy(() -> read(RESPONSE.replace("event-stream", "html"), 4096))
			.withMessage("No event stream in chunks");
	}

	private boolean read(String response, int size) {
		byte[] bytes = response.getBytes(StandardCharsets.US_ASCII);
		boolean ended = false;
		for (int start = 0; start < bytes.length; start += size) {
			byte[] piece = Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + size));
			assertThat(ended).isFalse();
			ended = this.body.read(piece, piece.length, this.taken::write);
		}
		return ended;
	}

}

package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StreamingOptionsTests {

	private static final StreamingOptions DEFAULTS = StreamingOptions.defaults();

	@Test
	void keepsTheDefaultsOfTheNpmPackage() {
		assertThat(DEFAULTS).isEqualTo(new StreamingOptions(new Heartbeat(false, Duration.ofSeconds(30)), false,
				Map.of(), 1024, Duration.ofSeconds(30), Duration.ofSeconds(10), false, null));
	}

	@Test
	void changesOneThingAtATime() {
		WireFormat format = new HostileTexts.RawFormat();
		StreamingOptions changed = DEFAULTS.withHeartbeat(Heartbeat.every(Duration.ofSeconds(1)))
			.withCompression(true)
			.withHeader("A", "1")
			.withHeader("B", "2")
			.withBufferSize(7)
			.withSendTimeout(Duration.ofSeconds(2))
			.withDrainTimeout(Duration.ZERO)
			.withExposeErrors(true)
			.withFormat(format);
		assertThat(changed).isEqualTo(new StreamingOptions(new Heartbeat(true, Duration.ofSeconds(1)), true,
				Map.of("A", "1", "B", "2"), 7, Duration.ofSeconds(2), Duration.ZERO, true, format));
		assertThat(DEFAULTS.headers()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\rb", "a\nb", "a\0b" })
	void refusesHeadersThatSplitTheResponse(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withHeader("X-Chat", text))
			.withMessage(
					"The value of header 'X-Chat' must not contain control characters or characters beyond U+00FF");
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withHeader(text, "yes"))
			.withMessage("A header's name must be one word without line breaks (was 'a?b')");
	}

	/** Servers would leave such a header out, change it, or answer with an error. */
	@ParameterizedTest
	@ValueSource(strings = { " a", "a\t", "\u001b", "\u007f", "\u010a", "\u2028", "\ud800", "漢" })
	void refusesHeadersThatWouldArriveAsSomethingElse(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withHeader("X-Chat", text));
	}

	@Test
	void takesHeadersOfAllCharactersThatArrive() {
		assertThat(DEFAULTS.withHeader("X-Chat", "a\t~é\u0085").headers()).containsEntry("X-Chat", "a\t~é\u0085");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a:b", "é" })
	void refusesWhatIsNoHeadersName(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withHeader(name, "yes"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Type", "content-encoding", "content-length", "Transfer-Encoding" })
	void refusesHeadersThatDescribeTheBody(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withHeader(name, "1"))
			.withMessageContaining("'" + name + "'");
	}

	@Test
	void quotesWhatIsOutOfBounds() {
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withBufferSize(0))
			.withMessage("'bufferSize' must be 1 or more (was 0)");
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withSendTimeout(Duration.ZERO))
			.withMessage("'sendTimeout' must be greater than zero (was PT0S)");
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withDrainTimeout(Duration.ofSeconds(-1)))
			.withMessage("'drainTimeout' must be zero or more (was PT-1S)");
		assertThatIllegalArgumentException().isThrownBy(() -> Heartbeat.every(Duration.ZERO))
			.withMessage("'interval' must be greater than zero (was PT0S)");
		assertThatIllegalArgumentException().isThrownBy(() -> Heartbeat.every(Duration.ofDays(2)))
			.withMessage("'interval' must be one day or less (was PT48H)");
	}

	@Test
	void letsCompressionThroughProxies() {
		assertThat(StreamingResponse.create(DEFAULTS.withCompression(true)).frames().headers(true))
			.containsEntry("Cache-Control", "no-cache");
	}

	@Test
	void letsCustomHeadersReplaceAiKitsOwn() {
		Map<String, String> headers = StreamingResponse.create(DEFAULTS.withHeader("cache-control", "no-store"))
			.frames()
			.headers(false);
		assertThat(headers).hasSize(3).containsEntry("cache-control", "no-store").doesNotContainKey("Connection");
	}

}

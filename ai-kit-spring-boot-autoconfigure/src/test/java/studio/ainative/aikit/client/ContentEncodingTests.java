package studio.ainative.aikit.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.RawProvider.Call;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Answers that are compressed though nobody has asked for that, whatever HTTP client is
 * used.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ContentEncodingTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String QUOTA = "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\","
			+ "\"message\":\"A sentence\"}}";

	private static final Map<String, WebClient.Builder> CLIENTS = Map.of("our own", WebClient.builder()
		.clientConnector(new ReactorClientHttpConnector(AiStreamConnections.httpClient(StreamTimeouts.defaults()))),
			"Spring's", WebClient.builder(), "a plain one",
			WebClient.builder().clientConnector(new ReactorClientHttpConnector(HttpClient.create())), "the JDK's",
			WebClient.builder().clientConnector(new JdkClientHttpConnector()));

	@Test
	void isNotAskedFor() {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel", "lo");
			AIStream stream = AIStream.builder().provider(new OpenAIProvider()).endpoint(server.uri()).build();
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			assertThat(server.lastRequest().header("Accept-Encoding")).isEqualTo("identity");
		}
	}

	@ParameterizedTest(name = "{0}, {1}, {2}")
	@MethodSource
	void isDecoded(String client, String encoding, int size) {
		byte[] body = compress(encoding, RawProvider.events("Hello"));
		try (RawProvider provider = RawProvider.start((call) -> {
			call.send(head("200 OK", "text/event-stream", encoding));
			for (int start = 0; start < body.length; start += size) {
				chunk(call, Arrays.copyOfRange(body, start, Math.min(start + size, body.length)));
			}
			call.send("0\r\n\r\n");
		})) {
			assertThat(Answers.text(stream(provider, client).stream("Hi"))).isEqualTo("Hello");
			assertThat(provider.calls()).hasSize(1);
		}
	}

	static Stream<Arguments> isDecoded() {
		return CLIENTS.keySet()
			.stream()
			.flatMap((client) -> Stream.of("gzip", "x-gzip", "deflate")
				.flatMap((encoding) -> Stream.of(1, 7, 4096).map((size) -> arguments(client, encoding, size))));
	}

	@ParameterizedTest
	@MethodSource("clients")
	void isDecodedTokenByToken(String client) {
		try (RawProvider provider = RawProvider.start((call) -> {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try {
				OutputStream gzip = new GZIPOutputStream(bytes, true);
				String events = RawProvider.events("Hello");
				gzip.write(events.substring(0, events.indexOf("\n\n") + 2).getBytes(StandardCharsets.UTF_8));
				gzip.flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			call.send(head("200 OK", "text/event-stream", "gzip"));
			chunk(call, bytes.toByteArray());
		})) {
			assertThat(Answers.tokens(stream(provider, client).stream("Hi")).blockFirst(TIMEOUT)).isEqualTo("Hello");
		}
	}

	@ParameterizedTest
	@MethodSource("clients")
	void keepsTheProvidersWordsOfAnError(String client) {
		try (RawProvider provider = RawProvider.start((call) -> {
			call.send(head("429 Too Many Requests", "application/json", "gzip"));
			chunk(call, compress("gzip", QUOTA));
			call.send("0\r\n\r\n");
		})) {
			assertThatExceptionOfType(RateLimitException.class)
				.isThrownBy(() -> Answers.text(stream(provider, client).stream("Hi")))
				.satisfies((ex) -> {
					assertThat(ex.providerMessage()).isEqualTo("A sentence");
					assertThat(ex.providerCode()).isEqualTo("insufficient_quota");
					assertThat(ex.isTransient()).isFalse();
				});
			assertThat(provider.calls()).hasSize(1);
		}
	}

	static Stream<String> clients() {
		return CLIENTS.keySet().stream();
	}

	@ParameterizedTest
	@ValueSource(strings = { "br", "zstd", "compress", "gzip, gzip", "some thing" })
	void isAClearErrorThatIsNotRetriedIfItIsNotKnown(String encoding) {
		try (RawProvider provider = RawProvider.start((call) -> {
			call.send(head("200 OK", "text/event-stream", encoding));
			chunk(call, new byte[] { 11, 2, -128 });
		})) {
			assertThatExceptionOfType(MalformedEventException.class)
				.isThrownBy(() -> Answers.text(stream(provider, "our own").stream("Hi")))
				.withMessage("HTTP 200: an answer in the encoding '" + encoding + "', which can't be decoded");
			assertThat(provider.calls()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "deflate" })
	void isAClearErrorThatIsNotRetriedIfItIsAnother(String encoding, CapturedOutput output) {
		try (RawProvider provider = RawProvider.start((call) -> {
			call.send(head("200 OK", "text/event-stream", encoding));
			chunk(call, RawProvider.events("Hello").getBytes(StandardCharsets.UTF_8));
		})) {
			assertThatExceptionOfType(MalformedEventException.class)
				.isThrownBy(() -> Answers.text(stream(provider, "our own").stream("Hi")))
				.withMessage("The response is not compressed in the way that its header names");
			assertThat(provider.calls()).hasSize(1);
			await().atMost(TIMEOUT).until(() -> provider.open() == 0);
		}
		assertNoWarnings(output);
	}

	@Test
	void doesNotGetRoundTheLimits() {
		byte[] body = compress("gzip", "data: " + "x".repeat(20_000_000));
		try (RawProvider provider = RawProvider.start((call) -> {
			call.send(head("200 OK", "text/event-stream", "gzip"));
			chunk(call, body);
		})) {
			assertThatExceptionOfType(LimitExceededException.class)
				.isThrownBy(() -> Answers.text(stream(provider, "our own").stream("Hi")));
		}
	}

	private static String head(String status, String type, String encoding) {
		return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Encoding: " + encoding
				+ "\r\nTransfer-Encoding: chunked\r\n\r\n";
	}

	private static void chunk(Call call, byte[] bytes) {
		call.send(Integer.toHexString(bytes.length) + "\r\n");
		call.send(bytes);
		call.send("\r\n");
	}

	private static byte[] compress(String encoding, String text) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream out = encoding.equals("deflate") ? new DeflaterOutputStream(bytes)
				: new GZIPOutputStream(bytes)) {
			out.write(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static AIStream stream(RawProvider provider, String client) {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(provider.uri())
			.webClientBuilder(CLIENTS.get(client))
			.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
	}

}

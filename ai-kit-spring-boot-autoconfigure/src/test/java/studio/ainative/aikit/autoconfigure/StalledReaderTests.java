package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.Transport;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Readers who stop reading and don't leave. The framework's own executor refuses all work
 * here, so nothing depends on it.
 */
@ExtendWith(OutputCaptureExtension.class)
class StalledReaderTests {

	private static final int READERS = 50;

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** Before a stalled reader is given up, who would hold a thread until then. */
	private static final Duration SOON = Duration.ofSeconds(5);

	/**
	 * What may wait for one reader, in bytes: here, in Tomcat or Netty, in the sockets.
	 */
	private static final long BOUND = 1024 * 1024;

	@ParameterizedTest
	@CsvSource({ "SERVLET, HTTP11", "REACTIVE, HTTP11", "SERVLET, HTTP2", "REACTIVE, HTTP2" })
	void hurtNobodyAndAreGivenUp(WebApplicationType type, Transport transport, CapturedOutput output) throws Exception {
		List<SseReader> stalled = new ArrayList<>();
		try (ScriptedServer provider = transport.start(Dialect.OPENAI);
				ChatServer server = ChatServer.start(type,
						Stream
							.concat(transport.properties().stream(),
									Stream.of("ai-kit.stream.endpoint=" + provider.uri(),
											"ai-kit.response.send-timeout=8s", "server.tomcat.connection-timeout=10s"))
							.toArray(String[]::new));
				SseReader flooded = SseReader.getNarrowly(server.port(), "/flood")) {
			try {
				for (int i = 0; i < READERS; i++) {
					Floods.flood(provider.respond());
					SseReader reader = SseReader.getNarrowly(server.port(), "/chat");
					stalled.add(reader);
					assertThat(reader.status()).contains("200");
				}
				await().atMost(TIMEOUT).until(() -> Floods.openCalls(provider) == READERS);
				try (SseReader healthy = SseReader.get(server.port(), "/ticks")) {
					assertThat(healthy.readAll()).contains("\"index\":99}").endsWith("\"outcome\":\"complete\"}\n\n");
				}
				assertThat(Floods.openCalls(provider)).isEqualTo(READERS);
				// One may be at it for a moment, as the sockets take a little more
				await().atMost(SOON).until(() -> Floods.threadsThatWrite() == 0);
				assertThat(server.controller().flooded).hasValueGreaterThan(0).hasValueLessThan(BOUND);
				await().atMost(TIMEOUT).until(() -> Floods.openCalls(provider) == 0);
				await().atMost(TIMEOUT).until(() -> server.controller().closed.get() == READERS);
				if (type == WebApplicationType.SERVLET) {
					// No way to close a connection that doesn't take anything: Tomcat
					// does
					await().atMost(TIMEOUT).until(() -> server.connections() <= 1);
				}
				for (SseReader reader : stalled) {
					assertThat(reader.isCut()).isTrue();
				}
				assertThat(flooded.isCut()).isTrue();
			}
			finally {
				for (SseReader reader : stalled) {
					reader.close();
				}
			}
			try (SseReader next = SseReader.get(server.port(), "/instant")) {
				assertThat(next.readAll()).contains("\"outcome\":\"complete\"");
			}
			assertThat(server.controller().closed).hasValue(READERS);
			assertNoWarnings(output);
		}
	}

}

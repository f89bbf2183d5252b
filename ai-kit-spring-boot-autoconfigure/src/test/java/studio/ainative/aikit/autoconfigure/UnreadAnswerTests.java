package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.hamcrest.Matchers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Sinks;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.SharedLog;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.token;

/**
 * Answers whose readers are gone before the head of the response is sent, or want no more
 * than that, and come again with the same key.
 */
class UnreadAnswerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String KEY = "Idempotency-Key: k";

	private final SharedLog log = new SharedLog();

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isMadeForAReaderWhoComesAgain(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, this.log)) {
			askAndLeave(type, server);
			await().atMost(TIMEOUT).untilAtomic(server.chat().calls, Matchers.is(1));
			server.chat().say("a", 0, "a");
			try (SseReader again = SseReader.getWith(server.port(), "/chat/a", KEY)) {
				again.readPast(token(1, "a", 0));
				server.chat().end("a");
				assertThat(again.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
			}
			assertThat(server.chat().calls).hasValue(1);
			assertThat(server.chat().cancels).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isCancelledIfNobodyComes(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, this.log, "ai-kit.response.heartbeat.interval=50ms",
				"ai-kit.response.resume.orphan-timeout=200ms")) {
			askAndLeave(type, server);
			await().atMost(TIMEOUT).untilAtomic(server.chat().cancels, Matchers.is(1));
			assertThat(server.chat().calls).hasValue(1);
			try (SseReader late = SseReader.getWith(server.port(), "/chat/a", KEY)) {
				assertThat(late.readAll()).endsWith("\"outcome\":\"abandoned\"}\n\n");
			}
			assertThat(server.chat().calls).hasValue(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void leavesTheKeyFreeIfHeadersOnlyWereWanted(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, this.log)) {
			assertThat(ResumeTests.send(server, "HEAD", "/chat/a", "", KEY.split(": ")).statusCode()).isEqualTo(200);
			assertThat(server.chat().calls).hasValue(0);
			server.chat().say("a", 0, "a");
			server.chat().end("a");
			// A key that was used for another method would be refused
			try (SseReader reader = SseReader.getWith(server.port(), "/chat/a", KEY)) {
				assertThat(reader.status()).contains("200");
				assertThat(reader.readAll()).contains(token(1, "a", 0)).endsWith("\"outcome\":\"complete\"}\n\n");
			}
			assertThat(server.chat().calls).hasValue(1);
		}
	}

	/** The reader is gone before the log has opened the answer. */
	private void askAndLeave(WebApplicationType type, ResumeServer server) throws IOException {
		Sinks.Empty<Void> opening = Sinks.empty();
		this.log.beforeOpening.set(opening.asMono());
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
			socket.getOutputStream()
				.write(("GET /chat/a HTTP/1.1\r\nHost: localhost\r\n" + KEY + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			await().atMost(TIMEOUT).until(() -> opening.currentSubscriberCount() == 1);
			socket.setSoLinger(true, 0);
		}
		if (type == WebApplicationType.REACTIVE) {
			// A Servlet container finds out when it writes
			await().atMost(TIMEOUT).untilAtomic(server.chat().left, Matchers.is(1));
		}
		opening.tryEmitEmpty().orThrow();
	}

}

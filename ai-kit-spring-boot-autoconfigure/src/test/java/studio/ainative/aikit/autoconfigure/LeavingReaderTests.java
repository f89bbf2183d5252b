package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Readers who leave, from their socket to the provider's.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeavingReaderTests {

	private static final int READERS = 17;

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final int TOKENS = 1000;

	/** Two intervals, and what a busy machine adds: a third has not begun. */
	private static final Duration TWO_INTERVALS = HEARTBEAT.multipliedBy(2).plusMillis(900);

	/** Half an interval: not the heartbeat found out. */
	private static final Duration AT_ONCE = HEARTBEAT.dividedBy(2);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endTheirCallsAndNothingElse(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start(); ChatServer server = start(type, provider)) {
			int left = 0;
			for (Phase phase : Phase.values()) {
				for (boolean reset : new boolean[] { false, true }) {
					leave(phase, reset, provider, server.port());
					left += READERS;
					int expected = left;
					await().atMost(TIMEOUT).until(() -> server.controller().closed.get() >= expected);
				}
			}
			assertThat(left).isGreaterThan(100);
			provider.respond("Hel", "lo");
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				assertThat(reader.readAll()).contains("\"outcome\":\"complete\"");
			}
			assertThat(server.controller().closed).hasValue(left);
			assertThat(provider.requests()).hasSize(left + 1);
		}
		assertThat(output).doesNotContain("WARN", "ERROR");
	}

	/** The moment in which the answer begins is as good as any other. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void mayLeaveJustWhenTheAnswerBegins(WebApplicationType type, CapturedOutput output) throws Exception {
		int readers = 100;
		try (ScriptedServer provider = ScriptedServer.start(); ChatServer server = start(type, provider)) {
			for (int i = 0; i < readers; i++) {
				provider.respond().pause(Duration.ofMillis(20)).tokens("Hel").pause(Duration.ofMillis(1)).thenStall();
				SseReader reader = SseReader.get(server.port(), "/chat");
				int call = i;
				await().atMost(TIMEOUT)
					.pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofMillis(1))
					.until(() -> provider.requests().size() > call);
				long due = provider.requests().get(call).arrived() + Duration.ofMillis(15 + i % 10).toNanos();
				await().pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofNanos(100_000))
					.until(() -> System.nanoTime() >= due);
				reader.reset();
			}
			await().atMost(TIMEOUT).until(() -> provider.requests().stream().noneMatch(RecordedRequest::isOpen));
			await().atMost(TIMEOUT).until(() -> server.controller().closed.get() == readers);
		}
		assertThat(output).doesNotContain("WARN", "ERROR");
	}

	private static void leave(Phase phase, boolean reset, ScriptedServer provider, int port) throws Exception {
		int before = provider.requests().size();
		List<SseReader> readers = new ArrayList<>();
		for (int i = 0; i < READERS; i++) {
			phase.prepare(provider.respond());
			SseReader reader = SseReader.get(port, "/chat");
			reader.readUntil("\n\n");
			readers.add(reader);
			phase.await(reader);
		}
		await().atMost(TIMEOUT).until(() -> provider.requests().size() == before + READERS);
		List<RecordedRequest> calls = provider.requests().subList(before, before + READERS);
		assertThat(calls).allMatch(RecordedRequest::isOpen);
		long begun = System.nanoTime();
		for (SseReader reader : readers) {
			if (reset) {
				reader.reset();
			}
			else {
				reader.close();
			}
		}
		await().atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> calls.stream().allMatch(RecordedRequest::isClosedByClient));
		Duration taken = Duration.ofNanos(System.nanoTime() - begun);
		assertThat(taken).as("%s, %s", phase, reset ? "RST" : "FIN").isLessThan(phase.bound);
	}

	private static ChatServer start(WebApplicationType type, ScriptedServer provider) {
		return ChatServer.start(type, "ai-kit.stream.endpoint=" + provider.uri(),
				"ai-kit.response.heartbeat.interval=" + HEARTBEAT.toMillis() + "ms");
	}

	/** Where the answer stands when its readers leave. */
	private enum Phase {

		BEFORE_THE_HEADERS(TWO_INTERVALS) {

			@Override
			void prepare(ScriptedResponse response) {
				response.thenStall();
			}

		},

		BEFORE_THE_FIRST_TOKEN(TWO_INTERVALS) {

			@Override
			void prepare(ScriptedResponse response) {
				response.headers().thenStall();
			}

		},

		WHILE_TOKENS_COME(AT_ONCE) {

			@Override
			void prepare(ScriptedResponse response) {
				for (int i = 0; i < TOKENS; i++) {
					response.tokens("t").pause(Duration.ofMillis(10));
				}
				response.thenStall();
			}

			@Override
			void await(SseReader reader) throws Exception {
				reader.readUntil("\"index\":0}\n\n");
			}

		},

		IN_SILENCE(TWO_INTERVALS) {

			@Override
			void prepare(ScriptedResponse response) {
				response.tokens("t").thenStall();
			}

			@Override
			void await(SseReader reader) throws Exception {
				reader.readUntil("\"index\":0}\n\n");
			}

		};

		private final Duration bound;

		Phase(Duration bound) {
			this.bound = bound;
		}

		abstract void prepare(ScriptedResponse response);

		void await(SseReader reader) throws Exception {
			assertThat(reader.status()).contains("200");
		}

	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.BusyThreads;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Readers who leave while the provider's connection ends: {@code onClose} runs once for
 * each, nothing is logged as an error, and nothing of an answer stays in memory. The
 * system property {@code leaves} says how many leave in each moment, {@code busy} beside
 * how many other threads.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeaveRaceTests {

	private static final int LEAVES = Integer.getInteger("leaves", 10);

	private static final int AT_ONCE = 50;

	/** As many, however many have left: servers use the objects of a request again. */
	private static final int KEPT = 8;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@ParameterizedTest
	@CsvSource({ "SERVLET, /chat", "SERVLET, /chat-emitter", "SERVLET, /chat-flux", "REACTIVE, /chat",
			"REACTIVE, /chat-flux" })
	void leaveNothingBehind(WebApplicationType type, String path, CapturedOutput output) throws Exception {
		BusyThreads busy = BusyThreads.start();
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = ChatServer.start(type, "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.response.heartbeat.interval=200ms", "ai-kit.stream.retry.initial-delay=10m",
						"ai-kit.stream.retry.max-delay=10m", "framework-writes=true")) {
			int left = 0;
			for (Phase phase : Phase.values()) {
				for (int rest = LEAVES; rest > 0; rest -= AT_ONCE) {
					int readers = Math.min(rest, AT_ONCE);
					openAndLeave(phase, readers, provider, server.port(), path);
					left += readers;
					int all = left;
					await(phase.name()).atMost(PATIENCE)
						.untilAsserted(() -> assertThat(server.controller().closed).hasValue(all));
				}
			}
			assertThat(server.controller().closed).hasValue(left);
			assertThat(server.controller().pipes).hasSize(left);
			await("collected").atMost(PATIENCE).untilAsserted(() -> {
				System.gc();
				assertThat(server.controller().pipes).filteredOn((pipe) -> pipe.get() != null)
					.hasSizeLessThanOrEqualTo(KEPT);
			});
		}
		finally {
			busy.close();
		}
		assertNoWarnings(output);
	}

	private static void openAndLeave(Phase phase, int count, ScriptedServer provider, int port, String path)
			throws IOException {
		List<SseReader> readers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			phase.prepare((i % 2 == 0) ? provider.respond() : provider.respond().withoutLength());
			int before = provider.requests().size();
			SseReader reader = SseReader.get(port, path);
			readers.add(reader);
			await().atMost(PATIENCE)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> provider.requests().size() > before);
			reader.readPast(phase.seen);
		}
		for (int i = 0; i < count; i++) {
			if (i % 3 == 0) {
				readers.get(i).close();
			}
			else {
				readers.get(i).reset();
			}
		}
	}

	/** Where the answer stands when its reader leaves. */
	private enum Phase {

		BEFORE_THE_FIRST_TOKEN("event:") {

			@Override
			void prepare(ScriptedResponse response) {
				response.headers().thenStall();
			}

		},

		WHILE_TOKENS_COME("index") {

			@Override
			void prepare(ScriptedResponse response) {
				for (int i = 0; i < 1000; i++) {
					response.tokens("t").pause(Duration.ofMillis(5));
				}
				response.thenStall();
			}

		},

		IN_SILENCE("index") {

			@Override
			void prepare(ScriptedResponse response) {
				response.tokens("Hello").thenStall();
			}

		},

		BETWEEN_TWO_TRIES("heartbeat") {

			@Override
			void prepare(ScriptedResponse response) {
				response.status(503);
			}

		};

		private final String seen;

		Phase(String seen) {
			this.seen = seen;
		}

		abstract void prepare(ScriptedResponse response);

	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
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
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Readers who leave, from their socket to the provider's.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeavingReaderTests {

	private static final int READERS = 17;

	private static final Duration HEARTBEAT = Duration.ofSeconds(2);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** Enough for all groups to come and to leave meanwhile. */
	private static final int TOKENS = 2000;

	/** Two intervals, and what a busy machine adds: a third has not begun. */
	private static final Duration TWO_INTERVALS = HEARTBEAT.multipliedBy(2).plusMillis(1900);

	/** Half an interval: not the heartbeat found out. */
	private static final Duration AT_ONCE = HEARTBEAT.dividedBy(2);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endTheirCallsAndNothingElse(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start(); ChatServer server = start(type, provider)) {
			List<Group> groups = new ArrayList<>();
			for (Phase phase : Phase.values()) {
				groups.add(Group.open(phase, false, provider, server.port()));
				groups.add(Group.open(phase, true, provider, server.port()));
			}
			for (Group group : groups) {
				group.leave();
			}
			await().atMost(TIMEOUT)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> groups.stream().filter(Group::isSeenToHaveLeft).count() == groups.size());
			assertThat(groups).allSatisfy(Group::verify);
			int left = READERS * groups.size();
			assertThat(left).isGreaterThan(100);
			await().atMost(TIMEOUT).until(() -> server.controller().closed.get() >= left);
			provider.respond("Hel", "lo");
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				assertThat(reader.readAll()).contains("\"outcome\":\"complete\"");
			}
			assertThat(server.controller().closed).hasValue(left);
			assertThat(provider.requests()).hasSize(left + 1);
		}
		assertNoWarnings(output);
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
		assertNoWarnings(output);
	}

	private static ChatServer start(WebApplicationType type, ScriptedServer provider) {
		return ChatServer.start(type, "ai-kit.stream.endpoint=" + provider.uri(),
				"ai-kit.response.heartbeat.interval=" + HEARTBEAT.toMillis() + "ms");
	}

	/** Readers who leave at the same moment of their answers. */
	private static final class Group {

		private final Phase phase;

		private final boolean reset;

		private final List<SseReader> readers = new ArrayList<>();

		private final List<RecordedRequest> calls = new ArrayList<>();

		private long begun;

		private @Nullable Duration taken;

		private Group(Phase phase, boolean reset) {
			this.phase = phase;
			this.reset = reset;
		}

		static Group open(Phase phase, boolean reset, ScriptedServer provider, int port) throws IOException {
			Group group = new Group(phase, reset);
			int before = provider.requests().size();
			for (int i = 0; i < READERS; i++) {
				phase.prepare(provider.respond());
				SseReader reader = SseReader.get(port, "/chat");
				group.readers.add(reader);
				reader.readPast(phase.seen);
			}
			await().atMost(TIMEOUT).until(() -> provider.requests().size() == before + READERS);
			group.calls.addAll(provider.requests().subList(before, before + READERS));
			return group;
		}

		void leave() throws IOException {
			assertThat(this.calls).allMatch(RecordedRequest::isOpen);
			this.begun = System.nanoTime();
			for (SseReader reader : this.readers) {
				if (this.reset) {
					reader.reset();
				}
				else {
					reader.close();
				}
			}
		}

		/** To be asked often: the first time that it is so counts. */
		boolean isSeenToHaveLeft() {
			if (this.taken == null && this.calls.stream().allMatch(RecordedRequest::isClosedByClient)) {
				this.taken = Duration.ofNanos(System.nanoTime() - this.begun);
			}
			return this.taken != null;
		}

		void verify() {
			assertThat(this.taken).as("%s, %s", this.phase, this.reset ? "RST" : "FIN").isLessThan(this.phase.bound);
		}

	}

	/** Where the answer stands when its readers leave. */
	private enum Phase {

		BEFORE_THE_HEADERS(TWO_INTERVALS, "event: start") {

			@Override
			void prepare(ScriptedResponse response) {
				response.thenStall();
			}

		},

		BEFORE_THE_FIRST_TOKEN(TWO_INTERVALS, "event: start") {

			@Override
			void prepare(ScriptedResponse response) {
				response.headers().thenStall();
			}

		},

		WHILE_TOKENS_COME(AT_ONCE, "\"index\":0}") {

			@Override
			void prepare(ScriptedResponse response) {
				for (int i = 0; i < TOKENS; i++) {
					response.tokens("t").pause(Duration.ofMillis(10));
				}
				response.thenStall();
			}

		},

		IN_SILENCE(TWO_INTERVALS, "\"index\":0}") {

			@Override
			void prepare(ScriptedResponse response) {
				response.tokens("t").thenStall();
			}

		};

		private final Duration bound;

		private final String seen;

		Phase(Duration bound, String seen) {
			this.bound = bound;
			this.seen = seen;
		}

		abstract void prepare(ScriptedResponse response);

	}

}

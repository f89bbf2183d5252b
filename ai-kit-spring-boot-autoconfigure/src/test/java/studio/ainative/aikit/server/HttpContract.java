package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.StreamEvent.Token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;
import static studio.ainative.aikit.server.Answers.HEARTBEAT;
import static studio.ainative.aikit.server.Answers.HELLO;
import static studio.ainative.aikit.server.Answers.START;

/**
 * What a reader gets over a real socket, whatever the web stack.
 */
@ExtendWith(OutputCaptureExtension.class)
public abstract class HttpContract extends DeclaringContract {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final String DONE = """
			event: done
			data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

			""";

	private static final String FAILED = """
			event: done
			data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"error"}

			""";

	@ParameterizedTest
	@ValueSource(strings = { "/created", "/from", "/route" })
	void writesTheWholeAnswer(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.status()).startsWith("HTTP/1.1 200");
			assertThat(reader.readAll()).isEqualTo(HELLO);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/from", "/route" })
	void sendsTheHeadersOfAnUnbufferedStream(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.headers()).containsEntry("content-type", "text/event-stream")
				.containsEntry("cache-control", "no-cache, no-transform")
				.containsEntry("x-accel-buffering", "no")
				.containsEntry("x-chat", "yes")
				.doesNotContainKey("content-length");
			assertThat(reader.headers().get("connection")).isEqualTo(connectionHeader());
		}
	}

	/** What is said of a connection that stays open anyway. */
	protected abstract @Nullable String connectionHeader();

	@ParameterizedTest
	@ValueSource(strings = { "close", "Close", "keep-alive, close", "close, TE" })
	void saysOnceThatTheConnectionCloses(String asked) throws Exception {
		for (String path : paths()) {
			newScript();
			answers().script.end();
			try (SseReader reader = SseReader.getWithConnection(port(), path, asked)) {
				assertThat(reader.headers()).as(path).containsEntry("connection", "close");
				assertThat(reader.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
				assertThat(reader.isCut()).isTrue();
			}
		}
	}

	@Test
	void writesEventsThatAreReturnedAsTheyAreLikeTheResponse() throws Exception {
		for (String path : List.of("/flux", "/flux-entity")) {
			try (SseReader reader = SseReader.get(port(), path)) {
				assertThat(reader.headers()).as(path)
					.containsEntry("cache-control", "no-cache, no-transform")
					.containsEntry("x-chat", "yes");
				assertThat(reader.readAll()).as(path).isEqualTo(HELLO);
			}
		}
	}

	@Test
	void saysNothingElseOfAConnectionThatIsToStay() throws Exception {
		for (String path : paths()) {
			newScript();
			answers().script.end();
			try (SseReader reader = SseReader.getWithConnection(port(), path, "keep-alive")) {
				assertThat(reader.headers().getOrDefault("connection", "keep-alive")).as(path).isEqualTo("keep-alive");
			}
		}
	}

	@Test
	void leavesTheConnectionHeaderToOthersBelowHttp11() throws Exception {
		try (SseReader reader = SseReader.getOverHttp10(port(), "/from")) {
			assertThat(reader.headers().getOrDefault("connection", "close")).isEqualTo("close");
			assertThat(reader.readAll()).isEqualTo(HELLO);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gated", "/gated-route" })
	void sendsEachTokenWhenItComes(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.readUntil("\n\n")).isEqualTo(START);
			String expected = START;
			for (int i = 0; i < 20; i++) {
				answers().script.say(new Token("t", i));
				expected += "event: token\nid: " + (i + 1) + "\ndata: {\"token\":\"t\",\"index\":" + i + "}\n\n";
				assertThat(reader.readUntil("\"index\":" + i + "}\n\n")).isEqualTo(expected);
			}
			answers().script.end();
			assertThat(reader.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/compressed", "/compressed-route" })
	void sendsEachTokenWhenItComesThoughCompressed(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path, "br, gzip;q=0.5")) {
			assertThat(reader.headers()).containsEntry("content-encoding", "gzip")
				.containsEntry("cache-control", "no-cache")
				.containsEntry("vary", "Accept-Encoding");
			assertThat(reader.readUntil("\n\n")).isEqualTo(START);
			String expected = START;
			for (int i = 0; i < 20; i++) {
				answers().script.say(new Token("t", i));
				expected += "event: token\nid: " + (i + 1) + "\ndata: {\"token\":\"t\",\"index\":" + i + "}\n\n";
				assertThat(reader.readUntil("\"index\":" + i + "}\n\n")).isEqualTo(expected);
			}
			assertThat(reader.isWhole()).isFalse();
			answers().script.end();
			assertThat(reader.readAll()).isEqualTo(expected + """
					event: done
					data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

					""");
			assertThat(reader.isWhole()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "identity", "gzip;q=0, *", "br" })
	void compressesForNobodyWhoDoesNotAcceptIt(String acceptEncoding) throws Exception {
		answers().script.end();
		try (SseReader reader = SseReader.get(port(), "/compressed", acceptEncoding)) {
			assertThat(reader.headers()).doesNotContainKey("content-encoding").containsEntry("vary", "Accept-Encoding");
			assertThat(reader.readAll()).startsWith(START);
		}
	}

	@Test
	void compressesOnlyWhereToldTo() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/from", "gzip")) {
			assertThat(reader.headers()).doesNotContainKeys("content-encoding", "vary");
			assertThat(reader.readAll()).isEqualTo(HELLO);
		}
	}

	@Test
	void beatsInSilence() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/beating")) {
			assertThat(reader.readUntil(HEARTBEAT + HEARTBEAT)).isEqualTo(START + HEARTBEAT + HEARTBEAT);
		}
	}

	@Test
	void findsAReaderWhoLeftInSilence(CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		SseReader reader = SseReader.get(port(), "/beating");
		reader.readUntil(START);
		reader.close();
		await().atMost(TIMEOUT).until(() -> script.closed.get() > 0);
		assertThat(script.cancelled).hasValue(1);
		assertAnswersStill();
		assertThat(script.closed).hasValue(1);
		assertNoWarnings(output);
	}

	@Test
	void findsAReaderWhoLeftWhileTokensCame(CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		SseReader reader = SseReader.get(port(), "/gated");
		reader.readUntil(START);
		reader.close();
		await().atMost(TIMEOUT).until(() -> {
			script.say(new Token("t", 0));
			return script.cancelled.get() == 1;
		});
		assertAnswersStill();
		assertNoWarnings(output);
	}

	@Test
	void givesUpAReaderWhoStalls(CapturedOutput output) throws Exception {
		Answers.Script neighbours = answers().script;
		try (SseReader neighbour = SseReader.get(port(), "/impatient")) {
			neighbour.readUntil(START);
			newScript();
			Answers.Script script = answers().script;
			try (SseReader stalled = SseReader.getNarrowly(port(), "/endless")) {
				assertThat(stalled.status()).contains("200");
				await().atMost(TIMEOUT).until(() -> script.closed.get() > 0);
				assertThat(script.cancelled).hasValue(1);
				neighbours.say(new Token("still here", 0));
				assertThat(neighbour.readUntil("\"index\":0}\n\n")).contains("still here");
			}
			assertAnswersStill();
			neighbours.say(new Token("even now", 1));
			assertThat(neighbour.readUntil("\"index\":1}\n\n")).contains("even now");
			neighbours.end();
			assertThat(neighbour.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
			assertThat(script.closed).hasValue(1);
		}
		assertNoWarnings(output);
	}

	@Test
	void keepsEveryEventOfManySendersWhole() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/concurrent")) {
			String[] frames = reader.readAll().split("\n\n");
			int tokens = 3 + Answers.SENDERS * Answers.SENT_BY_EACH;
			assertThat(frames).hasSize(tokens + 2).startsWith(START.strip());
			List<String> texts = new ArrayList<>();
			for (int i = 0; i < tokens; i++) {
				assertThat(frames[i + 1]).startsWith("event: token\nid: " + (i + 1) + "\ndata: {\"token\":\"")
					.endsWith("\",\"index\":" + i + "}");
				texts.add(frames[i + 1].replaceAll("(?s).*\"token\":\"|\",\"index.*", ""));
			}
			assertThat(texts).doesNotHaveDuplicates().startsWith("first", "second", "third");
			for (int sender = 0; sender < Answers.SENDERS; sender++) {
				String prefix = sender + ":";
				List<String> own = texts.stream().filter((text) -> text.startsWith(prefix)).toList();
				assertThat(own).hasSize(Answers.SENT_BY_EACH)
					.isSortedAccordingTo(Comparator.comparingInt((text) -> Integer.parseInt(text.substring(2))));
			}
			assertThat(frames[tokens + 1]).endsWith("\"outcome\":\"complete\"}");
		}
	}

	@Test
	void wakesABlockedSenderWhenTheReaderLeaves(CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.getNarrowly(port(), "/pushed")) {
			assertThat(reader.status()).contains("200");
			await().during(Duration.ofMillis(200)).atMost(TIMEOUT).until(() -> isWaiting(script.sender));
		}
		Thread sender = Objects.requireNonNull(script.sender);
		sender.join(TIMEOUT.toMillis());
		assertThat(sender.isAlive()).isFalse();
		await().atMost(TIMEOUT).until(() -> script.closed.get() > 0);
		assertAnswersStill();
		assertThat(script.closed).hasValue(1);
		assertNoWarnings(output);
	}

	private static boolean isWaiting(@Nullable Thread thread) {
		return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
	}

	@Test
	void refusesASenderWhoMustNotWait() throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.getNarrowly(port(), "/hurried")) {
			await().atMost(TIMEOUT).until(() -> script.refusal != null);
			String text = reader.readAll();
			assertThat(script.refusal).hasMessageContaining("bufferSize");
			assertThat(text).startsWith(START).endsWith("\"outcome\":\"complete\"}\n\n");
			List<String> ids = text.lines().filter((line) -> line.startsWith("id: ")).toList();
			assertThat(ids).isNotEmpty().last().isEqualTo("id: " + ids.size());
		}
	}

	@Test
	void endsWellWhereTheSourceHasNothingToSay() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/empty")) {
			assertThat(reader.readAll()).isEqualTo(START + DONE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/broken", "/unsubscribable", "/unlinkable" })
	void tellsOfAnUnexpectedExceptionWithoutItsText(String path, CapturedOutput output) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.status()).contains("200");
			assertThat(reader.readAll()).isEqualTo(START + """
					event: error
					id: 1
					data: {"error":"The answer could not be completed.","code":"INTERNAL_ERROR"}

					""" + FAILED);
		}
		assertThat(output.toString().split("A streamed answer has failed unexpectedly", -1)).hasSize(2);
	}

	@Test
	void tellsOfAnUnexpectedExceptionMidway() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/broken-midway")) {
			assertThat(reader.readAll()).isEqualTo(START + """
					event: token
					id: 1
					data: {"token":"Hel","index":0}

					event: error
					id: 2
					data: {"error":"The answer could not be completed.","code":"INTERNAL_ERROR"}

					""" + FAILED);
		}
	}

	@Test
	void tellsTheTextOfAnExceptionWhereAskedTo() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/exposed")) {
			assertThat(reader.readAll()).isEqualTo(START + """
					event: error
					id: 1
					data: {"error":"secret","code":"INTERNAL_ERROR"}

					""" + FAILED);
		}
	}

	@Test
	void tellsOfAnErrorWithItsDetails() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/reported")) {
			assertThat(reader.readAll()).isEqualTo(START + """
					event: token
					id: 1
					data: {"token":"Hel","index":0}

					event: error
					id: 2
					data: {"error":"Too many.","code":"RATE_LIMIT","details":{"retryAfter":2}}

					""" + FAILED);
		}
	}

	@Test
	void tellsOfAKnownExceptionInItsOwnWords() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/overloaded")) {
			assertThat(reader.readAll()).isEqualTo(START + """
					event: token
					id: 1
					data: {"token":"Hel","index":0}

					event: error
					id: 2
					data: {"error":"The model is busy.","code":"OVERLOADED","details":{"retryable":true}}

					event: done
					data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"error"}

					""");
		}
	}

	@Test
	void leavesEventsToSpringThatSomethingWasDoneWith() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/mapped-flux")) {
			assertThat(reader.readAll()).isEqualTo(
					"""
							event:start
							data:{"timestamp":"2026-01-31T12:00:00.000Z"}

							id:1
							event:token
							data:{"token":"Hel","index":0}

							id:2
							event:token
							data:{"token":"lo","index":1}

							id:3
							event:usage
							data:{"promptTokens":9,"completionTokens":2,"totalTokens":11,"usage":{"promptTokens":9,"completionTokens":2,"totalTokens":11}}

							event:done
							data:{"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

							""");
		}
	}

	@Test
	void losesNothingOfALongAnswer() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/many")) {
			String text = reader.readAll();
			assertThat(text.lines().filter((line) -> line.startsWith("id: "))).hasSize(20_000);
			assertThat(text).contains("id: 20000\ndata: {\"token\":\"token\",\"index\":19999}");
		}
	}

	/** The connection after the one that was left is served as if nothing had been. */
	private void assertAnswersStill() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/from")) {
			assertThat(reader.readAll()).isEqualTo(HELLO);
		}
	}

}

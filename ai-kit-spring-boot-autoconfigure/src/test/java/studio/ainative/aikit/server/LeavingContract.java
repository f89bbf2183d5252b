package studio.ainative.aikit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * A response that was made and will never be read lets go of its source and tells its
 * listeners, over a real socket and whatever the web stack.
 */
abstract class LeavingContract extends FramingContract {

	/** Most faults of this kind are races. */
	private static final int READERS = 100;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * The reader of a late answer resets before its headers leave, the one of a silent
	 * answer at about that time.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/late", "/late-route", "/late-flux", "/silent", "/silent-route", "/silent-flux" })
	protected void letsGoOfAnAnswerWhoseReaderResets(String path, CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		for (int reader = 0; reader < READERS; reader++) {
			Socket socket = post(path);
			assertThat(script.asked.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			socket.setSoLinger(true, 0);
			socket.close();
			script.left.release();
		}
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(script.closed).hasValue(READERS));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(script.ended).hasValue(script.subscribed.get()));
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/silent", "/silent-route" })
	protected void answersHeadWithoutASource(String path) throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.head(port(), path)) {
			assertThat(reader.status()).startsWith("HTTP/1.1 200");
			assertThat(reader.headers()).containsEntry("content-type", "text/event-stream")
				.containsEntry("cache-control", "no-cache, no-transform")
				.containsEntry("x-chat", "yes");
			assertThat(reader.readRest()).isEmpty();
		}
		await().atMost(PATIENCE).until(() -> script.closed.get() == 1);
		assertThat(script.subscribed).hasValue(0);
	}

	/** Spring writes these, and none of ours sees the request on every stack. */
	@ParameterizedTest
	@ValueSource(strings = "/silent-flux")
	void answersHeadForAFluxWithoutASource(String path) throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.head(port(), path)) {
			assertThat(reader.status()).startsWith("HTTP/1.1 200");
			assertThat(reader.readRest()).isEmpty();
		}
		assertThat(script.subscribed).hasValue(0);
	}

	private Socket post(String path) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
		socket.getOutputStream()
			.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

}

package studio.ainative.aikit.server.webmvc;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.HttpContract;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * What a reader gets from Spring MVC, whatever the container: an emitter as well.
 */
abstract class ServletContract extends HttpContract {

	@Autowired
	private Requests requests;

	@Autowired
	private EmitterController emitters;

	@Override
	protected final List<String> paths() {
		return List.of("/scripted", "/scripted-route", "/scripted-flux", "/scripted-emitter",
				SpringsEmitters.PATH + "/scripted-emitter");
	}

	/**
	 * Nothing: a connection of HTTP/1.1 stays open unless the container, which alone
	 * knows, says otherwise.
	 */
	@Override
	protected final @Nullable String connectionHeader() {
		return null;
	}

	@ParameterizedTest
	@ValueSource(strings = { "/late-emitter", "/silent-emitter", "/spring/late-emitter", "/spring/silent-emitter" })
	void letsAnEmitterGoWhoseReaderResets(String path, CapturedOutput output) throws Exception {
		letsGoOfAnAnswerWhoseReaderResets(path, output);
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(this.requests.active(path)).isZero());
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "callable", "deferred", "task" })
	void streamsWhatSpringMvcWaitsFor(String path) throws Exception {
		streamsWhateverIsDeclared(path);
	}

	@ParameterizedTest
	@ValueSource(strings = { "callable-entity", "deferred-entity" })
	void streamsAnEntityThatSpringMvcWaitsFor(String path) throws Exception {
		streamsAnEntityWithItsStatusAndHeaders(path);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/silent-emitter", "/spring/silent-emitter" })
	void answersHeadForAnEmitterWithoutASource(String path) throws Exception {
		answersHeadWithoutASource(path);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/emitter", "/spring/emitter" })
	void feedsAnEmitter(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.headers()).containsEntry("content-type", "text/event-stream")
				.containsEntry("cache-control", "no-cache, no-transform");
			assertThat(reader.readAll()).isEqualTo(Answers.HELLO);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/beating-emitter", "/spring/beating-emitter" })
	void feedsAnEmitterTokenByToken(String path) throws Exception {
		try (SseReader reader = SseReader.get(port(), path)) {
			assertThat(reader.readUntil(Answers.HEARTBEAT)).isEqualTo(Answers.START + Answers.HEARTBEAT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/watched-emitter", "/spring/watched-emitter" })
	void tellsAnEmitterOfTheEndThatItAskedFor(String path) throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.get(port(), path)) {
			script.say(new StreamEvent.Token("Hel", 0));
			reader.readUntil("\"Hel\",\"index\":0}\n\n");
			this.emitters.emitter.complete();
			reader.readAll();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> script.completed.get() == 1);
		await().atMost(Duration.ofSeconds(10)).until(() -> script.cancelled.get() == 1);
	}

	@Test
	void refusesWhatAnEmitterSendsBesideItsResponse() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/watched-emitter")) {
			reader.readUntil(Answers.START);
			assertThatIllegalStateException().isThrownBy(() -> this.emitters.emitter.send("more"))
				.withMessage("This emitter writes a StreamingResponse: send by that");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/beating-emitter", "/spring/beating-emitter" })
	void findsAReaderWhoLeftAnEmitter(String path, CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		SseReader reader = SseReader.get(port(), path);
		reader.readUntil(Answers.START);
		reader.close();
		await().atMost(Duration.ofSeconds(10)).until(() -> script.closed.get() > 0);
		assertThat(script.cancelled).hasValue(1);
		try (SseReader next = SseReader.get(port(), "/emitter")) {
			assertThat(next.readAll()).isEqualTo(Answers.HELLO);
		}
		assertThat(script.closed).hasValue(1);
		assertNoWarnings(output);
	}

}

package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.autoconfigure.ResumeServer.ChatController;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.SharedLog;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.id;
import static studio.ainative.aikit.autoconfigure.ResumeTests.token;

/**
 * Nodes that share a log: readers and those who stop come to any, nodes go, the log
 * fails.
 */
@ExtendWith(OutputCaptureExtension.class)
class ResumeNodesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final SharedLog log = new SharedLog();

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readsAndStopsOnAnotherNode(WebApplicationType type) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log);
				ResumeServer other = ResumeServer.start(type, this.log);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String path = "/ai-kit/streams/" + id(reader);
			one.chat().say("a", 0, "a", "b");
			reader.readPast(token(2, "b", 1));
			try (SseReader far = SseReader.getWith(other.port(), path, "Last-Event-ID: 1")) {
				far.readPast(token(2, "b", 1));
				one.chat().say("a", 2, "c");
				assertThat(far.readPast(token(3, "c", 2)))
					.isEqualTo(": resumed\n\n" + token(2, "b", 1) + token(3, "c", 2));
				assertThat(ResumeTests.send(other, "DELETE", path, "").statusCode()).isEqualTo(204);
				assertThat(far.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				assertThat(reader.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
			}
			await().atMost(TIMEOUT).untilAtomic(one.chat().cancels, Matchers.is(1));
			assertThat(ResumeTests.send(one, "DELETE", path, "").statusCode()).isEqualTo(204);
			assertThat(other.chat().calls).hasValue(0);
		}
	}

	/** As while an application moves from one stack to the other. */
	@ParameterizedTest
	@ValueSource(strings = { "/chat", "/chat?a=%20&b" })
	void knowsTheSameRequestOnTheOtherStack(String path) throws Exception {
		try (ResumeServer one = ResumeServer.start(WebApplicationType.SERVLET, this.log);
				ResumeServer other = ResumeServer.start(WebApplicationType.REACTIVE, this.log)) {
			String[] key = { "Idempotency-Key", "k" };
			String first = ResumeTests.send(one, "POST", path, "[\"a\",\"b\"]", key).body();
			assertThat(ResumeTests.send(other, "POST", path, "[\"a\",\"b\"]", key).body())
				.isEqualTo(": resumed\n\n" + first);
			assertThat(one.chat().calls.get() + other.chat().calls.get()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void letsReadersGoToAnotherNodeWhenOneStops(WebApplicationType type) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log, "metrics=true", "ai-kit.response.drain-timeout=15s");
				ResumeServer other = ResumeServer.start(type, this.log);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String id = id(reader);
			ChatController chat = one.chat();
			chat.say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			CompletableFuture<Void> close = CompletableFuture.runAsync(one::stop);
			assertThat(reader.readAll()).endsWith(token(1, "a", 0) + "retry: 100\n\n");
			// The answer goes on, so the application is still there
			await().atMost(TIMEOUT)
				.until(() -> one.scrape().sum("aikit_server_readers_total", "aikit_outcome", "released") == 1);
			try (SseReader again = SseReader.getWith(other.port(), "/ai-kit/streams/" + id, "Last-Event-ID: 1")) {
				again.readPast(": resumed\n\n");
				chat.say("a", 1, "b");
				chat.end("a");
				assertThat(again.readAll()).startsWith(": resumed\n\n" + token(2, "b", 1) + "event: done\n")
					.endsWith("\"outcome\":\"complete\"}\n\n");
			}
			close.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(chat.cancels).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endsWhatDoesNotFinishInTime(WebApplicationType type) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log, "ai-kit.response.drain-timeout=300ms");
				ResumeServer other = ResumeServer.start(type, this.log);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String id = id(reader);
			ChatController chat = one.chat();
			chat.say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			try (SseReader far = SseReader.get(other.port(), "/ai-kit/streams/" + id)) {
				far.readPast(token(1, "a", 0));
				one.stop();
				assertThat(far.readAll()).contains("\"code\":\"SERVER_SHUTDOWN\"")
					.endsWith("\"outcome\":\"error\"}\n\n");
			}
			assertThat(chat.cancels).hasValue(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readersOnOtherNodesKeepAnAnswerAlive(WebApplicationType type) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log, "ai-kit.response.resume.orphan-timeout=200ms");
				ResumeServer other = ResumeServer.start(type, this.log)) {
			SseReader reader = SseReader.get(one.port(), "/chat/a");
			String id = id(reader);
			one.chat().say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			SseReader far = SseReader.get(other.port(), "/ai-kit/streams/" + id);
			far.readPast(token(1, "a", 0));
			reader.close();
			await().during(Duration.ofSeconds(1)).atMost(TIMEOUT).until(() -> one.chat().cancels.get() == 0);
			far.close();
			// The other node finds out by its next write
			await().atMost(TIMEOUT).until(() -> {
				one.chat().source("a").tryEmitNext(new Token("b", 1));
				return one.chat().cancels.get() == 1;
			});
			try (SseReader late = SseReader.get(other.port(), "/ai-kit/streams/" + id)) {
				assertThat(late.readAll()).endsWith("\"outcome\":\"abandoned\"}\n\n");
			}
		}
	}

	/** A store's threads read the replies for all answers. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void callsNoProviderOnAThreadOfTheStore(WebApplicationType type) throws Exception {
		Scheduler store = Schedulers.newSingle("store");
		try (ResumeServer one = ResumeServer.start(type, this.log)) {
			this.log.beforeOpening.set(Mono.<Void>empty().subscribeOn(store));
			try (SseReader reader = SseReader.get(one.port(), "/chat/a")) {
				assertThat(id(reader)).isNotEmpty();
				await().atMost(TIMEOUT).untilAtomic(one.chat().calls, Matchers.is(1));
				assertThat(one.chat().caller.get()).isNotNull()
					.extracting(Thread::getName, InstanceOfAssertFactories.STRING)
					.doesNotContain("store");
			}
		}
		finally {
			store.dispose();
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void givesTheWholeAnswerThoughTheLogFails(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			one.chat().say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			this.log.failure.set(Reason.UNAVAILABLE);
			one.chat().say("a", 1, "b");
			reader.readPast("data: {\"resumable\":false}");
			one.chat().say("a", 2, "c");
			one.chat().end("a");
			assertThat(reader.readAll()).contains(token(2, "b", 1), "\"token\":\"c\"")
				.endsWith("\"outcome\":\"complete\"}\n\n");
			try (SseReader next = SseReader.get(one.port(), "/chat/b")) {
				assertThat(next.headers()).doesNotContainKey("ai-kit-stream-id");
				one.chat().say("b", 0, "x");
				one.chat().end("b");
				assertThat(next.readAll()).startsWith("event: start\ndata:").contains(token(1, "x", 0));
			}
			assertThat(ResumeTests.send(one, "GET", "/ai-kit/streams/" + id(reader), "").statusCode()).isEqualTo(503);
			assertThat(output.getOut().split("The log of answers has failed", -1)).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellsWhyAnAnswerCantBeReadOn(WebApplicationType type) throws Exception {
		try (ResumeServer one = ResumeServer.start(type, this.log);
				ResumeServer other = ResumeServer.start(type, this.log);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String id = id(reader);
			one.chat().say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			try (SseReader far = SseReader.get(other.port(), "/ai-kit/streams/" + id)) {
				far.readPast(token(1, "a", 0));
				this.log.delete(id).block(TIMEOUT);
				assertThat(far.readAll()).contains("\"code\":\"ANSWER_GONE\"").endsWith("\"outcome\":\"error\"}\n\n");
			}
		}
	}

}

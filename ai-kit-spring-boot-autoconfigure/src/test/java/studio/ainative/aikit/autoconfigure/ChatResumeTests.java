package studio.ainative.aikit.autoconfigure;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.hamcrest.Matchers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.SharedLog;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers that are found by their chat, and read by the number of their parts, as front
 * ends of {@code useChat} ask for them, on Tomcat and Netty.
 */
class ChatResumeTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readsTheAnswerOfAChatFromItsBeginningOnAnotherNode(WebApplicationType type) throws Exception {
		SharedLog log = new SharedLog();
		try (ResumeServer maker = ResumeServer.start(type, log);
				ResumeServer other = ResumeServer.start(type, log);
				SseReader first = SseReader.get(maker.port(), "/chats/c1/ask/a")) {
			maker.chat().say("a", 0, "x");
			first.readPast("\"delta\":\"x\"");
			try (SseReader again = SseReader.get(other.port(), "/chats/c1/stream")) {
				assertThat(again.status()).contains(" 200");
				assertThat(again.headers().get("x-workflow-run-id")).isEqualTo(ResumeTests.id(first));
				again.readPast("\"delta\":\"x\"");
				maker.chat().say("a", 1, "y");
				maker.chat().end("a");
				assertThat(parts(again.readAll())).isEqualTo(parts(first.readAll()))
					.first()
					.asString()
					.contains("\"messageId\":\"" + ResumeTests.id(first) + "\"");
			}
			for (ResumeServer node : List.of(maker, other)) {
				await().atMost(TIMEOUT)
					.untilAsserted(() -> assertNothing(ResumeTests.send(node, "GET", "/chats/c1/stream", "")));
			}
			assertThat(maker.chat().calls).hasValue(1);
			assertThat(other.chat().calls).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void hasNothingForStrangersAndUnknownChats(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "owners=true");
				SseReader reader = SseReader.getWith(server.port(), "/chats/c1/ask/a", "X-User: alice")) {
			server.chat().say("a", 0, "secret");
			reader.readPast("secret");
			for (String chat : List.of("c1", "c2", "c".repeat(300))) {
				for (String user : List.of("bob", "")) {
					assertNothing(ResumeTests.send(server, "GET", "/chats/" + chat + "/stream", "", "X-User", user));
				}
			}
			try (SseReader own = SseReader.getWith(server.port(), "/chats/c1/stream", "X-User: alice")) {
				own.readPast("secret");
			}
			assertThat(ResumeTests.send(server, "GET", "/chats/" + "c".repeat(300) + "/ask/b", "").statusCode())
				.isEqualTo(400);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void stopsTheAnswerToTheQuestionBefore(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null);
				SseReader first = SseReader.get(server.port(), "/chats/c1/ask/a")) {
			server.chat().say("a", 0, "old");
			first.readPast("old");
			try (SseReader second = SseReader.get(server.port(), "/chats/c1/ask/b")) {
				assertThat(first.readAll()).contains("\"outcome\":\"stopped\"");
				await().atMost(TIMEOUT).untilAtomic(server.chat().cancels, Matchers.is(1));
				server.chat().say("b", 0, "new");
				second.readPast("new");
				try (SseReader again = SseReader.get(server.port(), "/chats/c1/stream")) {
					assertThat(again.readPast("new")).doesNotContain("old");
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void goesOnAfterAnyPart(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null);
				SseReader reader = SseReader.get(server.port(), "/chats/c1/ask/a")) {
			server.chat().say("a", 0, "x", "y", "z");
			server.chat().end("a");
			List<String> whole = parts(reader.readAll());
			String path = "/chats/" + ResumeTests.id(reader) + "/stream?startIndex=";
			for (int index = -3; index < whole.size(); index++) {
				assertThat(parts(ResumeTests.send(server, "GET", path + index, "").body())).as("from %s", index)
					.isEqualTo(whole.subList(Math.max(0, index), whole.size()));
			}
			// Readers who get no end ask for ever
			assertThat(parts(ResumeTests.send(server, "GET", path + 1000, "").body())).hasSize(2)
				.first()
				.asString()
				.contains("\"type\":\"error\"");
			assertThat(ResumeTests.send(server, "GET", path + "x", "").statusCode()).isEqualTo(400);
		}
	}

	/** By the chat's id a page asks that is loaded anew. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readsAChatFromItsFirstPart(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "owners=true");
				SseReader first = SseReader.getWith(server.port(), "/chats/c1/ask/a", "X-User: alice")) {
			server.chat().say("a", 0, "x");
			first.readPast("\"delta\":\"x\"");
			String path = "/chats/c1/stream?startIndex=";
			try (SseReader again = SseReader.getWith(server.port(), path + 0, "X-User: alice")) {
				again.readPast("\"delta\":\"x\"");
				// Another answer may stream there by then
				assertThat(ResumeTests.send(server, "GET", path + 1, "", "X-User", "alice").statusCode())
					.isEqualTo(404);
				assertEmpty(ResumeTests.send(server, "GET", path + 0, "", "X-User", "bob"));
				server.chat().say("a", 1, "y");
				server.chat().end("a");
				assertThat(parts(again.readAll())).isEqualTo(parts(first.readAll()));
				await().atMost(TIMEOUT)
					.untilAsserted(() -> assertEmpty(ResumeTests.send(server, "GET", path + 0, "", "X-User", "alice")));
			}
		}
	}

	private static void assertEmpty(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.body()).isEqualTo("data: {\"type\":\"finish\"}\n\ndata: [DONE]\n\n");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellsAChatFromAnAnswerThatIsGone(WebApplicationType type) throws Exception {
		String id = "fedcba9876543210fedcba9876543210";
		try (ResumeServer server = ResumeServer.start(type, null)) {
			// Else a lost answer would look whole
			assertThat(ResumeTests.send(server, "GET", "/chats/" + id + "/stream?startIndex=0", "").statusCode())
				.isEqualTo(404);
			try (SseReader first = SseReader.get(server.port(), "/chats/" + id + "/ask/a");
					SseReader again = SseReader.get(server.port(), "/chats/" + id + "/stream?startIndex=0")) {
				server.chat().say("a", 0, "x");
				first.readPast("\"delta\":\"x\"");
				again.readPast("\"delta\":\"x\"");
			}
		}
	}

	private static void assertNothing(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().map()).doesNotContainKeys("content-type", "x-workflow-run-id");
	}

	/** Without comments. */
	private static List<String> parts(String body) {
		return Stream.of(body.split("\n\n", -1)).filter((block) -> block.startsWith("data: ")).toList();
	}

}

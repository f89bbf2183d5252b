package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.hamcrest.Matchers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.autoconfigure.ResumeServer.ChatController;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers that outlive the connections of their readers, over sockets on both stacks.
 */
class ResumeTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellsTheIdAndWhenToComeAgain(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null);
				SseReader reader = SseReader.get(server.port(), "/chat/a")) {
			String id = id(reader);
			assertThat(id).matches("[0-9a-f]{32}");
			assertThat(reader.readPast("event: start").length()).isPositive();
			String start = reader.readUntil("}\n\n");
			assertThat(start)
				.matches("retry: 1000\n\nevent: start\nid: 0\ndata: \\{\"timestamp\":\"[^\"]+\",\"streamId\":\"" + id
						+ "\"}\n\n");
			server.chat().say("a", 0, "x");
			server.chat().end("a");
			assertThat(reader.readAll()).contains(token(1, "x", 0)).endsWith("\"outcome\":\"complete\"}\n\n");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void goesOnWhereAReaderHasLeft(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null)) {
			ChatController chat = server.chat();
			String id;
			try (SseReader reader = SseReader.get(server.port(), "/chat/a")) {
				id = id(reader);
				chat.say("a", 0, "a", "b");
				reader.readPast(token(2, "b", 1));
			}
			chat.say("a", 2, "c");
			try (SseReader again = SseReader.getWith(server.port(), "/ai-kit/streams/" + id, "Last-Event-ID: 1");
					SseReader whole = SseReader.get(server.port(), "/ai-kit/streams/" + id);
					SseReader byQuery = SseReader.get(server.port(), "/ai-kit/streams/" + id + "?after=3")) {
				assertThat(id(again)).isEqualTo(id);
				assertThat(again.readPast(token(3, "c", 2)))
					.isEqualTo(": resumed\n\n" + token(2, "b", 1) + token(3, "c", 2));
				chat.say("a", 3, "d");
				chat.end("a");
				assertThat(again.readAll())
					.startsWith(": resumed\n\n" + token(2, "b", 1) + token(3, "c", 2) + token(4, "d", 3))
					.endsWith("\"outcome\":\"complete\"}\n\n");
				assertThat(whole.readAll()).startsWith(": resumed\n\nretry: 1000\n\nevent: start\nid: 0\n")
					.contains(token(1, "a", 0) + token(2, "b", 1) + token(3, "c", 2) + token(4, "d", 3));
				assertThat(byQuery.readAll()).startsWith(": resumed\n\n" + token(4, "d", 3));
			}
			try (SseReader late = SseReader.getWith(server.port(), "/ai-kit/streams/" + id, "Last-Event-ID: 3");
					SseReader end = SseReader.getWith(server.port(), "/ai-kit/streams/" + id, "Last-Event-ID: 4")) {
				assertThat(late.readAll()).startsWith(": resumed\n\n" + token(4, "d", 3) + "event: done\n")
					.endsWith("\"outcome\":\"complete\"}\n\n");
				assertThat(end.readAll()).startsWith(": resumed\n\nevent: done\n");
			}
			assertThat(chat.calls).hasValue(1);
			assertThat(chat.cancels).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void stopsAnAnswerForAllItsReaders(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null);
				SseReader reader = SseReader.get(server.port(), "/chat/a")) {
			String id = id(reader);
			server.chat().say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			try (SseReader second = SseReader.get(server.port(), "/ai-kit/streams/" + id)) {
				second.readPast(token(1, "a", 0));
				assertThat(send(server, "DELETE", "/ai-kit/streams/" + id, "").statusCode()).isEqualTo(204);
				assertThat(reader.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				assertThat(second.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
			}
			await().atMost(TIMEOUT).untilAtomic(server.chat().cancels, Matchers.is(1));
			assertThat(send(server, "DELETE", "/ai-kit/streams/" + id, "").statusCode()).isEqualTo(204);
			try (SseReader late = SseReader.get(server.port(), "/ai-kit/streams/" + id)) {
				assertThat(late.readAll()).contains(token(1, "a", 0)).endsWith("\"outcome\":\"stopped\"}\n\n");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void givesStrangersWhatUnknownIdsGet(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "owners=true");
				SseReader reader = SseReader.getWith(server.port(), "/chat/a", "X-User: alice")) {
			String id = id(reader);
			server.chat().say("a", 0, "secret");
			reader.readPast("secret");
			String unknown = "0123456789abcdef0123456789abcdef";
			for (String user : List.of("bob", "")) {
				HttpResponse<String> foreign = send(server, "GET", "/ai-kit/streams/" + id, "", "X-User", user);
				HttpResponse<String> none = send(server, "GET", "/ai-kit/streams/" + unknown, "", "X-User", user);
				assertThat(foreign.statusCode()).isEqualTo(none.statusCode()).isEqualTo(404);
				assertThat(headers(foreign)).isEqualTo(headers(none));
				assertThat(foreign.body().replace(id, unknown)).isEqualTo(none.body())
					.contains("There is no such answer.");
				foreign = send(server, "DELETE", "/ai-kit/streams/" + id, "", "X-User", user);
				none = send(server, "DELETE", "/ai-kit/streams/" + unknown, "", "X-User", user);
				assertThat(foreign.statusCode()).isEqualTo(none.statusCode()).isEqualTo(404);
				assertThat(headers(foreign)).isEqualTo(headers(none));
				assertThat(foreign.body().replace(id, unknown)).isEqualTo(none.body());
			}
			assertThat(send(server, "DELETE", "/ai-kit/streams/" + unknown, "", "X-User", "bob").statusCode())
				.isEqualTo(404);
			assertThat(server.chat().cancels).hasValue(0);
			try (SseReader own = SseReader.getWith(server.port(), "/ai-kit/streams/" + id, "X-User: alice")) {
				own.readPast("secret");
			}
			assertThat(send(server, "DELETE", "/ai-kit/streams/" + id, "", "X-User", "alice").statusCode())
				.isEqualTo(204);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesNonsense(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null);
				SseReader reader = SseReader.get(server.port(), "/chat/a")) {
			String id = id(reader);
			server.chat().say("a", 0, "a");
			server.chat().end("a");
			reader.readAll();
			for (String bad : List.of("-1", "x", "1.5", "+1", "2", "99999999999999999999", "0x1",
					"9223372036854775807")) {
				HttpResponse<String> response = send(server, "GET", "/ai-kit/streams/" + id, "", "Last-Event-ID", bad);
				assertThat(response.statusCode()).as(bad).isEqualTo(400);
				assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
				assertThat(response.body()).doesNotContain("xception").doesNotContain("\tat ");
			}
			for (String path : List.of("x", "a%20b", "%7Bx%7D", "a".repeat(500), "%00".repeat(3) + "x", "..%2Fchat")) {
				assertThat(send(server, "GET", "/ai-kit/streams/" + path, "").statusCode()).as(path)
					.isBetween(400, 404);
				assertThat(send(server, "DELETE", "/ai-kit/streams/" + path, "").statusCode()).as(path)
					.isBetween(400, 404);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void callsTheProviderOnceForOneKey(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "owners=true")) {
			List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 3)
				.mapToObj(
						(i) -> HTTP.sendAsync(request(server, "POST", "/chat", "[\"a\",\"b\"]", "Idempotency-Key", "k"),
								HttpResponse.BodyHandlers.ofString()))
				.toList();
			List<String> bodies = new ArrayList<>();
			for (CompletableFuture<HttpResponse<String>> answer : answers) {
				bodies.add(events(answer.get().body()));
			}
			bodies.add(events(send(server, "POST", "/chat", "[\"a\",\"b\"]", "Idempotency-Key", "k").body()));
			assertThat(bodies).containsOnly(bodies.get(0));
			assertThat(bodies.get(0)).contains(token(1, "a", 0) + token(2, "b", 1));
			assertThat(server.chat().calls).hasValue(1);
			HttpResponse<String> other = send(server, "POST", "/chat", "[\"a\",\"c\"]", "Idempotency-Key", "k");
			assertThat(other.statusCode()).isEqualTo(422);
			assertThat(other.body()).contains("This Idempotency-Key was used for another request.");
			assertThat(send(server, "POST", "/chat", "[\"a\",\"c\"]", "Idempotency-Key", "k", "X-User", "bob")
				.statusCode()).isEqualTo(200);
			assertThat(server.chat().calls).hasValue(2);
			assertThat(send(server, "POST", "/chat", "[\"a\"]", "Idempotency-Key", "k".repeat(300)).statusCode())
				.isEqualTo(400);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesAKeyThatIsTakenWhereAsked(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "ai-kit.response.resume.idempotency=reject")) {
			assertThat(send(server, "POST", "/chat", "[\"a\"]", "Idempotency-Key", "k").statusCode()).isEqualTo(200);
			assertThat(send(server, "POST", "/chat", "[\"a\"]", "Idempotency-Key", "k").statusCode()).isEqualTo(409);
			assertThat(server.chat().calls).hasValue(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void replacesAnAnswerWhereAsked(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "ai-kit.response.resume.idempotency=replace");
				SseReader first = SseReader.getWith(server.port(), "/chat/a", "Idempotency-Key: k")) {
			server.chat().say("a", 0, "a");
			first.readPast(token(1, "a", 0));
			try (SseReader second = SseReader.getWith(server.port(), "/chat/a", "Idempotency-Key: k")) {
				assertThat(first.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				assertThat(id(second)).isNotEqualTo(id(first));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void goesOnThoughTooLargeToBeReadAgain(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "ai-kit.response.resume.max-answer-size=10KB");
				SseReader reader = SseReader.get(server.port(), "/chat/a")) {
			String id = id(reader);
			for (int i = 0; i < 300; i++) {
				server.chat().say("a", i, "t" + i);
			}
			reader.readPast("\"token\":\"t299\"");
			assertThat(send(server, "GET", "/ai-kit/streams/" + id, "").statusCode()).isEqualTo(410);
			server.chat().end("a");
			assertThat(reader.readAll()).containsOnlyOnce("event: metadata\n")
				.contains("data: {\"resumable\":false}\n")
				.endsWith("\"outcome\":\"complete\"}\n\n");
			assertThat(IntStream.range(0, 300)).allMatch((i) -> reader.text().contains("\"token\":\"t" + i + "\""));
			assertThat(send(server, "GET", "/ai-kit/streams/" + id, "").statusCode()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void changesNothingUnlessEnabled(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "ai-kit.response.resume.enabled=false");
				SseReader reader = SseReader.get(server.port(), "/chat/a")) {
			server.chat().say("a", 0, "a");
			assertThat(reader.readPast(token(1, "a", 0))).startsWith("event: start\ndata: {\"timestamp\":")
				.doesNotContain("streamId");
			assertThat(reader.headers()).doesNotContainKey("ai-kit-stream-id");
			assertThat(send(server, "GET", "/ai-kit/streams/x", "").statusCode()).isEqualTo(404);
			reader.reset();
			// Nobody else can want the answer
			await().atMost(TIMEOUT).until(() -> {
				server.chat().source("a").tryEmitNext(new Token("b", 1));
				return server.chat().cancels.get() == 1;
			});
		}
	}

	private static Map<String, List<String>> headers(HttpResponse<?> response) {
		Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
		headers.remove("date");
		return headers;
	}

	static String id(SseReader reader) {
		return reader.headers().get("ai-kit-stream-id");
	}

	static String token(int id, String text, int index) {
		return "event: token\nid: " + id + "\ndata: {\"token\":\"" + text + "\",\"index\":" + index + "}\n\n";
	}

	/** Without what is not the same for all readers. */
	private static String events(String body) {
		return Stream.of(body.split("\n\n", -1))
			.filter((block) -> !block.equals(": resumed"))
			.reduce("", (all, block) -> all + block + "\n\n");
	}

	static HttpResponse<String> send(ResumeServer server, String method, String path, String body, String... headers)
			throws IOException, InterruptedException {
		return HTTP.send(request(server, method, path, body, headers), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest request(ResumeServer server, String method, String path, String body,
			String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return request.build();
	}

}

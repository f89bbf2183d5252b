package studio.ainative.aikit.autoconfigure;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lettuce.core.XAddArgs;
import org.hamcrest.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.autoconfigure.ResumeServer.ChatController;
import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.id;
import static studio.ainative.aikit.autoconfigure.ResumeTests.token;

/**
 * Two nodes of an application that keep their answers in one Redis.
 */
class ResumeRedisTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** The id of the entry that ends an answer. */
	private static final String END = "18446744073709551615-0";

	private static final String FOUR_HUNDRED = "(?s)HTTP/1.1 40[04] (?!.*(canary|xception|\tat )).*";

	private static RedisServer redis;

	@BeforeAll
	static void start() throws Exception {
		redis = RedisServer.start();
	}

	@AfterAll
	static void stop() throws Exception {
		redis.close();
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readsAndStopsOnAnotherNode(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type);
				ResumeServer other = node(type);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String path = "/ai-kit/streams/" + id(reader);
			one.chat().say("a", 0, "a", "😀");
			reader.readPast(token(2, "😀", 1));
			try (SseReader far = SseReader.getWith(other.port(), path, "Last-Event-ID: 1")) {
				far.readPast(token(2, "😀", 1));
				one.chat().say("a", 2, "c");
				assertThat(far.readPast(token(3, "c", 2)))
					.isEqualTo(": resumed\n\n" + token(2, "😀", 1) + token(3, "c", 2));
				assertThat(ResumeTests.send(other, "DELETE", path, "").statusCode()).isEqualTo(204);
				assertThat(far.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				assertThat(reader.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
			}
			await().atMost(TIMEOUT).untilAtomic(one.chat().cancels, Matchers.is(1));
			assertThat(ResumeTests.send(one, "DELETE", path, "").statusCode()).isEqualTo(204);
			assertThat(other.chat().calls).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void letsReadersGoToAnotherNodeWhenOneStops(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type, "ai-kit.response.drain-timeout=15s");
				ResumeServer other = node(type);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String id = id(reader);
			ChatController chat = one.chat();
			chat.say("a", 0, "a");
			reader.readPast(token(1, "a", 0));
			CompletableFuture<Void> close = CompletableFuture.runAsync(one::stop);
			assertThat(reader.readAll()).endsWith(token(1, "a", 0) + "retry: 100\n\n");
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
	void callsTheProviderOnceForOneKeyOnTwoNodes(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type); ResumeServer other = node(type)) {
			String[] key = { "Idempotency-Key", "k-" + type };
			String first = ResumeTests.send(one, "POST", "/chat", "[\"a\",\"b\"]", key).body();
			String second = ResumeTests.send(other, "POST", "/chat", "[\"a\",\"b\"]", key).body();
			assertThat(second).isEqualTo(": resumed\n\n" + first);
			assertThat(ResumeTests.send(other, "POST", "/chat", "[\"a\",\"c\"]", key).statusCode()).isEqualTo(422);
			assertThat(one.chat().calls.get() + other.chat().calls.get()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesACursorBeforeWhatIsKept(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type);
				ResumeServer other = node(type);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String path = "/ai-kit/streams/" + id(reader);
			// More than the producer has of what it wrote, should Redis lose it
			one.chat().say("a", 0, "x".repeat(100_000));
			reader.readPast("x\",\"index\":0}\n\n");
			await().atMost(TIMEOUT)
				.until(() -> keys(reader, "log").anyMatch((key) -> redis.run((c) -> c.xlen(key)) > 0));
			redis.run((commands) -> commands.del(keys(reader, "log").toArray(String[]::new)));
			one.chat().say("a", 1, "y");
			one.chat().end("a");
			assertThat(reader.readAll()).contains(token(2, "y", 1)).endsWith("\"outcome\":\"complete\"}\n\n");
			for (ResumeServer node : List.of(one, other)) {
				await().atMost(TIMEOUT)
					.untilAsserted(
							() -> assertThat(ResumeTests.send(node, "GET", path, "").statusCode()).isEqualTo(410));
				HttpResponse<String> gone = ResumeTests.send(node, "GET", path, "", "Last-Event-ID", "0");
				assertThat(gone.statusCode()).isEqualTo(410);
				assertThat(gone.headers().firstValue("Content-Type")).hasValue("application/problem+json");
				assertThat(gone.body()).contains("it can be read after event 1, or a later one.").doesNotContain("xxx");
				assertThat(ResumeTests.send(node, "GET", path, "", "Last-Event-ID", "1").body())
					.startsWith(": resumed\n\n" + token(2, "y", 1) + "event: done\n");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellsThatAnAnswerCannotBeRead(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type); ResumeServer other = node(type)) {
			for (String bytes : List.of("", "canary", "\u0002 canary of a newer version")) {
				tellsThatItCannotBeRead(one, other, "2-0", bytes);
				tellsThatItCannotBeRead(one, other, END, bytes);
			}
		}
	}

	private static void tellsThatItCannotBeRead(ResumeServer one, ResumeServer other, String entry, String bytes)
			throws Exception {
		String name = "a" + bytes.length() + entry;
		try (SseReader reader = SseReader.get(one.port(), "/chat/" + name)) {
			one.chat().say(name, 0, "a");
			reader.readPast(token(1, "a", 0));
			await().atMost(TIMEOUT)
				.until(() -> keys(reader, "log").anyMatch((key) -> redis.run((c) -> c.xlen(key)) > 0));
			String log = keys(reader, "log").findFirst().orElseThrow();
			redis.run((commands) -> commands.xadd(log, new XAddArgs().id(entry), "d", bytes));
			String path = "/ai-kit/streams/" + id(reader);
			HttpResponse<String> again = ResumeTests.send(other, "GET", path, "");
			assertThat(again.statusCode()).isEqualTo(200);
			assertThat(again.body()).contains(token(1, "a", 0) + "event: error\n")
				.contains("\"code\":\"ANSWER_UNREADABLE\"")
				.endsWith("\"outcome\":\"error\"}\n\n")
				.doesNotContain("canary", "xception", "\tat ");
			assertThat(ResumeTests.send(other, "DELETE", path, "").statusCode()).isEqualTo(204);
		}
	}

	/** What is there of it can't be trusted, that it was somebody else's included. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesAnAnswerWhoseFactsAreDamaged(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type); ResumeServer other = node(type)) {
			damage(type, one, other, "started", "canary");
			damage(type, one, other, "started", null);
			damage(type, one, other, "read", "canary");
			damage(type, one, other, "lost", "canary");
			damage(type, one, other, null, "canary");
		}
	}

	/** Its answer itself goes on, on the node that makes it. */
	private static void damage(WebApplicationType type, ResumeServer one, ResumeServer other, @Nullable String fact,
			@Nullable String value) throws Exception {
		String name = type + "-" + fact + "-" + value;
		try (SseReader reader = SseReader.get(one.port(), "/chats/" + name + "/ask/" + name)) {
			one.chat().say(name, 0, "secret");
			reader.readPast("secret");
			await().atMost(TIMEOUT)
				.until(() -> keys(reader, "log").anyMatch((key) -> redis.run((c) -> c.xlen(key)) > 0));
			damage(reader, fact, value);
			for (String path : List.of("/ai-kit/streams/" + id(reader), "/chats/" + name + "/stream")) {
				try (SseReader refused = SseReader.get(other.port(), path)) {
					assertThat(refused.status()).as(name).startsWith("HTTP/1.1 503 ");
				}
				assertThat(raw(other, "GET", path)).as(name)
					.containsIgnoringCase("Content-Type: application/problem+json\r\n")
					.contains("Answers can't be read again at the moment.")
					.doesNotContain("secret", "canary", "xception", "\tat ");
			}
			one.chat().say(name, 1, "more");
			one.chat().end(name);
			assertThat(reader.readAll()).contains("more", "\"outcome\":\"complete\"");
			// Others are as they were
			assertThat(ResumeTests.send(other, "POST", "/chat", "[\"a\"]").body()).contains("\"outcome\":\"complete\"");
		}
	}

	private static void damage(SseReader reader, @Nullable String fact, @Nullable String value) {
		String facts = keys(reader, "facts").findFirst().orElseThrow();
		if ("start".equals(fact)) {
			// The key itself, which is of another type then
			String key = Objects.requireNonNull(redis.<String>run((commands) -> commands.hget(facts, fact)));
			redis.run((commands) -> commands.del(key));
			redis.run((commands) -> commands.hset(key, "a", value));
		}
		else if (fact == null) {
			redis.run((commands) -> commands.set(facts, value));
		}
		else if (value == null) {
			redis.run((commands) -> commands.hdel(facts, fact));
		}
		else {
			redis.run((commands) -> commands.hset(facts, fact, value));
		}
	}

	/**
	 * Whoever asks again is to have an answer, and nothing of one that can't be trusted.
	 */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void givesTheKeyOfADamagedAnswerToWhoAsksAgain(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type); ResumeServer other = node(type)) {
			asksAgain(type, one, other, "started", "canary");
			asksAgain(type, one, other, "started", null);
			asksAgain(type, one, other, "read", "canary");
			asksAgain(type, one, other, "lost", "canary");
			asksAgain(type, one, other, null, "canary");
			asksAgain(type, one, other, "start", "canary");
		}
	}

	private static void asksAgain(WebApplicationType type, ResumeServer one, ResumeServer other, @Nullable String fact,
			@Nullable String value) throws Exception {
		String name = type + "-" + fact + "-" + value;
		String key = "Idempotency-Key: " + name;
		try (SseReader reader = SseReader.getWith(one.port(), "/chat/" + name, key)) {
			one.chat().say(name, 0, "secret");
			reader.readPast("secret");
			damage(reader, fact, value);
			try (SseReader next = SseReader.getWith(other.port(), "/chat/" + name, key)) {
				assertThat(id(next)).as(name).isNotNull().isNotEqualTo(id(reader));
				other.chat().say(name, 0, "mine");
				next.readPast("mine");
				for (ResumeServer node : List.of(one, other)) {
					try (SseReader again = SseReader.getWith(node.port(), "/chat/" + name, key)) {
						assertThat(id(again)).isEqualTo(id(next));
						again.readPast(token(1, "mine", 0));
					}
				}
				other.chat().end(name);
				assertThat(next.readAll()).contains("\"outcome\":\"complete\"").doesNotContain("secret", "canary");
			}
			one.chat().say(name, 1, "more");
			one.chat().end(name);
			assertThat(reader.readAll()).contains("more", "\"outcome\":\"complete\"");
		}
	}

	/** It has more to say, which is not understood here. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readsAnAnswerThatANewerVersionHasBegun(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type);
				ResumeServer other = node(type);
				SseReader reader = SseReader.get(one.port(), "/chats/newer" + type + "/ask/a")) {
			String facts = keys(reader, "facts").findFirst().orElseThrow();
			redis.run((commands) -> commands.hset(facts,
					Map.of("version", "2", "more", "canary", "note", "ui-message\n")));
			one.chat().say("a", 0, "a");
			one.chat().end("a");
			reader.readAll();
			await().atMost(TIMEOUT)
				.untilAsserted(
						() -> assertThat(ResumeTests.send(other, "GET", "/ai-kit/streams/" + id(reader), "").body())
							.contains(token(1, "a", 0), "\"outcome\":\"complete\"")
							.doesNotContain("canary"));
			assertThat(ResumeTests.send(other, "GET", "/chats/" + id(reader) + "/stream?startIndex=0", "").body())
				.contains("\"messageId\":\"" + id(reader) + "\"")
				.doesNotContain("canary");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesNonsenseOnAnyNode(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type);
				ResumeServer other = node(type);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String path = "/ai-kit/streams/" + id(reader);
			one.chat().say("a", 0, "canary");
			one.chat().end("a");
			reader.readAll();
			for (ResumeServer node : List.of(one, other)) {
				// Until the log has the end, a cursor beyond it may be one of an event to
				// come
				await().atMost(TIMEOUT)
					.until(() -> ResumeTests.send(node, "GET", path, "").body().contains("event: done"));
				for (String bad : List.of("-1", "x", "2", "99999999999999999999", "9223372036854775807")) {
					refuses(raw(node, "GET", path, "Last-Event-ID: " + bad));
					refuses(raw(node, "GET", path + "?after=" + bad));
				}
				for (String id : List.of("x", "a%20b", "%7Bx%7D", "a".repeat(500), "*", id(reader) + "%0A")) {
					assertThat(raw(node, "GET", "/ai-kit/streams/" + id)).matches(FOUR_HUNDRED);
					assertThat(raw(node, "DELETE", "/ai-kit/streams/" + id)).matches(FOUR_HUNDRED);
				}
			}
		}
	}

	private static void refuses(String response) {
		assertThat(response).startsWith("HTTP/1.1 400 ")
			.containsIgnoringCase("Content-Type: application/problem+json\r\n")
			.doesNotContain("canary", "xception", "\tat ");
	}

	/** Byte for byte but for the id that was asked for, which is as long for all. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void givesStrangersWhatUnknownIdsGetOnAnyNode(WebApplicationType type) throws Exception {
		try (ResumeServer one = node(type, "owners=true");
				ResumeServer other = node(type, "owners=true");
				SseReader reader = SseReader.getWith(one.port(), "/chat/a", "X-User: alice")) {
			one.chat().say("a", 0, "secret");
			reader.readPast("secret");
			String unknown = "0123456789abcdef0123456789abcdef";
			for (ResumeServer node : List.of(one, other)) {
				for (String method : List.of("GET", "DELETE")) {
					String foreign = raw(node, method, "/ai-kit/streams/" + id(reader), "X-User: bob");
					assertThat(foreign.replace(id(reader), unknown))
						.isEqualTo(raw(node, method, "/ai-kit/streams/" + unknown, "X-User: bob"))
						.startsWith("HTTP/1.1 404 ");
				}
			}
			assertThat(one.chat().cancels).hasValue(0);
			String path = "/ai-kit/streams/" + id(reader);
			assertThat(ResumeTests.send(other, "DELETE", path, "", "X-User", "alice").statusCode()).isEqualTo(204);
			await().atMost(TIMEOUT).untilAtomic(one.chat().cancels, Matchers.is(1));
		}
	}

	/**
	 * All that comes back on a connection of its own, but for the time.
	 */
	private static String raw(ResumeServer node, String method, String path, String... headers) throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
			socket.setSoTimeout((int) TIMEOUT.toMillis());
			String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
					+ String.join("", Stream.of(headers).map((header) -> header + "\r\n").toList()) + "\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
				.replaceFirst("(?i)\r\ndate: [^\r]+", "");
		}
	}

	private static Stream<String> keys(SseReader reader, String what) {
		return redis.run((commands) -> commands.keys("*" + id(reader) + "*:" + what)).stream();
	}

	private static ResumeServer node(WebApplicationType type, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 2);
		all[properties.length] = "ai-kit.response.resume.store=redis";
		all[properties.length + 1] = "spring.data.redis.port=" + redis.port();
		return ResumeServer.start(type, null, all);
	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.KillArgs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.Ports;
import studio.ainative.aikit.log.redis.RedisSentinel;
import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.id;

/**
 * Readers on two nodes, that which makes their answers and another, and those who come
 * afterwards, when something happens to Redis meanwhile.
 */
class RedisOutageTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int ANSWERS = 5;

	private static final Pattern ID = Pattern.compile("(?m)^id: ([1-9]\\d*)$");

	private static final Pattern TOKEN = Pattern.compile("data: \\{\"token\".*");

	private static final String COMPLETE = "\"outcome\":\"complete\"}\n\n";

	static Stream<Arguments> outages() {
		return Stream.of(Outage.values())
			.flatMap((outage) -> Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
				.map((type) -> Arguments.of(outage, type)));
	}

	@ParameterizedTest
	@MethodSource("outages")
	void losesNothingOfAnAnswerThatIsRead(Outage outage, WebApplicationType type) throws Exception {
		try (Redis redis = outage.start();
				ResumeServer one = node(type, redis.properties());
				ResumeServer other = node(type, redis.properties());
				Answers answers = new Answers(one, other)) {
			answers.say(0, 3);
			answers.arriveNearby(3);
			answers.arriveFarAway(3);
			redis.breakDown();
			answers.say(3, 2);
			answers.arriveNearby(5);
			redis.recover();
			long recovered = System.nanoTime();
			if (outage != Outage.FULL) {
				answers.arriveFarAway(5);
				System.out.printf("%s, %s: read on after %d ms%n", outage, type,
						Duration.ofNanos(System.nanoTime() - recovered).toMillis());
			}
			answers.say(5, 2);
			answers.end();
			answers.areWholeNearby(7);
			if (outage == Outage.FULL) {
				answers.areGoneFarAway();
			}
			else {
				answers.areWholeFarAway(7);
				answers.areReadAgain(7, outage.keeps);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void answersWithoutItAndUsesItOnceItIsThere(WebApplicationType type) throws Exception {
		int port = Ports.free();
		String property = "spring.data.redis.port=" + port;
		try (ResumeServer one = node(type, property); ResumeServer other = node(type, property)) {
			try (SseReader reader = SseReader.get(one.port(), "/chat/before")) {
				one.chat().say("before", 0, "a");
				one.chat().end("before");
				assertThat(reader.readAll()).contains("\"token\":\"a\"").endsWith(COMPLETE);
				assertThat(reader.headers()).doesNotContainKey("ai-kit-stream-id");
			}
			RedisServer redis = RedisServer.startOn(port);
			try (redis) {
				for (ResumeServer node : List.of(one, other)) {
					await().atMost(TIMEOUT)
						.until(() -> ResumeTests.send(node, "GET", "/ai-kit/streams/x", "").statusCode() == 404);
				}
				try (Answers answers = new Answers(one, other)) {
					answers.say(0, 3);
					answers.end();
					answers.areWholeNearby(3);
					answers.areWholeFarAway(3);
					answers.areReadAgain(3, true);
				}
			}
		}
	}

	/**
	 * It takes connections, and says nothing on them: as if it were paused, or another.
	 */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void answersWhileItIsSilentFromTheStart(WebApplicationType type) throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				ResumeServer node = node(type, "spring.data.redis.port=" + silent.getLocalPort())) {
			for (String name : List.of("first", "second")) {
				try (SseReader reader = SseReader.get(node.port(), "/chat/" + name)) {
					node.chat().say(name, 0, "a");
					node.chat().end(name);
					assertThat(reader.readAll()).contains("\"token\":\"a\"").endsWith(COMPLETE);
					assertThat(reader.headers()).doesNotContainKey("ai-kit-stream-id");
				}
			}
		}
	}

	private static ResumeServer node(WebApplicationType type, String... properties) {
		return ResumeServer.start(type, null,
				Stream.concat(Stream.of("ai-kit.response.resume.store=redis"), Stream.of(properties))
					.toArray(String[]::new));
	}

	/**
	 * What may happen.
	 */
	private enum Outage {

		/** Nothing is on disk, so what was written before is gone. */
		RESTARTED_EMPTY(false) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start();
				return new Redis(server, server::kill, server::startAgain);
			}
		},

		RESTARTED_WITH_ITS_FILE(true) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start("--appendonly", "yes");
				return new Redis(server, server::kill, server::startAgain);
			}
		},

		CONNECTIONS_KILLED(true) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start();
				return new Redis(server, () -> {
					for (int i = 0; i < 5; i++) {
						server.run((commands) -> commands.clientKill(KillArgs.Builder.typeNormal())
								+ commands.clientKill(KillArgs.Builder.typePubsub()));
					}
				}, () -> {
				});
			}
		},

		/** Longer than a command may take. */
		PAUSED(true) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start();
				return new Redis(server, () -> server.run((commands) -> commands.clientPause(3000)),
						() -> server.run((commands) -> commands.ping()));
			}
		},

		/** And told to throw nothing away. */
		FULL(false) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start();
				return new Redis(server, () -> server.run((commands) -> commands.configSet("maxmemory", "1")), () -> {
					await().atMost(TIMEOUT).until(() -> server.run((commands) -> commands.keys("*:log").isEmpty()));
					server.run((commands) -> commands.configSet("maxmemory", "0"));
				});
			}
		},

		/**
		 * Until whatever the answers had there was thrown away, and has been given back.
		 */
		EVICTING(false) {
			@Override
			Redis start() throws IOException {
				RedisServer server = RedisServer.start("--maxmemory", "5mb", "--maxmemory-policy", "allkeys-random");
				return new Redis(server, () -> server.run((commands) -> {
					for (int i = 0; !commands.info("stats").matches("(?s).*evicted_keys:\\d{3,}\r.*"); i++) {
						commands.set("other" + i, "x".repeat(100_000));
					}
					return commands.configSet("maxmemory", "0");
				}), () -> await().atMost(TIMEOUT)
					.until(() -> server.run((commands) -> commands.keys("*:facts").size() == ANSWERS
							&& commands.keys("*:log").size() == ANSWERS)));
			}
		},

		REPLACED_BY_A_REPLICA(true) {
			@Override
			Redis start() throws IOException {
				RedisSentinel sentinel = RedisSentinel.start();
				return new Redis(sentinel::close, sentinel::killMaster, sentinel::awaitTakeOver,
						"spring.data.redis.sentinel.master=" + RedisSentinel.NAME,
						"spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port());
			}
		};

		/** Whether the beginning of an answer is there afterwards, however old. */
		private final boolean keeps;

		Outage(boolean keeps) {
			this.keeps = keeps;
		}

		abstract Redis start() throws IOException;

	}

	/**
	 * Something that happens to Redis.
	 */
	private interface Event {

		void happen() throws Exception;

	}

	/**
	 * A Redis to which something is going to happen.
	 */
	private static final class Redis implements AutoCloseable {

		private final Closeable server;

		private final Event breakDown;

		private final Event recover;

		private final String[] properties;

		Redis(RedisServer server, Event breakDown, Event recover) {
			this(server::close, breakDown, recover, "spring.data.redis.port=" + server.port());
		}

		Redis(Closeable server, Event breakDown, Event recover, String... properties) {
			this.server = server;
			this.breakDown = breakDown;
			this.recover = recover;
			this.properties = properties;
		}

		String[] properties() {
			return this.properties;
		}

		void breakDown() throws Exception {
			this.breakDown.happen();
		}

		void recover() throws Exception {
			this.recover.happen();
		}

		@Override
		public void close() throws IOException {
			this.server.close();
		}

	}

	/**
	 * Some answers of one node, each with a reader there and one on another node.
	 */
	private static final class Answers implements AutoCloseable {

		private final ResumeServer maker;

		private final ResumeServer other;

		private final List<SseReader> nearby = new ArrayList<>();

		private final List<SseReader> farAway = new ArrayList<>();

		Answers(ResumeServer maker, ResumeServer other) throws IOException {
			this.maker = maker;
			this.other = other;
			for (int i = 0; i < ANSWERS; i++) {
				SseReader reader = SseReader.get(maker.port(), "/chat/" + i);
				reader.allowSilence(TIMEOUT);
				this.nearby.add(reader);
				assertThat(id(reader)).isNotNull();
			}
			for (SseReader reader : this.nearby) {
				SseReader follower = SseReader.get(other.port(), path(reader));
				follower.allowSilence(TIMEOUT);
				this.farAway.add(follower);
			}
		}

		private static String path(SseReader reader) {
			return "/ai-kit/streams/" + id(reader);
		}

		private static String text(int answer, int number) {
			return answer + "-" + number;
		}

		private static String data(int answer, int number) {
			return "data: {\"token\":\"" + text(answer, number) + "\",\"index\":" + number + "}";
		}

		/** So many tokens of each answer. */
		void say(int from, int count) {
			for (int i = 0; i < ANSWERS; i++) {
				int answer = i;
				this.maker.chat()
					.say(String.valueOf(i), from,
							IntStream.range(from, from + count)
								.mapToObj((number) -> text(answer, number))
								.toArray(String[]::new));
			}
		}

		void end() {
			for (int i = 0; i < ANSWERS; i++) {
				this.maker.chat().end(String.valueOf(i));
			}
		}

		void arriveNearby(int count) throws IOException {
			arrive(this.nearby, count);
		}

		void arriveFarAway(int count) throws IOException {
			arrive(this.farAway, count);
		}

		private static void arrive(List<SseReader> readers, int count) throws IOException {
			for (int i = 0; i < ANSWERS; i++) {
				readers.get(i).readPast(data(i, count - 1));
			}
		}

		void areWholeNearby(int count) throws IOException {
			for (int i = 0; i < ANSWERS; i++) {
				isWhole(this.nearby.get(i).readAll(), i, 0, count);
			}
		}

		void areWholeFarAway(int count) throws IOException {
			for (int i = 0; i < ANSWERS; i++) {
				isWhole(this.farAway.get(i).readAll(), i, 0, count);
			}
		}

		/** What was kept of them was dropped, and nobody is left with a part. */
		void areGoneFarAway() throws Exception {
			for (int i = 0; i < ANSWERS; i++) {
				assertThat(this.farAway.get(i).readAll()).contains("\"code\":\"ANSWER_GONE\"")
					.endsWith("\"outcome\":\"error\"}\n\n");
				for (ResumeServer node : List.of(this.maker, this.other)) {
					String path = path(this.nearby.get(i));
					await().atMost(TIMEOUT).until(() -> ResumeTests.send(node, "GET", path, "").statusCode() == 404);
				}
			}
		}

		/** By those who come later, or who have all that may be lost. */
		void areReadAgain(int count, boolean keeps) throws Exception {
			for (int i = 0; i < ANSWERS; i++) {
				for (ResumeServer node : List.of(this.maker, this.other)) {
					String path = path(this.nearby.get(i));
					HttpResponse<String> again = ResumeTests.send(node, "GET", path, "");
					if (keeps || again.statusCode() == 200) {
						isWhole(again.body(), i, 0, count);
					}
					else {
						assertThat(again.statusCode()).isEqualTo(410);
					}
					int after = count - 2;
					isWhole(ResumeTests.send(node, "GET", path, "", "Last-Event-ID", String.valueOf(after)).body(), i,
							after, count);
				}
			}
		}

		private static void isWhole(String body, int answer, int from, int count) {
			assertThat(body).endsWith(COMPLETE);
			assertThat(TOKEN.matcher(body).results().map(MatchResult::group))
				.isEqualTo(IntStream.range(from, count).mapToObj((number) -> data(answer, number)).toList());
			List<Integer> ids = ID.matcher(body).results().map((result) -> Integer.valueOf(result.group(1))).toList();
			assertThat(ids).isEqualTo(IntStream.rangeClosed(from + 1, from + ids.size()).boxed().toList());
		}

		@Override
		public void close() throws IOException {
			for (SseReader reader : this.nearby) {
				reader.close();
			}
			for (SseReader reader : this.farAway) {
				reader.close();
			}
		}

	}

}

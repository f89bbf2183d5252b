package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.id;
import static studio.ainative.aikit.autoconfigure.ResumeTests.token;

/**
 * Requests with one {@code Idempotency-Key} that come to several nodes, at once and
 * later.
 */
class RedisStartKeyTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static RedisServer redis;

	private final String key = "Idempotency-Key: " + UUID.randomUUID();

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
	void callTheProviderOnce(WebApplicationType type) throws Exception {
		try (Nodes nodes = Nodes.start(type, "owners=true")) {
			List<SseReader> readers = nodes.readAtOnce("/chat/a", this.key, "X-User: alice");
			assertThat(readers).extracting(SseReader::status).allMatch((status) -> status.contains("200"));
			assertThat(readers.stream().map(ResumeTests::id).distinct()).hasSize(1);
			nodes.awaitCalls(1);
			ResumeServer maker = nodes.maker();
			maker.chat().say("a", 0, "a");
			for (SseReader reader : readers) {
				reader.readPast(token(1, "a", 0));
			}
			maker.chat().end("a");
			for (SseReader reader : readers) {
				assertThat(reader.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
			}
			for (ResumeServer node : nodes.all()) {
				try (SseReader later = SseReader.getWith(node.port(), "/chat/a", this.key, "X-User: alice")) {
					assertThat(later.readAll()).contains(token(1, "a", 0)).endsWith("\"outcome\":\"complete\"}\n\n");
					assertThat(id(later)).isEqualTo(id(readers.get(0)));
				}
				try (SseReader different = SseReader.getWith(node.port(), "/chat/b", this.key, "X-User: alice")) {
					assertThat(different.status()).contains("422");
				}
			}
			assertThat(nodes.calls()).isEqualTo(1);
			for (ResumeServer node : nodes.all()) {
				try (SseReader stranger = SseReader.getWith(node.port(), "/chat/c", this.key, "X-User: bob")) {
					assertThat(stranger.status()).contains("200");
					stranger.readPast("event: start");
					assertThat(id(stranger)).isNotEqualTo(id(readers.get(0)));
				}
			}
			nodes.awaitCalls(2);
			close(readers);
		}
	}

	/** Whose body is another is refused wherever it comes. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void knowTheSameBody(WebApplicationType type) throws Exception {
		try (Nodes nodes = Nodes.start(type)) {
			String[] header = this.key.split(": ");
			List<String> bodies = new ArrayList<>();
			for (ResumeServer node : nodes.all()) {
				bodies.add(ResumeTests.send(node, "POST", "/chat", "[\"a\",\"b\"]", header)
					.body()
					.replace(": resumed\n\n", ""));
				HttpResponse<String> other = ResumeTests.send(node, "POST", "/chat", "[\"a\",\"c\"]", header);
				assertThat(other.statusCode()).isEqualTo(422);
				assertThat(other.body()).contains("This Idempotency-Key was used for another request.");
			}
			assertThat(bodies).containsOnly(bodies.get(0));
			assertThat(nodes.calls()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void areRefusedButOneWhereAsked(WebApplicationType type) throws Exception {
		try (Nodes nodes = Nodes.start(type, "ai-kit.response.resume.idempotency=reject")) {
			List<SseReader> readers = nodes.readAtOnce("/chat/a", this.key);
			assertThat(readers).filteredOn((reader) -> reader.status().startsWith("HTTP/1.1 200")).hasSize(1);
			assertThat(readers).filteredOn((reader) -> reader.status().startsWith("HTTP/1.1 409")).hasSize(2);
			nodes.awaitCalls(1);
			for (ResumeServer node : nodes.all()) {
				try (SseReader later = SseReader.getWith(node.port(), "/chat/a", this.key)) {
					assertThat(later.status()).contains("409");
				}
			}
			assertThat(nodes.calls()).isEqualTo(1);
			close(readers);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void replaceEachOtherWhereAsked(WebApplicationType type) throws Exception {
		try (Nodes nodes = Nodes.start(type, "ai-kit.response.resume.idempotency=replace")) {
			SseReader before = SseReader.getWith(nodes.all().get(0).port(), "/chat/a", this.key);
			nodes.awaitCalls(1);
			for (ResumeServer node : nodes.all().subList(1, 3)) {
				SseReader next = SseReader.getWith(node.port(), "/chat/a", this.key);
				await().atMost(TIMEOUT).until(() -> node.chat().calls.get() == 1);
				assertThat(before.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				before.close();
				assertThat(id(next)).isNotEqualTo(id(before));
				before = next;
			}
			nodes.all().get(2).chat().say("a", 0, "last");
			before.readPast(token(1, "last", 0));
			before.close();
			assertThat(nodes.all()).extracting((node) -> node.chat().calls.get()).containsExactly(1, 1, 1);
			await().atMost(TIMEOUT)
				.until(() -> nodes.all().subList(0, 2).stream().allMatch((node) -> node.chat().cancels.get() == 1));
		}
	}

	/** Whichever it is that goes on, the others are stopped, and their calls closed. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void leaveOneOfThoseAtOnceWhereAsked(WebApplicationType type) throws Exception {
		try (Nodes nodes = Nodes.start(type, "ai-kit.response.resume.idempotency=replace")) {
			for (int round = 1; round <= 5; round++) {
				String name = "a" + round;
				List<SseReader> readers = nodes.readAtOnce("/chat/" + name, this.key + round);
				assertThat(readers.stream().map(ResumeTests::id).distinct()).hasSize(3).doesNotContainNull();
				List<CompletableFuture<String>> bodies = readers.stream().map(RedisStartKeyTests::rest).toList();
				await().atMost(TIMEOUT)
					.until(() -> bodies.stream().filter(CompletableFuture::isDone).count() == 2
							&& nodes.cancels().stream().mapToInt(Integer::intValue).sum() == 2 * nodes.calls() / 3);
				int winner = IntStream.range(0, 3).filter((i) -> !bodies.get(i).isDone()).findFirst().orElseThrow();
				List<Integer> cancels = nodes.cancels();
				nodes.all().get(winner).chat().say(name, 0, "last");
				nodes.all().get(winner).chat().end(name);
				for (int i = 0; i < 3; i++) {
					String outcome = (i == winner) ? "complete" : "stopped";
					assertThat(bodies.get(i).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
						.endsWith("\"outcome\":\"" + outcome + "\"}\n\n");
				}
				assertThat(bodies.get(winner).join()).contains(token(1, "last", 0));
				assertThat(nodes.cancels()).isEqualTo(cancels);
				assertThat(nodes.calls()).isEqualTo(3 * round);
				close(readers);
			}
		}
	}

	private static CompletableFuture<String> rest(SseReader reader) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				reader.allowSilence(TIMEOUT);
				return reader.readAll();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}, (task) -> new Thread(task, "reader").start());
	}

	private static void close(List<SseReader> readers) throws Exception {
		for (SseReader reader : readers) {
			reader.close();
		}
	}

	/**
	 * Three nodes on one Redis.
	 *
	 * @param all the nodes
	 */
	private record Nodes(List<ResumeServer> all) implements AutoCloseable {

		static Nodes start(WebApplicationType type, String... properties) {
			List<String> settings = new ArrayList<>(List.of(properties));
			settings.add("ai-kit.response.resume.store=redis");
			settings.add("spring.data.redis.port=" + redis.port());
			return new Nodes(IntStream.range(0, 3)
				.mapToObj((i) -> ResumeServer.start(type, null, settings.toArray(String[]::new)))
				.toList());
		}

		/** The same request to each node at the same time. */
		List<SseReader> readAtOnce(String path, String... headers) throws Exception {
			List<CompletableFuture<SseReader>> readers = this.all.stream()
				.map((node) -> CompletableFuture.supplyAsync(() -> {
					try {
						return SseReader.getWith(node.port(), path, headers);
					}
					catch (IOException ex) {
						throw new UncheckedIOException(ex);
					}
				}, (task) -> new Thread(task, "reader").start()))
				.toList();
			List<SseReader> opened = new ArrayList<>();
			for (CompletableFuture<SseReader> reader : readers) {
				opened.add(reader.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
			}
			return opened;
		}

		int calls() {
			return this.all.stream().mapToInt((node) -> node.chat().calls.get()).sum();
		}

		/** How many calls each node has cancelled. */
		List<Integer> cancels() {
			return this.all.stream().map((node) -> node.chat().cancels.get()).toList();
		}

		void awaitCalls(int count) {
			await().atMost(TIMEOUT).until(() -> calls() == count);
		}

		/** The node that has called the provider. */
		ResumeServer maker() {
			return this.all.stream().filter((node) -> node.chat().calls.get() == 1).findFirst().orElseThrow();
		}

		@Override
		public void close() {
			this.all.forEach(ResumeServer::close);
		}

	}

}

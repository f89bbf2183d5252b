package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

import io.lettuce.core.RedisClient;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How long after a stop on one node the provider sees that the call by another is closed.
 * Prints it, and holds it only to what a busy machine can do.
 */
class StopLatencyTests {

	private static final int ANSWERS = Integer.getInteger("aikit.stops", 60);

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Duration BOUND = Duration.ofSeconds(10);

	private static RedisServer redis;

	private final HttpClient http = HttpClient.newHttpClient();

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
	void theProviderSeesTheClose(WebApplicationType type) throws Exception {
		measure(type, "stop", ANSWERS, () -> {
		});
	}

	/** A message that is published meanwhile is lost. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void theProviderSeesTheCloseWhileNobodyListens(WebApplicationType type) throws Exception {
		RedisClient client = RedisClient.create(redis.uri());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			RedisCommands<String, String> commands = connection.sync();
			measure(type, "stop without pub/sub", ANSWERS / 4, () -> {
				// On a busy machine they may be back before this thread has looked
				await().pollDelay(Duration.ZERO).atMost(TIMEOUT).until(() -> {
					commands.clientKill(KillArgs.Builder.typePubsub());
					return commands.pubsubChannels().isEmpty();
				});
			});
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
	}

	private void measure(WebApplicationType type, String what, int answers, Runnable before) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer one = node(type, provider);
				ChatServer other = node(type, provider)) {
			long[] nanos = new long[answers];
			for (int i = 0; i < answers; i++) {
				provider.respond("Hel").thenStall();
				try (SseReader reader = SseReader.get(one.port(), "/chat")) {
					reader.readPast("\"Hel\"");
					URI uri = URI.create("http://localhost:" + other.port() + "/ai-kit/streams/"
							+ reader.headers().get("ai-kit-stream-id"));
					RecordedRequest call = provider.lastRequest();
					before.run();
					long begun = System.nanoTime();
					assertThat(delete(uri)).isEqualTo(204);
					await().pollInterval(Duration.ofMillis(1)).atMost(TIMEOUT).until(() -> call.closed() != null);
					nanos[i] = Objects.requireNonNull(call.closed()) - begun;
					assertThat(reader.readAll()).endsWith("\"outcome\":\"stopped\"}\n\n");
				}
			}
			assertThat(provider.requests()).hasSize(answers).allMatch(RecordedRequest::isClosedByClient);
			Arrays.sort(nanos);
			System.out.printf("%s, %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n", what, type, nanos[answers / 2] / 1e6,
					nanos[answers * 99 / 100] / 1e6, nanos[answers - 1] / 1e6);
			assertThat(nanos[answers - 1]).isLessThan(BOUND.toNanos());
		}
	}

	private int delete(URI uri) throws IOException, InterruptedException {
		return this.http
			.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).DELETE().build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	private static ChatServer node(WebApplicationType type, ScriptedServer provider) {
		return ChatServer.start(type, "ai-kit.stream.endpoint=" + provider.uri(), "ai-kit.response.resume.enabled=true",
				"ai-kit.response.resume.store=redis", "spring.data.redis.port=" + redis.port());
	}

}

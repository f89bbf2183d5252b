package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the provider sees and the operator reads of answers whose readers leave, over
 * sockets. With Redis they come back to another node.
 */
class OrphanedAnswerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration ORPHAN_TIMEOUT = Duration.ofSeconds(1);

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
	@CsvSource({ "SERVLET, memory", "REACTIVE, memory", "SERVLET, redis", "REACTIVE, redis" })
	void areCancelledAfterTheirTimeAndCounted(WebApplicationType type, String store) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start(); ChatServer server = node(type, store, provider)) {
			provider.respond("Hel", "lo").thenStall();
			SseReader reader = SseReader.get(server.port(), "/chat");
			reader.readPast("\"lo\"");
			long left = System.nanoTime();
			reader.close();
			assertThat(closed(provider) - left).isGreaterThanOrEqualTo(ORPHAN_TIMEOUT.toNanos());
			await().atMost(TIMEOUT).until(() -> server.scrape().sum("aikit_server_abandoned_total") == 1);
			Scrape scrape = server.scrape();
			assertThat(scrape.values("gen_ai_client_inference_duration_seconds_count", "aikit_outcome"))
				.containsExactly("abandoned");
			assertThat(scrape.values("aikit_client_cost_total", "aikit_usage_estimated")).containsExactly("true");
			assertThat(scrape.sum("aikit_client_cost_total")).isPositive();
			try (SseReader late = SseReader.get(server.port(), path(reader))) {
				assertThat(late.readAll()).contains("\"Hel\"", "\"lo\"").endsWith("\"outcome\":\"abandoned\"}\n\n");
			}
			assertThat(provider.requests()).hasSize(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, memory", "REACTIVE, memory", "SERVLET, redis", "REACTIVE, redis" })
	void goOnWhereTheReaderCameBack(WebApplicationType type, String store) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer one = node(type, store, provider);
				ChatServer other = store.equals("redis") ? node(type, store, provider) : one) {
			provider.respond("Hel").thenStall();
			SseReader reader = SseReader.get(one.port(), "/chat");
			reader.readPast("\"Hel\"");
			reader.close();
			SseReader again = SseReader.get(other.port(), path(reader));
			again.readPast("\"Hel\"");
			RecordedRequest call = provider.lastRequest();
			await().during(ORPHAN_TIMEOUT.multipliedBy(3)).atMost(TIMEOUT).until(call::isOpen);
			long left = System.nanoTime();
			again.close();
			assertThat(closed(provider) - left).isGreaterThanOrEqualTo(ORPHAN_TIMEOUT.toNanos());
			await().atMost(TIMEOUT).until(() -> one.scrape().sum("aikit_server_abandoned_total") == 1);
			if (other != one) {
				assertThat(other.scrape().sum("aikit_server_abandoned_total")).isZero();
			}
			assertThat(provider.requests()).hasSize(1);
		}
	}

	private static String path(SseReader reader) {
		return "/ai-kit/streams/" + reader.headers().get("ai-kit-stream-id");
	}

	/** When the provider's call was closed. */
	private static long closed(ScriptedServer provider) {
		RecordedRequest call = provider.lastRequest();
		await().atMost(TIMEOUT).until(call::isClosedByClient);
		return Objects.requireNonNull(call.closed());
	}

	/** Heartbeats find out who has left. */
	private static ChatServer node(WebApplicationType type, String store, ScriptedServer provider) {
		return ChatServer.start(type,
				Stream
					.of("metrics=true", "ai-kit.stream.endpoint=" + provider.uri(), "ai-kit.stream.model=gpt-4o-mini",
							"ai-kit.response.heartbeat.interval=50ms", "ai-kit.response.resume.enabled=true",
							"ai-kit.response.resume.store=" + store,
							"ai-kit.response.resume.orphan-timeout=" + ORPHAN_TIMEOUT.toMillis() + "ms",
							"spring.data.redis.port=" + redis.port())
					.toArray(String[]::new));
	}

}

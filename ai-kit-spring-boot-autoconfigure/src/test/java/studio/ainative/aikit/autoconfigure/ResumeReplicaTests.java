package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
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
 * A replica of Redis that takes over and lacks what readers have, while the node that
 * made the answer is gone too.
 */
class ResumeReplicaTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellsReadersThatTheirPartIsNotKept(WebApplicationType type) throws Exception {
		try (RedisServer master = RedisServer.start();
				RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(master.port()));
				ResumeServer one = node(type, master);
				ResumeServer other = node(type, replica);
				SseReader reader = SseReader.get(one.port(), "/chat/a")) {
			String path = "/ai-kit/streams/" + id(reader);
			one.chat().say("a", 0, "a", "b", "c");
			await().atMost(TIMEOUT).until(() -> lastEntries(replica, id(reader)).equals(List.of("3-0")));
			replica.run((commands) -> commands.replicaofNoOne());
			one.chat().say("a", 3, "d", "e", "f", "g", "h");
			reader.readPast(token(8, "h", 7));
			master.kill();
			try (SseReader ahead = SseReader.getWith(other.port(), path, "Last-Event-ID: 8");
					SseReader behind = SseReader.getWith(other.port(), path, "Last-Event-ID: 2")) {
				assertThat(behind.readAll()).startsWith(": resumed\n\n" + token(3, "c", 2) + "event: error\n")
					.contains("\"code\":\"PRODUCER_LOST\"")
					.endsWith("\"outcome\":\"error\"}\n\n");
				assertThat(ahead.readAll()).startsWith(": resumed\n\nevent: error\n")
					.contains("\"code\":\"CURSOR_EXPIRED\"")
					.endsWith("\"outcome\":\"error\"}\n\n");
			}
			assertThat(ResumeTests.send(other, "GET", path, "", "Last-Event-ID", "8").statusCode()).isEqualTo(400);
		}
	}

	private static List<String> lastEntries(RedisServer redis, String answer) {
		return redis.run((commands) -> commands.keys("*" + answer + "*:log")
			.stream()
			.flatMap((key) -> commands.xrevrange(key, Range.unbounded(), Limit.from(1)).stream())
			.map(StreamMessage::getId)
			.toList());
	}

	private static ResumeServer node(WebApplicationType type, RedisServer redis) {
		return ResumeServer.start(type, null, "ai-kit.response.resume.store=redis",
				"ai-kit.response.resume.redis.lease=1s", "ai-kit.response.drain-timeout=0s",
				"spring.data.redis.port=" + redis.port());
	}

}

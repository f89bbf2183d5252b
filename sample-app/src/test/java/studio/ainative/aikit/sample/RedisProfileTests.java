package studio.ainative.aikit.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes of the sample on one Redis, by its profile and nothing else; one on each
 * stack.
 */
class RedisProfileTests {

	private static RedisProcess redis;

	private static SampleServer one;

	private static SampleServer other;

	@BeforeAll
	static void start() throws Exception {
		redis = RedisProcess.start();
		one = node(Stack.TOMCAT);
		other = node(Stack.NETTY);
	}

	private static SampleServer node(Stack stack) {
		return SampleServer.start(stack, "spring.profiles.active=redis", "spring.data.redis.port=" + redis.port(),
				"demo.slow-start=100ms", "demo.slow-token-delay=60ms");
	}

	@AfterAll
	static void stop() throws Exception {
		try {
			one.close();
			other.close();
		}
		finally {
			redis.close();
		}
	}

	@Test
	void readsAndStopsAnAnswerAtAnyNode() throws Exception {
		Calls before = one.calls();
		Calls ofOther = other.calls();
		HttpResponse<InputStream> answer = one.post("{\"messages\":[{\"role\":\"user\",\"content\":\"slow\"}]}",
				BodyHandlers.ofInputStream());
		try (BufferedReader reader = reader(answer)) {
			String path = "/ai-kit/streams/" + answer.headers().firstValue("AI-Kit-Stream-Id").orElseThrow();
			assertThat(readPast(reader, "event: start", "data: ")).contains("\"streamId\":\"" + path.substring(16));
			readPast(reader, "event: token", "data: ");
			HttpResponse<InputStream> far = other.send("GET", path, BodyHandlers.ofInputStream());
			assertThat(far.statusCode()).isEqualTo(200);
			try (BufferedReader again = reader(far)) {
				assertThat(readPast(again, "event: token", "data: ")).contains("\"token\":\"Slow\"");
				assertThat(other.send("DELETE", path, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
				assertThat(readPast(again, "event: done", "data: ")).contains("\"outcome\":\"stopped\"");
			}
			assertThat(readPast(reader, "event: done", "data: ")).contains("\"outcome\":\"stopped\"");
		}
		one.awaitCalls(before.withOneMoreCancelled());
		assertThat(other.calls()).isEqualTo(ofOther);
	}

	private static BufferedReader reader(HttpResponse<InputStream> response) {
		return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
	}

	/** The first line that begins so after one that is so. */
	private static String readPast(BufferedReader reader, String line, String start) throws IOException {
		boolean found = false;
		for (String next = reader.readLine(); next != null; next = reader.readLine()) {
			found |= next.equals(line);
			if (found && next.startsWith(start)) {
				return next;
			}
		}
		throw new AssertionError("The stream ended before '" + line + "'");
	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.autoconfigure.ResumeTests.id;

/**
 * Readers who take an event where others take twenty, or none at all, of the same answer
 * over sockets. In Redis they read it on the node that makes it and on another.
 */
class SlowReaderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int QUICK = 50;

	private static final int STEPS = 50;

	private static final int EVENTS_A_STEP = 20;

	private static final String TEXT = "x".repeat(2048);

	private static final int SIZE = STEPS * EVENTS_A_STEP * TEXT.length();

	/**
	 * What may wait for a reader in the queue of its response: a batch over its limit.
	 */
	private static final int MOST_IN_QUEUE = 512 * 1024;

	/** What may wait besides, in Tomcat or Netty and in the sockets. */
	private static final int MOST_IN_CONNECTION = 1024 * 1024;

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
	@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	@CsvSource({ "SERVLET, memory", "REACTIVE, memory", "SERVLET, redis", "REACTIVE, redis" })
	void makeNobodyWaitAndTakeLittleMemory(WebApplicationType type, String store) throws Exception {
		try (ResumeServer one = node(type, store);
				ResumeServer other = store.equals("redis") ? node(type, store) : one;
				SseReader first = SseReader.getNarrowly(one.port(), "/chat/a")) {
			List<ResumeServer> nodes = (other != one) ? List.of(one, other) : List.of(one);
			String path = "/ai-kit/streams/" + id(first);
			List<SseReader> slow = new ArrayList<>(List.of(first));
			List<SseReader> stalled = new ArrayList<>();
			List<Iterator<String>> quick = new ArrayList<>();
			for (ResumeServer node : nodes) {
				if (node != one) {
					slow.add(SseReader.getNarrowly(node.port(), path));
				}
				stalled.add(SseReader.getNarrowly(node.port(), path));
				for (int i = 0; i < QUICK / nodes.size(); i++) {
					quick.add(lines(node, path));
				}
			}
			double waiting = 0;
			for (int step = 0; step < STEPS; step++) {
				int from = step * EVENTS_A_STEP;
				one.chat()
					.say("a", from,
							IntStream.range(from, from + EVENTS_A_STEP)
								.mapToObj((index) -> TEXT)
								.toArray(String[]::new));
				for (Iterator<String> reader : quick) {
					readPast(reader, "id: " + (from + EVENTS_A_STEP));
				}
				for (SseReader reader : slow) {
					reader.readPast("\"index\":" + step + "}");
				}
				waiting = Math.max(waiting, sum(nodes, "aikit_server_waiting_bytes"));
			}
			one.chat().end("a");
			for (Iterator<String> reader : quick) {
				readPast(reader, "event: done");
			}
			assertThat(slow).allSatisfy((reader) -> assertThat(reader.text().length()).isLessThan(SIZE / 4));
			await().atMost(TIMEOUT)
				.until(() -> sum(nodes, "aikit_server_readers_total", "aikit_outcome", "complete") == QUICK);
			double before = sum(nodes, "aikit_server_bytes_total");
			for (SseReader reader : stalled) {
				reader.reset();
			}
			await().atMost(TIMEOUT)
				.until(() -> sum(nodes, "aikit_server_readers_total", "aikit_outcome", "left") == stalled.size());
			double handedOn = (sum(nodes, "aikit_server_bytes_total") - before) / stalled.size();
			System.out.printf("%s, %s: of %,d bytes %,.0f wait for %d slow readers, %,.0f in a connection%n", type,
					store, SIZE, waiting, slow.size() + stalled.size(), handedOn);
			assertThat(waiting).isPositive().isLessThan(MOST_IN_QUEUE * (slow.size() + stalled.size()));
			assertThat(handedOn).isPositive().isLessThan(MOST_IN_CONNECTION);
			for (SseReader reader : slow) {
				isWhole(reader);
			}
		}
	}

	private static void isWhole(SseReader reader) throws IOException {
		reader.allowSilence(TIMEOUT);
		String[] events = reader.readAll().split("event: token\n", -1);
		assertThat(events).hasSize(STEPS * EVENTS_A_STEP + 1);
		for (int i = 1; i < events.length; i++) {
			assertThat(events[i]).startsWith("id: " + i + "\ndata: {\"token\":\"" + TEXT + "\",\"index\":" + (i - 1));
		}
		assertThat(reader.text()).endsWith("\"outcome\":\"complete\"}\n\n");
		reader.close();
	}

	/** Read on a reader that takes what there is as soon as it is asked to. */
	private static void readPast(Iterator<String> lines, String line) {
		while (!lines.next().equals(line)) {
			assertThat(lines).hasNext();
		}
	}

	private Iterator<String> lines(ResumeServer node, String path) throws IOException, InterruptedException {
		URI uri = URI.create("http://localhost:" + node.port() + path);
		return this.http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
			.body()
			.iterator();
	}

	private static double sum(List<ResumeServer> nodes, String meter) {
		return nodes.stream().mapToDouble((node) -> node.scrape().sum(meter)).sum();
	}

	private static double sum(List<ResumeServer> nodes, String meter, String label, String value) {
		return nodes.stream().mapToDouble((node) -> node.scrape().sum(meter, label, value)).sum();
	}

	/** Which gives nobody up who takes nothing for a while. */
	private static ResumeServer node(WebApplicationType type, String store) {
		return ResumeServer.start(type, null, "metrics=true", "ai-kit.response.send-timeout=10m",
				"server.tomcat.connection-timeout=10m", "ai-kit.response.resume.store=" + store,
				"spring.data.redis.port=" + redis.port());
	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.redis.RedisAnswerLog;
import studio.ainative.aikit.log.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three nodes of an application, each a process of its own, that share a Redis: what
 * readers have when one of them is killed, or all are restarted in turn.
 */
class NodeProcessesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int ANSWERS = 100;

	/** How many stream while a node is restarted. */
	private static final int RESTART_ANSWERS = Integer.getInteger("aikit.restart-answers", 40);

	private static final Duration LEASE = Duration.ofSeconds(5);

	private static final Duration PACE = Duration.ofMillis(100);

	private static final List<WebApplicationType> TYPES = List.of(WebApplicationType.SERVLET,
			WebApplicationType.REACTIVE, WebApplicationType.SERVLET);

	/** No question is asked twice. */
	private static final AtomicInteger NAMES = new AtomicInteger();

	private static RedisServer redis;

	private static PacedProvider provider;

	private static final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();

	private final HttpClient http = HttpClient.newHttpClient();

	private final AtomicBoolean failed = new AtomicBoolean(true);

	@BeforeAll
	static void start() throws Exception {
		redis = RedisServer.start();
		provider = PacedProvider.start();
		for (WebApplicationType type : TYPES) {
			nodes.add(launch(type));
		}
	}

	@AfterAll
	static void stop() throws Exception {
		for (NodeProcess node : nodes) {
			node.close();
		}
		provider.close();
		redis.close();
	}

	@BeforeEach
	void haveThreeNodes() throws Exception {
		for (int i = 0; i < nodes.size(); i++) {
			if (!nodes.get(i).isAlive()) {
				nodes.get(i).close();
				nodes.set(i, launch(TYPES.get(i)));
			}
		}
		for (NodeProcess node : nodes) {
			node.awaitUp();
		}
		provider.calls().clear();
	}

	@AfterEach
	void tellWhatTheNodesSaid() throws Exception {
		if (this.failed.get()) {
			for (NodeProcess node : nodes) {
				System.out.println(node.output());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void readersKnowThatTheNodeWhichWroteTheirAnswerWasKilled(int killed) throws Exception {
		provider.answer(10_000, PACE);
		int second = (killed + 1) % 3;
		int third = (killed + 2) % 3;
		List<RoamingReader> first = ask(killed, killed, second, third);
		List<RoamingReader> others = new ArrayList<>();
		for (RoamingReader reader : first) {
			others.add(RoamingReader.join(this.http, ports(second), reader.streamId()));
			others.add(RoamingReader.join(this.http, ports(third), reader.streamId()));
		}
		awaitTokens(first, 5);
		awaitTokens(others, 5);
		Instant killedAt = Instant.now();
		nodes.get(killed).kill();
		RoamingReader next = RoamingReader.ask(this.http, ports(second), NAMES.incrementAndGet() + "q");
		awaitTokens(List.of(next), 1);
		for (RoamingReader reader : others) {
			assertThat(reader.awaitEnd()).contains("\"outcome\":\"error\"");
		}
		isLostWithinTwoLeases(first, killedAt);
		Map<String, Long> kept = kept(first);
		for (RoamingReader reader : others) {
			List<RoamingReader.Event> events = reader.events();
			RoamingReader.Event last = events.get(events.size() - 1);
			assertThat(last.data()).contains("\"PRODUCER_LOST\"");
			hasTokens(events.subList(0, events.size() - 1));
			assertThat(last.id()).isEqualTo(kept.get(reader.streamId()) + 1);
		}
		for (RoamingReader reader : first) {
			// It may be further than what was kept: then it learns that this is all
			assertThat(reader.awaitEnd()).matches(".*\"outcome\":\"error\".*|status 400");
			hasTokens(reader.events().stream().filter((event) -> event.name().equals("token")).toList());
		}
		calledOnceForEach(ANSWERS + 1);
		stop(next);
		this.failed.set(false);
	}

	@Test
	void readersOfANodeThatWasKilledGoOnFromAnother() throws Exception {
		int tokens = 30;
		provider.answer(tokens, PACE);
		List<RoamingReader> first = ask(0, 0);
		List<RoamingReader> others = new ArrayList<>();
		for (RoamingReader reader : first) {
			others.add(RoamingReader.join(this.http, ports(1, 2), reader.streamId()));
		}
		awaitTokens(others, 5);
		nodes.get(1).kill();
		for (RoamingReader reader : Stream.concat(first.stream(), others.stream()).toList()) {
			isWhole(reader, tokens);
		}
		assertThat(first).allMatch((reader) -> reader.connections() == 1);
		assertThat(others).anyMatch((reader) -> reader.connections() > 1);
		calledOnceForEach(ANSWERS);
		this.failed.set(false);
	}

	/** Each answer takes less than the time that a node has to end. */
	@Test
	void nothingIsLostWhenTheNodesAreRestartedInTurn() throws Exception {
		int tokens = 80;
		provider.answer(tokens, PACE);
		for (int i = 0; i < 3; i++) {
			int second = (i + 1) % 3;
			int third = (i + 2) % 3;
			List<RoamingReader> readers = new ArrayList<>(askFor(RESTART_ANSWERS / 2, i, second, third));
			for (RoamingReader elsewhere : askFor(RESTART_ANSWERS / 2, second, third)) {
				readers.add(elsewhere);
				readers.add(RoamingReader.join(this.http, ports(i, third, second), elsewhere.streamId()));
			}
			awaitTokens(readers, 1);
			nodes.get(i).terminate();
			// Readers know of it once the one before has ended
			NodeProcess next = launch(TYPES.get(i));
			for (RoamingReader reader : readers) {
				isWhole(reader, tokens);
			}
			assertThat(readers).anyMatch((reader) -> reader.connections() > 1);
			nodes.get(i).awaitExit();
			nodes.set(i, next.awaitUp()).close();
		}
		calledOnceForEach(3 * 2 * (RESTART_ANSWERS / 2));
		this.failed.set(false);
	}

	private List<RoamingReader> ask(int... order) throws Exception {
		return askFor(ANSWERS, order);
	}

	private List<RoamingReader> askFor(int answers, int... order) throws Exception {
		List<RoamingReader> readers = new ArrayList<>();
		for (int i = 0; i < answers; i++) {
			readers.add(RoamingReader.ask(this.http, ports(order), NAMES.incrementAndGet() + "q"));
		}
		for (RoamingReader reader : readers) {
			reader.streamId();
		}
		return readers;
	}

	private static Supplier<List<Integer>> ports(int... order) {
		return () -> IntStream.of(order).mapToObj((i) -> nodes.get(i).port()).toList();
	}

	private static void awaitTokens(List<RoamingReader> readers, int count) {
		await().atMost(TIMEOUT).until(() -> readers.stream().allMatch((reader) -> reader.count() >= count));
	}

	private static void isWhole(RoamingReader reader, int tokens) throws Exception {
		assertThat(reader.awaitEnd()).contains("\"outcome\":\"complete\"");
		List<RoamingReader.Event> events = reader.events();
		assertThat(events).extracting(RoamingReader.Event::id)
			.isEqualTo(IntStream.rangeClosed(1, events.size()).mapToObj((i) -> (long) i).toList());
		List<RoamingReader.Event> said = events.stream().filter((event) -> event.name().equals("token")).toList();
		assertThat(said).hasSize(tokens);
		IntStream.range(0, tokens)
			.forEach((i) -> assertThat(said.get(i).data()).contains("-" + i + "\",\"index\":" + i + "}"));
	}

	private static void hasTokens(List<RoamingReader.Event> events) {
		for (int i = 0; i < events.size(); i++) {
			assertThat(events.get(i).id()).isEqualTo(i + 1);
			assertThat(events.get(i).data()).contains("-" + i + "\",\"index\":" + i + "}");
		}
	}

	/** By the time that is written with the end. */
	private static void isLostWithinTwoLeases(List<RoamingReader> readers, Instant killedAt) throws Exception {
		RedisClient client = RedisClient.create(redis.uri());
		try (RedisAnswerLog log = RedisAnswerLog.builder(client).build()) {
			for (RoamingReader reader : readers) {
				AnswerStatus status = Objects.requireNonNull(log.status(reader.streamId()).block(TIMEOUT));
				assertThat(Duration.between(killedAt, Objects.requireNonNull(status.end()).at()))
					.isLessThanOrEqualTo(LEASE.multipliedBy(2));
			}
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
	}

	/** How many tokens of each answer Redis had confirmed before the end was written. */
	private static Map<String, Long> kept(List<RoamingReader> readers) throws Exception {
		List<String> ids = new ArrayList<>();
		for (RoamingReader reader : readers) {
			ids.add(reader.streamId());
		}
		return redis.run((commands) -> {
			Map<String, Long> kept = new HashMap<>();
			for (String id : ids) {
				String last = commands.xrevrange("ai-kit:{" + id + "}:log", Range.unbounded(), Limit.from(2))
					.get(1)
					.getId();
				kept.put(id, Long.valueOf(last.substring(0, last.indexOf('-'))));
			}
			return kept;
		});
	}

	private void stop(RoamingReader reader) throws Exception {
		this.http.send(HttpRequest
			.newBuilder(URI.create("http://localhost:" + nodes.get(2).port() + "/ai-kit/streams/" + reader.streamId()))
			.DELETE()
			.build(), HttpResponse.BodyHandlers.discarding());
	}

	private static void calledOnceForEach(int questions) {
		assertThat(provider.calls()).hasSize(questions);
		assertThat(provider.calls().values()).containsOnly(1);
	}

	private static NodeProcess launch(WebApplicationType type) throws IOException {
		return NodeProcess.launch(type, "spring.data.redis.port=" + redis.port(),
				"ai-kit.stream.endpoint=" + provider.endpoint(),
				"ai-kit.response.resume.redis.lease=" + LEASE.toSeconds() + "s", "ai-kit.response.drain-timeout=15s");
	}

}

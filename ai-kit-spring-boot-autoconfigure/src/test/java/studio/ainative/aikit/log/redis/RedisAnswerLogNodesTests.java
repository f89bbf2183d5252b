package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Several nodes on one Redis: what one of them finds that another has left there.
 */
class RedisAnswerLogNodesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static RedisServer server;

	private static TestNode first;

	private static TestNode second;

	private static RedisClient client;

	private static StatefulRedisConnection<String, byte[]> redis;

	@BeforeAll
	static void start() throws Exception {
		server = RedisServer.start();
		first = new TestNode(server.uri());
		second = new TestNode(server.uri());
		client = RedisClient.create(server.uri());
		redis = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
	}

	@AfterAll
	static void stop() throws Exception {
		client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		first.close();
		second.close();
		server.close();
	}

	@Test
	void endsTheAnswersOfANodeThatDied() throws Exception {
		TestNode dying = new TestNode(server.uri());
		List<ProducedAnswer> answers = IntStream.range(0, 20).mapToObj((i) -> dying.begin()).toList();
		List<FollowedAnswer> readers = answers.stream()
			.flatMap((answer) -> List.of(first.follow(answer.id()), second.follow(answer.id())).stream())
			.toList();
		Flux.fromIterable(answers).flatMap((answer) -> answer.append().repeat(9)).blockLast(TIMEOUT);
		dying.die();
		for (FollowedAnswer reader : readers) {
			assertThat(Objects.requireNonNull(reader.awaitEnd(TIMEOUT)).outcome()).isEqualTo(AnswerEnd.Outcome.ERROR);
			isWholeButLost(reader.events());
		}
		for (ProducedAnswer answer : answers) {
			FollowedAnswer late = first.follow(answer.id());
			late.awaitEnd(TIMEOUT);
			isWholeButLost(late.events());
		}
	}

	private static void isWholeButLost(List<StreamEvent> events) {
		assertThat(events).hasSize(11);
		assertThat(events.subList(0, 10))
			.isEqualTo(IntStream.rangeClosed(1, 10).mapToObj(ProducedAnswer::token).toList());
		assertThat(events.get(10)).isInstanceOfSatisfying(ErrorEvent.class,
				(error) -> assertThat(error.code()).isEqualTo(LogEntry.PRODUCER_LOST));
	}

	/** As a reader sees it who looks twice before the producer is heard again. */
	@Test
	void waitsForAProducerThatComesBack() throws Exception {
		ProducedAnswer answer = first.begin();
		FollowedAnswer reader = second.follow(answer.id());
		answer.append().block(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> reader.count() == 1);
		byte[] look = new byte[0];
		redis.sync().del(keys(answer).lease());
		IntStream.range(0, 20).forEach((i) -> redis.sync().publish(keys(answer).live(), look));
		await().atMost(TIMEOUT).until(() -> redis.sync().exists(keys(answer).lease()) == 1);
		answer.append().then(answer.end()).block(TIMEOUT);
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
		reader.isWhole(2);
	}

	/** As after a pause longer than a lease. */
	@Test
	void refusesAProducerWhoseAnswerAnotherHasEnded() throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		LogEntry lost = LogEntry.producerLost(2, Instant.now());
		addByHand(answer, EntryId.END, EventCodec.encode(lost));
		assertThat(reason(answer.append())).isEqualTo(Reason.FENCED);
		answer.writer().stopRequested().block(TIMEOUT);
		FollowedAnswer reader = second.follow(answer.id());
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(lost.end());
		assertThat(reader.events()).containsExactly(ProducedAnswer.token(1), lost.events().get(0));
	}

	/** It was sent, and the connection was lost before the reply came. */
	@Test
	void appendsNothingTwice() throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		LogEntry next = new LogEntry(2, List.of(ProducedAnswer.token(2)), null);
		addByHand(answer, EntryId.of(next), EventCodec.encode(next));
		answer.append().then(answer.append()).then(answer.end()).block(TIMEOUT);
		FollowedAnswer reader = second.follow(answer.id());
		reader.awaitEnd(TIMEOUT);
		reader.isWhole(3);
	}

	// As a server does that is killed before it has written its file, and a replica
	@Test
	void givesBackWhatWasConfirmedAndLost() throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().then(answer.append()).block(TIMEOUT);
		byte[] saved = redis.sync().dump(log(answer));
		answer.append().block(TIMEOUT);
		redis.sync().restore(log(answer), saved, RestoreArgs.Builder.ttl(60_000).replace());
		redis.sync().clientKill(KillArgs.Builder.typeNormal());
		answer.append().then(answer.end()).block(TIMEOUT);
		// The other node has lost its connections too, and refuses readers until they are
		// back
		await().atMost(TIMEOUT)
			.ignoreExceptions()
			.until(() -> second.log().status(answer.id()).blockOptional(TIMEOUT).isPresent());
		FollowedAnswer reader = second.follow(answer.id());
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
		reader.isWhole(4);
	}

	/** As a Redis does that has no room, just before the end. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void givesBackWhatAnAnswerWasBegunWithIfThatWasLost(boolean logToo) throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		if (logToo) {
			redis.sync().del(log(answer), facts(answer));
		}
		else {
			redis.sync().del(facts(answer));
		}
		answer.end().block(TIMEOUT);
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(second.log().status(answer.id()).block(TIMEOUT)).isNotNull()
				.extracting(AnswerStatus::end)
				.isEqualTo(ProducedAnswer.COMPLETE));
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(redis.sync().pttl(facts(answer))).isBetween(1L, 60_000L));
		FollowedAnswer reader = second.follow(answer.id());
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
		reader.isWhole(1);
	}

	/** As a reader who has looked just before the end. */
	@Test
	void tellsThoseToLookWhoAskForCopiesOfAnAnswerThatHasEnded() throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().then(answer.end()).block(TIMEOUT);
		AnswerKeys keys = new AnswerKeys(RedisAnswerLog.Builder.DEFAULT_PREFIX, answer.id());
		CountDownLatch told = new CountDownLatch(1);
		try (StatefulRedisPubSubConnection<String, String> listening = client.connectPubSub()) {
			listening.addListener(new RedisPubSubAdapter<>() {

				@Override
				public void message(String channel, String message) {
					told.countDown();
				}

			});
			listening.sync().subscribe(keys.live());
			byte[] ask = ("f" + answer.id()).getBytes(StandardCharsets.UTF_8);
			redis.sync()
				.pubsubChannels(AnswerKeys.node(keys.prefix(), "*"))
				.forEach((node) -> redis.sync().publish(node, ask));
			assertThat(told.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "garbage", "\u0002 from a newer version" })
	void tellsReadersOfEntriesThatCannotBeRead(String bytes) {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		addByHand(answer, "2-0", bytes.getBytes(StandardCharsets.UTF_8));
		FollowedAnswer reader = second.follow(answer.id());
		assertThat(failure(reader)).isEqualTo(Reason.UNREADABLE);
		reader.isWhole(1);
	}

	/** As a newer node writes while the nodes are restarted in turn. */
	@ParameterizedTest
	@ValueSource(strings = { "", "garbage", "\u0002 from a newer version" })
	void knowsAnAnswerWhoseEndCannotBeRead(String bytes) {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		addByHand(answer, EntryId.END, bytes.getBytes(StandardCharsets.UTF_8));
		assertThat(second.log().status(answer.id()).block(TIMEOUT)).extracting(AnswerStatus::streamId)
			.isEqualTo(answer.id());
		second.log().stop(answer.id()).block(TIMEOUT);
		FollowedAnswer reader = second.follow(answer.id());
		assertThat(failure(reader)).isEqualTo(Reason.UNREADABLE);
		reader.isWhole(1);
	}

	@Test
	void tellsAProducerOnAnotherNodeToStop() {
		for (int i = 0; i < 20; i++) {
			ProducedAnswer answer = first.begin();
			second.log().stop(answer.id()).block(TIMEOUT);
			answer.writer().stopRequested().block(TIMEOUT);
			answer.end().block(TIMEOUT);
		}
	}

	@Test
	void seesAStopOfWhichNoMessageCame() {
		ProducedAnswer answer = first.begin();
		redis.sync().hset(facts(answer), "stop", "1".getBytes(StandardCharsets.UTF_8));
		answer.writer().stopRequested().block(TIMEOUT);
		answer.end().block(TIMEOUT);
	}

	@Test
	void keepsAnAnswerForAWhileAfterItsEnd() {
		ProducedAnswer answer = first.begin(Duration.ofSeconds(2));
		answer.append().block(TIMEOUT);
		assertThat(redis.sync().pttl(log(answer))).isBetween(10_000L, 120_000L);
		assertThat(redis.sync().pttl(facts(answer))).isBetween(10_000L, 120_000L);
		answer.end().block(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> redis.sync().keys("*" + answer.id() + "*").isEmpty());
		assertThat(failure(second.follow(answer.id()))).isEqualTo(Reason.GONE);
	}

	/**
	 * It is what opens the connection, and nothing comes after it that would flush it.
	 */
	@Test
	void sendsTheFirstEntryOfAllWithoutWaitingForASecond() {
		try (TestNode node = new TestNode(server.uri())) {
			AtomicInteger failures = node.failedAppends();
			ProducedAnswer answer = node.begin();
			answer.append().block(TIMEOUT);
			assertThat(failures).hasValue(0);
			answer.end().block(TIMEOUT);
		}
	}

	@Test
	void needsThreeConnectionsForAnyNumberOfAnswers() throws Exception {
		TestNode node = new TestNode(server.uri());
		try {
			int before = connections();
			List<ProducedAnswer> answers = IntStream.range(0, 100).mapToObj((i) -> node.begin()).toList();
			List<FollowedAnswer> readers = answers.stream().map((answer) -> node.follow(answer.id())).toList();
			Flux.fromIterable(answers)
				.flatMap((answer) -> answer.append().repeat(2).then(answer.end()))
				.blockLast(TIMEOUT);
			for (FollowedAnswer reader : readers) {
				reader.awaitEnd(TIMEOUT);
				reader.isWhole(3);
			}
			assertThat(connections() - before).isEqualTo(3);
		}
		finally {
			node.close();
		}
	}

	private static int connections() {
		return redis.sync().clientList().split("\n").length;
	}

	private static void addByHand(ProducedAnswer answer, String id, byte[] bytes) {
		redis.sync().xadd(log(answer), new XAddArgs().id(id), Map.of("d", bytes));
	}

	private static String log(ProducedAnswer answer) {
		return keys(answer).log();
	}

	private static String facts(ProducedAnswer answer) {
		return keys(answer).facts();
	}

	private static AnswerKeys keys(ProducedAnswer answer) {
		return new AnswerKeys(RedisAnswerLog.Builder.DEFAULT_PREFIX, answer.id());
	}

	private static Reason reason(Mono<?> mono) {
		return Reason.valueOf(String.valueOf(mono.<Object>map((value) -> "nothing")
			.onErrorResume(AnswerLogException.class, (ex) -> Mono.just(ex.reason()))
			.block(TIMEOUT)));
	}

	private static Reason failure(FollowedAnswer reader) {
		return ((AnswerLogException) assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> reader.awaitEnd(TIMEOUT))
			.withCauseInstanceOf(AnswerLogException.class)
			.actual()
			.getCause()).reason();
	}

}

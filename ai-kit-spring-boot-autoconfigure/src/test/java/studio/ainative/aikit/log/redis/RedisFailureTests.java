package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.Ports;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.NewAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A Redis that is killed, full, slow or away, between a node that produces answers and
 * one whose readers follow them.
 */
class RedisFailureTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int ANSWERS = 20;

	private AutoCloseable server;

	private TestNode producer;

	private TestNode follower;

	private RedisServer start(String... options) throws Exception {
		RedisServer started = RedisServer.start(options);
		this.server = started;
		this.producer = new TestNode(started.uri());
		this.follower = new TestNode(started.uri());
		return started;
	}

	@AfterEach
	void stop() throws Exception {
		this.producer.close();
		this.follower.close();
		this.server.close();
	}

	/** Nothing is on disk, so what was written before is gone. */
	@Test
	void losesNothingForThoseWhoFollowWhenItIsRestartedEmpty() throws Exception {
		RedisServer redis = start();
		outage(() -> {
			redis.kill();
			redis.startAgain();
		});
	}

	@Test
	void losesNothingWhenItIsRestartedWithItsFile() throws Exception {
		RedisServer redis = start("--appendonly", "yes");
		List<ProducedAnswer> answers = outage(() -> {
			redis.kill();
			redis.startAgain();
		});
		readAgain(answers);
	}

	@Test
	void losesNothingWhenItsConnectionsAreKilled() throws Exception {
		RedisServer redis = start();
		List<ProducedAnswer> answers = outage(() -> {
			for (int i = 0; i < 5; i++) {
				redis.run((commands) -> commands.clientKill(KillArgs.Builder.typeNormal())
						+ commands.clientKill(KillArgs.Builder.typePubsub()));
			}
		});
		readAgain(answers);
	}

	/** Longer than a command may take, and as long as a lease. */
	@Test
	void losesNothingWhenItIsPaused() throws Exception {
		RedisServer redis = start();
		List<ProducedAnswer> answers = outage(() -> redis.run((commands) -> commands.clientPause(3000)));
		readAgain(answers);
	}

	@Test
	void goesOnWithAReplicaThatTakesOver() throws Exception {
		RedisSentinel sentinel = RedisSentinel.start();
		this.server = sentinel;
		this.producer = new TestNode(sentinel.uri());
		this.follower = new TestNode(sentinel.uri());
		List<ProducedAnswer> answers = outage(sentinel::killMaster);
		readAgain(answers);
	}

	@Test
	void goesOnWithLogsThatWereThrownAway() throws Exception {
		RedisServer redis = start();
		List<ProducedAnswer> answers = outage(() -> redis.run((commands) -> commands.flushall()));
		assertThat(answers).allMatch((answer) -> redis.run((commands) -> commands.keys("*" + answer.id() + "*")
			.stream()
			.allMatch((key) -> commands.pttl(key) > 0)));
	}

	/** The producer has no more than what it wrote last. */
	@Test
	void refusesWhoComesForABeginningThatIsLost() throws Exception {
		RedisServer redis = start();
		ProducedAnswer answer = this.producer.begin();
		answer.append("x".repeat(100_000)).then(answer.append()).block(TIMEOUT);
		redis.run((commands) -> commands.flushall());
		answer.append().then(answer.end()).block(TIMEOUT);
		assertThat(failure(this.follower.follow(answer.id()))).isEqualTo(Reason.CURSOR);
		assertThat(this.follower.log().status(answer.id()).blockOptional(TIMEOUT)).get()
			.extracting(AnswerStatus::lost, AnswerStatus::last)
			.containsExactly(1L, 3L);
		FollowedAnswer latest = FollowedAnswer.of(this.follower.log(), answer.id(), 1);
		assertThat(latest.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
		assertThat(latest.events()).containsExactly(ProducedAnswer.token(2), ProducedAnswer.token(3));
	}

	@Test
	void refusesWhatItHasNoRoomFor() throws Exception {
		start("--maxmemory", "3mb", "--maxmemory-policy", "noeviction");
		ProducedAnswer answer = this.producer.begin();
		FollowedAnswer reader = this.follower.follow(answer.id());
		assertThat(reason(answer.append("x".repeat(200_000)).repeat(100).then())).isEqualTo(Reason.FULL);
		assertThat(failure(reader)).isEqualTo(Reason.GONE);
		// What is no whole answer has made room for others
		ProducedAnswer other = this.producer.begin();
		other.append().then(other.end()).block(TIMEOUT);
		FollowedAnswer whole = this.follower.follow(other.id());
		assertThat(whole.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
	}

	@Test
	void beginsWithoutItAndUsesItOnceItIsThere() throws Exception {
		int port = Ports.free();
		this.producer = new TestNode(RedisURI.create("127.0.0.1", port));
		this.follower = new TestNode(RedisURI.create("127.0.0.1", port));
		NewAnswer answer = new NewAnswer(UUID.randomUUID().toString(), null, Instant.now(), TIMEOUT, null);
		assertThat(reason(this.producer.log().open(answer))).isEqualTo(Reason.UNAVAILABLE);
		assertThat(failure(this.follower.follow(answer.streamId()))).isEqualTo(Reason.UNAVAILABLE);
		this.server = RedisServer.startOn(port);
		await().atMost(TIMEOUT)
			.until(() -> this.producer.log().status("x").thenReturn(true).onErrorReturn(false).block(TIMEOUT));
		ProducedAnswer begun = this.producer.begin();
		begun.append().then(begun.end()).block(TIMEOUT);
		FollowedAnswer reader = this.follower.follow(begun.id());
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
	}

	/** Answers are produced and followed before, while and after something happens. */
	private List<ProducedAnswer> outage(Outage outage) throws Exception {
		List<ProducedAnswer> answers = IntStream.range(0, ANSWERS).mapToObj((i) -> this.producer.begin()).toList();
		List<FollowedAnswer> readers = answers.stream().map((answer) -> this.follower.follow(answer.id())).toList();
		AtomicBoolean enough = new AtomicBoolean();
		CompletableFuture<Void> produced = Flux.fromIterable(answers)
			.flatMap((answer) -> answer.appendUntil(enough::get), ANSWERS)
			.then()
			.toFuture();
		awaitMore(readers, produced);
		outage.happen();
		awaitMore(readers, produced);
		enough.set(true);
		produced.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		for (int i = 0; i < ANSWERS; i++) {
			assertThat(readers.get(i).awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
			readers.get(i).isWhole(answers.get(i).kept());
		}
		return answers;
	}

	/** Every reader gets on, and nothing has failed. */
	private void awaitMore(List<FollowedAnswer> readers, CompletableFuture<Void> produced) {
		int[] before = readers.stream().mapToInt(FollowedAnswer::count).toArray();
		await().atMost(TIMEOUT).untilAsserted(() -> {
			assertThat(produced).isNotCompletedExceptionally();
			assertThat(IntStream.range(0, ANSWERS).map((i) -> readers.get(i).count() - before[i]))
				.as("what each reader has got since")
				.allMatch((more) -> more >= 20);
		});
	}

	private void readAgain(List<ProducedAnswer> answers) throws Exception {
		for (ProducedAnswer answer : answers) {
			FollowedAnswer again = this.follower.follow(answer.id());
			assertThat(again.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
			again.isWhole(answer.kept());
		}
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

	/**
	 * Something that happens to Redis.
	 */
	private interface Outage {

		void happen() throws Exception;

	}

}

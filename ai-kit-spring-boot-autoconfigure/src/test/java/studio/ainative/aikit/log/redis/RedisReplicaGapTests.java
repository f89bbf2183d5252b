package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A replica that takes over and lacks what the master had confirmed, while the node that
 * could write it again is gone too.
 */
class RedisReplicaGapTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private RedisServer master;

	private RedisServer replica;

	private TestNode producer;

	private TestNode readers;

	@BeforeEach
	void start() throws Exception {
		this.master = RedisServer.start();
		this.replica = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(this.master.port()));
		this.producer = new TestNode(this.master.uri());
		this.readers = new TestNode(this.replica.uri());
	}

	@AfterEach
	void stop() throws Exception {
		this.producer.close();
		this.readers.close();
		this.replica.close();
		this.master.close();
	}

	@Test
	void refusesReadersWhoHaveMoreThanIsThere() throws Exception {
		ProducedAnswer answer = this.producer.begin();
		answer.append().repeat(4).then().block(TIMEOUT);
		takeOver(answer, 5);
		FollowedAnswer ahead = FollowedAnswer.of(this.readers.log(), answer.id(), 40);
		FollowedAnswer behind = FollowedAnswer.of(this.readers.log(), answer.id(), 3);
		AnswerEnd end = Objects.requireNonNull(behind.awaitEnd(TIMEOUT));
		assertThat(end.outcome()).isEqualTo(AnswerEnd.Outcome.ERROR);
		assertThat(behind.events().subList(0, 2)).containsExactly(ProducedAnswer.token(4), ProducedAnswer.token(5));
		assertThat(behind.events().get(2).toString()).contains("PRODUCER_LOST");
		refused(ahead);
		// And who comes later
		refused(FollowedAnswer.of(this.readers.log(), answer.id(), 40));
	}

	@Test
	void endsAnAnswerWhoseEndIsLost() throws Exception {
		ProducedAnswer answer = this.producer.begin();
		answer.append().block(TIMEOUT);
		takeOver(answer, 1);
		assertThat(this.readers.follow(answer.id()).awaitEnd(TIMEOUT)).isNotNull()
			.extracting(AnswerEnd::outcome)
			.isEqualTo(AnswerEnd.Outcome.ERROR);
	}

	/**
	 * The replica is on its own from now on, and the master is lost with what it gets.
	 */
	private void takeOver(ProducedAnswer answer, long confirmed) throws Exception {
		long replicas = this.master.run((commands) -> commands.waitForReplication(1, TIMEOUT.toMillis()));
		assertThat(replicas).isEqualTo(1);
		assertThat(answer.kept()).isEqualTo(confirmed);
		this.replica.run((commands) -> commands.replicaofNoOne());
		answer.append().repeat(34).then(answer.end()).block(TIMEOUT);
		assertThat(answer.kept()).isEqualTo(confirmed + 35);
		this.master.kill();
	}

	private static void refused(FollowedAnswer reader) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> reader.awaitEnd(TIMEOUT))
			.havingCause()
			.isInstanceOfSatisfying(AnswerLogException.class, (ex) -> assertThat(ex.reason()).isEqualTo(Reason.CURSOR));
		assertThat(reader.events()).isEqualTo(List.of());
	}

}

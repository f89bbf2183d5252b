package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.KeyListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.StartKey;
import studio.ainative.aikit.log.redis.RedisMonitor.Call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which keys each command touches, as Redis itself tells. A cluster refuses a command
 * whose keys are of several hash slots, but lets a script touch what it has not declared
 * as long as that happens to be on the same node.
 */
class RedisHashSlotsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Test
	void everyCommandTouchesOneHashSlot() throws Exception {
		try (RedisServer server = RedisServer.start();
				RedisMonitor monitor = RedisMonitor.of(server);
				TestNode first = new TestNode(server.uri());
				TestNode second = new TestNode(server.uri())) {
			readAndStopOnAnotherNode(first, second);
			makeAnewWhatRedisHasLost(server, first);
			shareAndReplaceByKey(first, second);
			loseTheProducer(first, second);
			// Leases and keys are renewed after a while
			await().atMost(TIMEOUT).untilAsserted(() -> assertThat(ran(monitor.calls())).contains(Script.values()));
			await().atMost(TIMEOUT)
				.untilAsserted(() -> assertThat(monitor.calls()).extracting(Call::name)
					.contains("XADD", "XRANGE", "GET", "PEXPIRE", "PUBLISH"));
			List<Call> calls = monitor.calls();
			server.run((redis) -> {
				calls.forEach((call) -> touchesOneSlot(redis, call));
				return null;
			});
		}
	}

	private static void readAndStopOnAnotherNode(TestNode first, TestNode second) throws Exception {
		ProducedAnswer answer = first.begin();
		FollowedAnswer reader = second.follow(answer.id());
		answer.append().then(answer.append()).block(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> reader.count() == 2);
		assertThat(second.log().status(answer.id()).block(TIMEOUT)).extracting(AnswerStatus::isRead).isEqualTo(true);
		second.log().stop(answer.id()).block(TIMEOUT);
		answer.writer().stopRequested().block(TIMEOUT);
		answer.end().block(TIMEOUT);
		assertThat(reader.awaitEnd(TIMEOUT)).isEqualTo(ProducedAnswer.COMPLETE);
	}

	private static void makeAnewWhatRedisHasLost(RedisServer server, TestNode node) {
		ProducedAnswer answer = node.begin();
		answer.append().block(TIMEOUT);
		server.run((redis) -> redis.del(new AnswerKeys(RedisAnswerLog.Builder.DEFAULT_PREFIX, answer.id()).log()));
		answer.append().then(answer.end()).block(TIMEOUT);
	}

	private static void shareAndReplaceByKey(TestNode first, TestNode second) {
		String id = Objects.requireNonNull(open(first, StartKey.IfTaken.ATTACH).streamId());
		assertThat(open(second, StartKey.IfTaken.ATTACH).streamId()).isEqualTo(id);
		String other = Objects.requireNonNull(open(second, StartKey.IfTaken.REPLACE).streamId());
		assertThat(first.log().find("alice", "key").block(TIMEOUT)).isEqualTo(other);
		first.log().delete(other).block(TIMEOUT);
		assertThat(first.log().find("alice", "key").blockOptional(TIMEOUT)).isEmpty();
	}

	private static LogOpening open(TestNode node, StartKey.IfTaken ifTaken) {
		return Objects.requireNonNull(node.log()
			.open(new NewAnswer(UUID.randomUUID().toString(), "alice", Instant.now(), Duration.ofMinutes(1),
					new StartKey("key", "hash", ifTaken)))
			.block(TIMEOUT));
	}

	private static void loseTheProducer(TestNode first, TestNode second) throws Exception {
		ProducedAnswer answer = first.begin();
		answer.append().block(TIMEOUT);
		FollowedAnswer reader = second.follow(answer.id());
		answer.writer().close();
		reader.awaitEnd(TIMEOUT);
	}

	private static Set<Script> ran(List<Call> calls) {
		Set<String> digests = calls.stream()
			.filter((call) -> call.name().equals("EVALSHA"))
			.map((call) -> call.words().get(1))
			.collect(Collectors.toSet());
		return Arrays.stream(Script.values())
			.filter((script) -> digests.contains(script.digest()))
			.collect(Collectors.toSet());
	}

	/** All that a script does counts as one command. */
	private static void touchesOneSlot(RedisCommands<String, String> redis, Call call) {
		Set<Integer> slots = Stream.concat(Stream.of(call.words()), call.inner().stream())
			.flatMap((words) -> keys(redis, words).stream())
			.map(SlotHash::getSlot)
			.collect(Collectors.toSet());
		assertThat(slots).as(call::toString).hasSizeLessThanOrEqualTo(1);
		if (call.name().startsWith("EVAL") || call.name().startsWith("X")) {
			assertThat(slots).as(call::toString).hasSize(1);
		}
	}

	private static List<String> keys(RedisCommands<String, String> redis, List<String> words) {
		if (words.size() == 1) {
			return List.of();
		}
		StringCodec codec = new StringCodec(StandardCharsets.ISO_8859_1);
		CommandArgs<String, String> arguments = new CommandArgs<>(codec).add("GETKEYS");
		words.forEach(arguments::addValue);
		try {
			return redis.dispatch(CommandType.COMMAND, new KeyListOutput<>(codec), arguments);
		}
		catch (RedisCommandExecutionException ex) {
			assertThat(ex).as(words::toString).hasMessage("ERR The command has no key arguments");
			return List.of();
		}
	}

}

package studio.ainative.aikit.log.redis;

import java.io.IOException;
import java.time.Duration;

import io.lettuce.core.cluster.RedisClusterClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.test.AnswerLogContract;

/**
 * The contract of logs, on a cluster of Redis, which refuses commands that touch more
 * than one of its hash slots.
 */
class RedisClusterAnswerLogTests extends AnswerLogContract {

	private static RedisCluster cluster;

	private static RedisClusterClient client;

	private static RedisAnswerLog log;

	@BeforeAll
	static void start() throws IOException {
		cluster = RedisCluster.start();
		client = RedisClusterClient.create(cluster.uri());
		log = RedisAnswerLog.builder(client).lease(Duration.ofSeconds(2)).build();
	}

	@AfterAll
	static void stop() throws IOException {
		log.close();
		client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		cluster.close();
	}

	@Override
	protected AnswerLog log() {
		return log;
	}

}

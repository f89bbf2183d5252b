package studio.ainative.aikit.log.redis;

import java.io.IOException;
import java.time.Duration;

import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.test.AnswerLogContract;

/**
 * The contract of logs, on Redis.
 */
class RedisAnswerLogTests extends AnswerLogContract {

	private static RedisServer server;

	private static RedisClient client;

	private static RedisAnswerLog log;

	@BeforeAll
	static void start() throws IOException {
		server = RedisServer.start();
		client = RedisClient.create(server.uri());
		log = RedisAnswerLog.builder(client).lease(Duration.ofSeconds(2)).build();
	}

	@AfterAll
	static void stop() throws IOException {
		log.close();
		client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		server.close();
	}

	@Override
	protected AnswerLog log() {
		return log;
	}

}

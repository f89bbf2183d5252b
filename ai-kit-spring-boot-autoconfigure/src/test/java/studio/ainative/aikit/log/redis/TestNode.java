package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;

import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;

/**
 * A log as one node of an application has it.
 */
final class TestNode implements AutoCloseable {

	static final Duration LEASE = Duration.ofSeconds(3);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ClientResources resources = ClientResources.builder()
		.ioThreadPoolSize(2)
		.computationThreadPoolSize(2)
		.reconnectDelay(Delay.constant(Duration.ofMillis(100)))
		.build();

	private final RedisClient client;

	private final RedisAnswerLog log;

	TestNode(RedisURI uri) {
		this.client = RedisClient.create(this.resources, uri);
		this.log = RedisAnswerLog.builder(this.client).lease(LEASE).build();
	}

	RedisAnswerLog log() {
		return this.log;
	}

	/** Appends that failed are counted, those that timed out too. */
	AtomicInteger failedAppends() {
		AtomicInteger failures = new AtomicInteger();
		this.client.addListener(new CommandListener() {

			@Override
			public void commandFailed(CommandFailedEvent event) {
				if (event.getCommand().getType() == CommandType.XADD) {
					failures.incrementAndGet();
				}
			}

		});
		return failures;
	}

	ProducedAnswer begin() {
		return begin(Duration.ofMinutes(1));
	}

	ProducedAnswer begin(Duration retain) {
		String id = UUID.randomUUID().toString();
		LogOpening opening = this.log.open(new NewAnswer(id, null, Instant.now(), retain, null)).block(TIMEOUT);
		return new ProducedAnswer(id, Objects.requireNonNull(Objects.requireNonNull(opening).writer()));
	}

	FollowedAnswer follow(String id) {
		return FollowedAnswer.of(this.log, id, 0);
	}

	/** As a process that dies: nothing is said, to nobody. */
	void die() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

	@Override
	public void close() {
		this.log.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.resources.shutdown(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
	}

}

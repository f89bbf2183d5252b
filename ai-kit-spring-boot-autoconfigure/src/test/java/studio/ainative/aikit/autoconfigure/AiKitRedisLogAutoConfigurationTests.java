package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import studio.ainative.aikit.Ports;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.redis.RedisAnswerLog;
import studio.ainative.aikit.log.redis.RedisCluster;
import studio.ainative.aikit.log.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers in the application's Redis.
 */
class AiKitRedisLogAutoConfigurationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static RedisServer server;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DataRedisAutoConfiguration.class, AiKitRedisLogAutoConfiguration.class))
		.withPropertyValues("spring.data.redis.port=" + server.port(), "ai-kit.response.resume.enabled=true",
				"ai-kit.response.resume.store=redis");

	@BeforeAll
	static void start() throws Exception {
		server = RedisServer.start();
	}

	@AfterAll
	static void stop() throws Exception {
		server.close();
	}

	@Test
	void keepsAnswersWhereSpringDataLeads() {
		this.runner
			.withPropertyValues("spring.data.redis.database=3", "ai-kit.response.resume.redis.prefix=chat:",
					"ai-kit.response.resume.redis.lease=9s")
			.run((context) -> {
				String id = open(context.getBean(AnswerLog.class));
				long lease = server.run((redis) -> {
					redis.select(3);
					return redis.pttl("chat:{" + id + "}:lease");
				});
				assertThat(lease).isBetween(5001L, 9000L);
				assertThat(context).hasSingleBean(RedisConnectionFactory.class);
			});
	}

	/** With the scripts, before anybody asks for an answer. */
	@Test
	void connectsWhileTheApplicationStarts() throws Exception {
		try (RedisServer fresh = RedisServer.start()) {
			this.runner.withPropertyValues("spring.data.redis.port=" + fresh.port())
				.run((context) -> await().atMost(TIMEOUT)
					.untilAsserted(() -> assertThat(fresh.<String>run((redis) -> redis.info("commandstats")))
						.containsPattern("cmdstat_script\\|load:calls=11,.*failed_calls=0\\b")
						.contains("cmdstat_subscribe:")));
		}
	}

	@Test
	void keepsAnswersThoughScriptsMayNotBeLoaded() throws Exception {
		try (RedisServer strict = RedisServer.start("--user", "app", "on", ">secret", "~*", "&*", "+@all",
				"-script|load")) {
			this.runner
				.withPropertyValues("spring.data.redis.port=" + strict.port(), "spring.data.redis.username=app",
						"spring.data.redis.password=secret")
				.run((context) -> assertThat(open(context.getBean(AnswerLog.class))).isNotEmpty());
		}
	}

	@Test
	void signsInWithTheCredentialsOfSpringData() throws Exception {
		try (RedisServer secured = RedisServer.start("--requirepass", "secret")) {
			this.runner
				.withPropertyValues("spring.data.redis.port=" + secured.port(), "spring.data.redis.password=secret")
				.run((context) -> assertThat(open(context.getBean(AnswerLog.class))).isNotEmpty());
		}
	}

	@Test
	void keepsAnswersInACluster() throws Exception {
		try (RedisCluster cluster = RedisCluster.start()) {
			this.runner.withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:" + cluster.uri().getPort())
				.run((context) -> assertThat(open(context.getBean(AnswerLog.class))).isNotEmpty());
		}
	}

	@Test
	void leavesTheApplicationsOwnCommandsAlone() {
		this.runner.run((context) -> {
			open(context.getBean(AnswerLog.class));
			LettuceConnectionFactory application = context.getBean(LettuceConnectionFactory.class);
			assertThat(application.getRequiredNativeClient().getOptions().getDisconnectedBehavior())
				.isEqualTo(ClientOptions.DisconnectedBehavior.DEFAULT);
		});
	}

	/** Without the timeout it takes a minute. */
	@Test
	void healthTellsSoonThatRedisIsLost() throws Exception {
		try (RedisServer lost = RedisServer.start()) {
			this.runner.withConfiguration(AutoConfigurations.of(DataRedisHealthContributorAutoConfiguration.class))
				.withPropertyValues("spring.data.redis.port=" + lost.port(), "spring.data.redis.timeout=2s")
				.run((context) -> {
					HealthIndicator health = context.getBean(HealthIndicator.class);
					assertThat(status(health)).isEqualTo(Status.UP);
					lost.kill();
					long before = System.nanoTime();
					assertThat(status(health)).isEqualTo(Status.DOWN);
					assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(TIMEOUT);
				});
		}
	}

	private static Status status(HealthIndicator health) {
		return Objects.requireNonNull(health.health()).getStatus();
	}

	@Test
	void startsWithoutRedis() throws Exception {
		this.runner.withPropertyValues("spring.data.redis.port=" + Ports.free())
			.run((context) -> assertThat(context).hasSingleBean(RedisAnswerLog.class).hasNotFailed());
	}

	@Test
	void doesNothingUnlessAskedFor() {
		this.runner.withPropertyValues("ai-kit.response.resume.store=memory")
			.run((context) -> assertThat(context).doesNotHaveBean(AnswerLog.class));
		this.runner.withPropertyValues("ai-kit.response.resume.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(AnswerLog.class));
	}

	@Test
	void doesNothingWithoutLettuce() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AnswerLog.class));
	}

	@Test
	void backsOffFromALogOfTheApplication() {
		this.runner.withBean(AnswerLog.class, () -> new InMemoryAnswerLog(MemoryBounds.defaults()))
			.run((context) -> assertThat(context).hasSingleBean(AnswerLog.class).doesNotHaveBean(RedisAnswerLog.class));
	}

	@Test
	void namesThePropertyThatCannotWork() {
		this.runner.withPropertyValues("ai-kit.response.resume.redis.lease=0s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'lease' must be 300 ms or more"));
		this.runner.withPropertyValues("spring.data.redis.masterreplica.nodes=localhost:1,localhost:2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'spring.data.redis.masterreplica.nodes'"));
	}

	private static String open(AnswerLog log) {
		String id = UUID.randomUUID().toString();
		NewAnswer answer = new NewAnswer(id, null, Instant.now(), Duration.ofMinutes(1), null);
		LogOpening opening = log.open(answer).block(TIMEOUT);
		assertThat(opening).isNotNull().extracting(LogOpening::result).isEqualTo(LogOpening.Result.OPENED);
		return id;
	}

}

package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.tracing.Tracing;

import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

import studio.ainative.aikit.log.redis.RedisAnswerLog;

/**
 * A client of the log's own, for the servers that the application's connection factory
 * leads to, with its credentials, TLS and threads. What the application's commands do
 * while Redis is away stays as it was.
 */
final class RedisLogClient implements AutoCloseable {

	private static final String MASTER_REPLICA = "spring.data.redis.masterreplica.nodes";

	/** Lettuce's own grows to half a minute. */
	private static final Duration RECONNECT_DELAY = Duration.ofMillis(100);

	/**
	 * Of what a new connection says first: by default Lettuce waits a minute for a server
	 * that takes it and is silent.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final long SHUTDOWN_SECONDS = 2;

	private final LettuceConnectionFactory connectionFactory;

	private final ClientResources resources;

	private RedisLogClient(LettuceConnectionFactory connectionFactory, ClientResources resources) {
		this.connectionFactory = connectionFactory;
		this.resources = resources;
	}

	static RedisLogClient of(LettuceConnectionFactory application, Environment environment) {
		if (environment.containsProperty(MASTER_REPLICA) || environment.containsProperty(MASTER_REPLICA + "[0]")) {
			throw new AiKitConfigurationException(MASTER_REPLICA, "does not say which server is the master",
					"Use spring.data.redis.sentinel, or set ai-kit.response.resume.store to memory.", null);
		}
		LettuceClientConfiguration theirs = application.getClientConfiguration();
		// Threads are shared; a span and a timer for each token would cost more than it
		ClientResources resources = theirs.getClientResources()
			.map(ClientResources::mutate)
			.orElseGet(ClientResources::builder)
			.reconnectDelay(Delay.constant(RECONNECT_DELAY))
			.commandLatencyRecorder(CommandLatencyRecorder.disabled())
			.tracing(Tracing.disabled())
			.build();
		LettuceConnectionFactory own = new LettuceConnectionFactory(servers(application),
				new LogConfiguration(theirs, resources));
		own.afterPropertiesSet();
		own.start();
		return new RedisLogClient(own, resources);
	}

	RedisAnswerLog.Builder log() {
		AbstractRedisClient client = this.connectionFactory.getRequiredNativeClient();
		return (client instanceof RedisClusterClient cluster) ? RedisAnswerLog.builder(cluster)
				: RedisAnswerLog.builder((RedisClient) client);
	}

	@Override
	public void close() {
		this.connectionFactory.destroy();
		this.resources.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
	}

	private static RedisConfiguration servers(LettuceConnectionFactory application) {
		if (application.getClusterConfiguration() != null) {
			return application.getClusterConfiguration();
		}
		if (application.getSentinelConfiguration() != null) {
			return application.getSentinelConfiguration();
		}
		return (application.getSocketConfiguration() != null) ? application.getSocketConfiguration()
				: application.getStandaloneConfiguration();
	}

	/**
	 * The application's, except for what is the log's own.
	 *
	 * @param theirs the application's
	 * @param resources the log's own
	 */
	private record LogConfiguration(LettuceClientConfiguration theirs,
			ClientResources resources) implements LettuceClientConfiguration {

		@Override
		public boolean isUseSsl() {
			return this.theirs.isUseSsl();
		}

		@Override
		@SuppressWarnings("deprecation")
		public boolean isVerifyPeer() {
			return getVerifyMode() != SslVerifyMode.NONE;
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.theirs.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.theirs.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return Optional.of(this.resources);
		}

		@Override
		public Optional<ClientOptions> getClientOptions() {
			return this.theirs.getClientOptions();
		}

		@Override
		public Optional<String> getClientName() {
			return this.theirs.getClientName();
		}

		/** What a replica has may be older than what a reader has. */
		@Override
		public Optional<ReadFrom> getReadFrom() {
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.theirs.getRedisCredentialsProviderFactory();
		}

		@Override
		public Duration getCommandTimeout() {
			Duration theirs = this.theirs.getCommandTimeout();
			return (theirs.compareTo(TIMEOUT) < 0) ? theirs : TIMEOUT;
		}

		@Override
		public Duration getShutdownTimeout() {
			return Duration.ofSeconds(SHUTDOWN_SECONDS);
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return Duration.ZERO;
		}

	}

}

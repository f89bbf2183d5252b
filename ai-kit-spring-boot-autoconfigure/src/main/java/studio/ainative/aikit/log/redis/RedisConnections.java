package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * The log's own connections, three to a node of Redis whatever the number of answers: one
 * that is flushed by a tick, for what is written a token; one for all else, so that a
 * large read holds up no write; one that listens.
 * <p>
 * Lettuce sends commands again after it has reconnected, in another order, and keeps them
 * for ever while it has not. Here it refuses them instead, and the log sends again
 * itself.
 */
final class RedisConnections implements AutoCloseable {

	/** Ten times what a busy Redis takes, and short beside a lease. */
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/**
	 * How long a connection is waited for that was never there. Long: while a node starts
	 * with little of a processor, it takes seconds, and who isn't waited for isn't kept.
	 */
	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(new StringCodec(StandardCharsets.UTF_8),
			ByteArrayCodec.INSTANCE);

	/** One letter: there is one to each entry. */
	private static final String FIELD = "d";

	private final AbstractRedisClient client;

	private final LazyConnection<StatefulConnection<String, byte[]>> writing;

	private final LazyConnection<StatefulConnection<String, byte[]>> asking;

	private final LazyConnection<StatefulRedisPubSubConnection<String, byte[]>> listening;

	private final Function<StatefulConnection<String, byte[]>, RedisClusterAsyncCommands<String, byte[]>> commands;

	private final FlushTick tick = new FlushTick(this::flush, Schedulers.parallel());

	private RedisConnections(AbstractRedisClient client, Supplier<StatefulConnection<String, byte[]>> connect,
			Supplier<StatefulRedisPubSubConnection<String, byte[]>> listen,
			Function<StatefulConnection<String, byte[]>, RedisClusterAsyncCommands<String, byte[]>> commands) {
		this.client = client;
		this.writing = new LazyConnection<>(() -> {
			StatefulConnection<String, byte[]> connection = connect.get();
			connection.setAutoFlushCommands(false);
			return connection;
		}, CONNECT_TIMEOUT);
		this.asking = new LazyConnection<>(() -> {
			StatefulConnection<String, byte[]> connection = connect.get();
			loadScripts(commands.apply(connection));
			return connection;
		}, CONNECT_TIMEOUT);
		this.listening = new LazyConnection<>(listen, CONNECT_TIMEOUT);
		this.commands = commands;
	}

	static RedisConnections of(RedisClient client) {
		client.setOptions(withOptions(client.getOptions().mutate(), client.getOptions()).build());
		return new RedisConnections(client, () -> client.connect(CODEC), () -> client.connectPubSub(CODEC),
				(connection) -> ((StatefulRedisConnection<String, byte[]>) connection).async());
	}

	static RedisConnections of(RedisClusterClient client) {
		ClusterClientOptions options = (ClusterClientOptions) client.getOptions();
		ClusterClientOptions.Builder builder = options.mutate();
		withOptions(builder, options);
		client.setOptions(builder.build());
		return new RedisConnections(client, () -> client.connect(CODEC), () -> client.connectPubSub(CODEC),
				(connection) -> ((StatefulRedisClusterConnection<String, byte[]>) connection).async());
	}

	private static ClientOptions.Builder withOptions(ClientOptions.Builder builder, ClientOptions options) {
		return builder.autoReconnect(true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.socketOptions(options.getSocketOptions().mutate().connectTimeout(TIMEOUT).build())
			.timeoutOptions(TimeoutOptions.enabled(TIMEOUT));
	}

	/** Those who come at once would each find Redis without them, and send their text. */
	private static void loadScripts(RedisClusterAsyncCommands<String, byte[]> commands) {
		try {
			CompletableFuture
				.allOf(Stream.of(Script.values())
					.map((script) -> commands.scriptLoad(script.text()).toCompletableFuture())
					.toArray(CompletableFuture[]::new))
				.join();
		}
		catch (RuntimeException ex) {
			// Then they do
		}
	}

	/** Open all of them, by threads that may block. */
	CompletionStage<Void> connect() {
		return CompletableFuture.allOf(this.asking.get(), this.listening.get(), this.writing.get());
	}

	/**
	 * Append to a stream that is there.
	 * @param log the stream
	 * @param id the entry's id
	 * @param bytes the entry
	 * @param then told whether it is there, or what failed; what it {@linkplain #copy
	 * copies} is sent at once
	 */
	void append(String log, String id, byte[] bytes, BiConsumer<Boolean, @Nullable Throwable> then) {
		this.tick.asked();
		written((commands) -> commands.xadd(log, new XAddArgs().id(id).nomkstream(), FIELD, bytes))
			.whenComplete((kept, ex) -> {
				try {
					then.accept(kept != null, ex);
				}
				finally {
					this.tick.answered();
				}
			});
	}

	/** Tell those who listen of what was appended, soon and without knowing of it. */
	void copy(String channel, byte[] message) {
		on(this.writing, (commands) -> {
			CompletionStage<Long> result = commands.publish(channel, message);
			this.tick.answerWritten();
			return result;
		}).exceptionally((ex) -> null);
	}

	/** Tell those who listen, now and without knowing of it. */
	void tell(String channel, byte[] message) {
		asked((commands) -> commands.publish(channel, message)).exceptionally((ex) -> null);
	}

	/** The entries of a range of ids, both included unless one begins with a bracket. */
	CompletionStage<List<StreamMessage<String, byte[]>>> range(String log, Range<String> ids, int limit) {
		return asked((commands) -> commands.xrange(log, ids, Limit.from(limit)));
	}

	CompletionStage<Optional<byte[]>> value(String key) {
		return asked((commands) -> commands.get(key).thenApply(Optional::ofNullable));
	}

	CompletionStage<Boolean> keepFor(String key, Duration time) {
		return asked((commands) -> commands.pexpire(key, time.toMillis()));
	}

	/**
	 * Run a script.
	 * @param <T> what it returns: {@code Long}, {@code byte[]}, or a {@code List} of both
	 */
	<T> CompletionStage<T> run(Script script, ScriptOutputType type, String[] keys, byte[]... arguments) {
		return asked((commands) -> commands.<T>evalsha(script.digest(), type, keys, arguments)
			.exceptionallyCompose((ex) -> RedisFailures.isUnknownScript(ex)
					? commands.<T>eval(script.text(), type, keys, arguments) : CompletableFuture.failedFuture(ex)));
	}

	/** Be told of connections that are lost. */
	void onDisconnect(Runnable listener) {
		this.client.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
				listener.run();
			}

		});
	}

	LazyConnection<StatefulRedisPubSubConnection<String, byte[]>> listening() {
		return this.listening;
	}

	static byte[] bytes(StreamMessage<String, byte[]> entry) {
		byte[] bytes = entry.getBody().get(FIELD);
		return (bytes != null) ? bytes : new byte[0];
	}

	private <T> CompletionStage<T> written(
			Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		// Not before the connection is open: the first command would wait for the second
		return on(this.writing, (commands) -> {
			CompletionStage<T> result = command.apply(commands);
			this.tick.written();
			return result;
		});
	}

	private <T> CompletionStage<T> asked(
			Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		return on(this.asking, command);
	}

	private <T> CompletionStage<T> on(LazyConnection<StatefulConnection<String, byte[]>> on,
			Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		StatefulConnection<String, byte[]> connection = on.current();
		if (connection == null) {
			return on.get().thenCompose((opened) -> command.apply(this.commands.apply(opened)));
		}
		try {
			return command.apply(this.commands.apply(connection));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void flush() {
		StatefulConnection<String, byte[]> connection = this.writing.current();
		if (connection != null) {
			connection.flushCommands();
		}
	}

	@Override
	public void close() {
		this.writing.close();
		this.asking.close();
		this.listening.close();
	}

}

package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * What all answers of one node share: connections, names and one timer, for any number of
 * producers and readers.
 */
final class RedisNode implements AutoCloseable {

	/** How soon what failed is tried again. */
	static final Duration TICK = Duration.ofMillis(100);

	/**
	 * How long a Redis that is away is waited for: longer than it takes to be restarted,
	 * or replaced by a replica.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration LONGEST_RENEWAL = Duration.ofSeconds(1);

	private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

	private final RedisConnections connections;

	private final String prefix;

	private final Duration lease;

	private final Clock clock;

	/** Never that of another node, nor of this one after it was started again. */
	private final String name = UUID.randomUUID().toString();

	private final Map<String, RedisWriter> writers = new ConcurrentHashMap<>();

	private final Set<RedisTail> tails = ConcurrentHashMap.newKeySet();

	private final RedisChannels channels;

	private final AtomicReference<@Nullable Disposable> timer = new AtomicReference<>();

	RedisNode(RedisConnections connections, String prefix, Duration lease, Clock clock) {
		this.connections = connections;
		this.prefix = prefix;
		this.lease = lease;
		this.clock = clock;
		this.channels = new RedisChannels(this);
		connections.onDisconnect(() -> this.writers.values().forEach(RedisWriter::doubt));
	}

	RedisConnections connections() {
		return this.connections;
	}

	RedisChannels channels() {
		return this.channels;
	}

	String name() {
		return this.name;
	}

	String prefix() {
		return this.prefix;
	}

	Clock clock() {
		return this.clock;
	}

	Duration lease() {
		return this.lease;
	}

	/** Three in each lease, and at least one a second: with each a stop is seen. */
	Duration renewal() {
		return shorter(this.lease.dividedBy(3), LONGEST_RENEWAL);
	}

	/** How often a reader looks whether the producer lives, and says that it reads. */
	Duration look() {
		return shorter(this.lease.dividedBy(3), LONGEST_LOOK);
	}

	/** How long a reader counts as one after a look. */
	Duration presence() {
		return look().multipliedBy(3);
	}

	/** How long Redis keeps an answer that runs and whose producer says nothing more. */
	Duration timeToLive(Duration retain) {
		Duration least = PATIENCE.plus(this.lease).multipliedBy(2);
		return (retain.compareTo(least) > 0) ? retain : least;
	}

	AnswerKeys keys(String streamId) {
		return new AnswerKeys(this.prefix, streamId);
	}

	void add(String streamId, RedisWriter writer) {
		this.writers.put(streamId, writer);
		startTimer();
	}

	void remove(String streamId, RedisWriter writer) {
		this.writers.remove(streamId, writer);
	}

	void add(RedisTail tail) {
		this.tails.add(tail);
		startTimer();
	}

	void remove(RedisTail tail) {
		this.tails.remove(tail);
	}

	/** The writer of a running answer of this node. */
	@Nullable RedisWriter writer(String streamId) {
		return this.writers.get(streamId);
	}

	/** What was said on the node's channel may have been missed. */
	void heardAgain() {
		this.writers.values().forEach(RedisWriter::renew);
	}

	CompletionStage<Long> number(Script script, AnswerKeys keys, byte[]... arguments) {
		return this.connections.run(script, ScriptOutputType.INTEGER, keys.all(), arguments);
	}

	CompletionStage<Reply> list(Script script, AnswerKeys keys, byte[]... arguments) {
		return this.connections.<List<?>>run(script, ScriptOutputType.MULTI, keys.all(), arguments)
			.thenApply(Reply::new);
	}

	CompletionStage<Optional<byte[]>> value(Script script, String[] keys, byte[]... arguments) {
		return this.connections.<byte[]>run(script, ScriptOutputType.VALUE, keys, arguments)
			.thenApply(Optional::ofNullable);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] bytes(Duration time) {
		return bytes(String.valueOf(time.toMillis()));
	}

	@Override
	public void close() {
		Disposable running = this.timer.getAndSet(Disposables.disposed());
		if (running != null) {
			running.dispose();
		}
		this.writers.values().forEach(RedisWriter::close);
		this.tails.forEach(RedisTail::abort);
		this.connections.close();
	}

	private void startTimer() {
		if (this.timer.get() != null) {
			return;
		}
		Disposable.Swap begun = Disposables.swap();
		if (this.timer.compareAndSet(null, begun)) {
			begun.update(Schedulers.parallel()
				.schedulePeriodically(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS));
		}
	}

	private void tick() {
		long now = System.nanoTime();
		this.channels.tick();
		this.writers.values().forEach((writer) -> writer.tick(now));
		this.tails.forEach((tail) -> tail.tick(now));
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

}

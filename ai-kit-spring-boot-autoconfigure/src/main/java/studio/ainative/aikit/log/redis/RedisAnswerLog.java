package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;

/**
 * Keeps answers in Redis 6.2 or later, or Valkey, where every node of an application
 * finds them. Three connections serve any number of answers and readers; in a cluster,
 * three to each of its nodes at most, and every command touches one hash slot.
 * <p>
 * Redis is as durable as it is set up to be. While it is away, appends wait for 30
 * seconds and are then refused. If it comes back empty, or has thrown the log of a
 * running answer away, the producer goes on where it was: readers who had all that came
 * before lose nothing, others are refused by {@link Reason#CURSOR}.
 * <p>
 * A producer that is gone is found by its readers, within two leases, once its lease has
 * run out.
 *
 * @since 0.1.0
 */
public final class RedisAnswerLog implements AnswerLog, AutoCloseable {

	private final RedisNode node;

	private final StartKeys startKeys;

	private RedisAnswerLog(RedisNode node) {
		this.node = node;
		this.startKeys = new StartKeys(node, this);
	}

	/**
	 * Begin with a client, which is to be this log's alone: its options are changed so
	 * that it refuses commands while it is disconnected, and has them time out after two
	 * seconds. A constant, short {@code reconnectDelay} of its resources is advised:
	 * Lettuce's own grows to half a minute.
	 * @param client the client, whose default address is used; not shut down by this log
	 * @return a builder
	 */
	public static Builder builder(RedisClient client) {
		return new Builder(() -> RedisConnections.of(client));
	}

	/**
	 * Begin with a client of a cluster, of which the same is true.
	 * @param client the client; not shut down by this log
	 * @return a builder
	 */
	public static Builder builder(RedisClusterClient client) {
		return new Builder(() -> RedisConnections.of(client));
	}

	/**
	 * Begin to open the connections, so that the first answers need not wait for it.
	 * Returns at once. If Redis is away, nobody is told, and the first answer tries
	 * again.
	 */
	public void connect() {
		this.node.connections().connect().exceptionally((ex) -> null);
		this.node.channels().listen();
	}

	@Override
	public Mono<LogOpening> open(NewAnswer answer) {
		return Mono.defer(() -> {
			AnswerFacts facts = AnswerFacts.of(answer, this.node.prefix());
			return (facts.startKey() == null) ? begin(facts) : this.startKeys.open(facts, answer);
		});
	}

	/** Begin an answer whatever its start key. */
	Mono<LogOpening> begin(AnswerFacts facts) {
		RunningAnswer running = new RunningAnswer(this.node, facts);
		this.node.channels().listen();
		return mono(running::open).map((result) -> {
			if (result == 0) {
				throw new AnswerLogException(Reason.FENCED, "The id of a new answer is in use");
			}
			RedisWriter writer = new RedisWriter(this.node, running);
			this.node.add(facts.streamId(), writer);
			return LogOpening.opened(facts.streamId(), writer);
		});
	}

	@Override
	public Flux<LogEntry> read(String streamId, long after) {
		if (!AnswerKeys.isPossible(streamId)) {
			return Flux.error(() -> new AnswerLogException(Reason.GONE, "There is no such answer"));
		}
		return Flux.from((subscriber) -> {
			RedisTail tail = new RedisTail(this.node, this.node.keys(streamId), after, subscriber);
			this.node.add(tail);
			subscriber.onSubscribe(tail);
			tail.begin();
		});
	}

	@Override
	public Mono<AnswerStatus> status(String streamId) {
		if (!AnswerKeys.isPossible(streamId)) {
			return Mono.empty();
		}
		return mono(() -> this.node.list(Script.STATUS, this.node.keys(streamId))).filter((reply) -> reply.size() > 0)
			.map((reply) -> status(streamId, reply))
			// A fact that is no number, or is not there
			.onErrorMap((ex) -> !(ex instanceof AnswerLogException), RedisFailures::unreadable);
	}

	private AnswerStatus status(String streamId, Reply reply) {
		Instant started = Instant.parse(reply.textOf(1));
		String sinceRead = reply.text(2);
		byte[] ended = reply.bytes(4);
		AnswerEnd end = null;
		long last = 0;
		if (ended == null) {
			last = EntryId.number(reply.textOf(3));
		}
		else {
			try {
				LogEntry ending = EventCodec.decode(ended);
				end = ending.end();
				last = ending.last();
			}
			catch (AnswerLogException ex) {
				// Whoever reads as far as that is told so
			}
		}
		boolean isRead = end == null && sinceRead != null
				&& Long.parseLong(sinceRead) < this.node.presence().toMillis();
		String lost = reply.text(5);
		return new AnswerStatus(streamId, reply.text(0), started, reply.text(6),
				(lost != null) ? Long.parseLong(lost) : 0, last, isRead, end);
	}

	@Override
	public Mono<String> find(@Nullable String owner, String key) {
		return this.startKeys.find(AnswerKeys.start(this.node.prefix(), owner, key));
	}

	@Override
	public Mono<Void> stop(String streamId) {
		if (!AnswerKeys.isPossible(streamId)) {
			return Mono.empty();
		}
		return mono(() -> this.node.value(Script.STOP, this.node.keys(streamId).all()))
			.doOnNext((owner) -> owner.ifPresent(
					(name) -> this.node.channels().askToStop(new String(name, StandardCharsets.UTF_8), streamId)))
			.then();
	}

	@Override
	public Mono<Void> delete(String streamId) {
		if (!AnswerKeys.isPossible(streamId)) {
			return Mono.empty();
		}
		AnswerKeys keys = this.node.keys(streamId);
		byte[] known = RedisNode.bytes(RedisNode.PATIENCE.plus(this.node.lease()).multipliedBy(2));
		return mono(() -> this.node.list(Script.DELETE, keys, known)).flatMap((reply) -> {
			if (reply.size() == 0) {
				return Mono.empty();
			}
			String owner = reply.text(0);
			if (owner != null) {
				this.node.channels().tellDeleted(owner, keys);
			}
			String startKey = reply.text(1);
			byte[] claim = reply.bytes(2);
			return (startKey != null && claim != null) ? this.startKeys.release(startKey, claim) : Mono.empty();
		});
	}

	/**
	 * Close the connections. Answers that this node was producing are let go of without
	 * an end, and readers are refused the rest.
	 */
	@Override
	public void close() {
		this.node.close();
	}

	static <T> Mono<T> mono(Supplier<CompletionStage<T>> command) {
		return Mono.fromCompletionStage(command).onErrorMap(RedisFailures::asLogException);
	}

	/**
	 * Makes a log.
	 */
	public static final class Builder {

		/** Where all names of keys and channels begin: {@value}. */
		public static final String DEFAULT_PREFIX = "ai-kit:";

		private static final Duration SHORTEST_LEASE = Duration.ofMillis(300);

		private final Supplier<RedisConnections> connections;

		private String prefix = DEFAULT_PREFIX;

		private Duration lease = Duration.ofSeconds(5);

		private Clock clock = Clock.systemUTC();

		private Builder(Supplier<RedisConnections> connections) {
			this.connections = connections;
		}

		/**
		 * What all names of keys and channels begin with, so that several applications
		 * can share a Redis.
		 * @param prefix the prefix, {@value #DEFAULT_PREFIX} by default
		 * @return this builder
		 */
		public Builder prefix(String prefix) {
			Objects.requireNonNull(prefix, "'prefix' must not be null");
			if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
				throw new IllegalArgumentException("'prefix' must not contain braces (was " + prefix + ")");
			}
			this.prefix = prefix;
			return this;
		}

		/**
		 * How long a producer counts as alive that says nothing. It says so three times
		 * in each lease, and once a second at least.
		 * @param lease the lease, 5 seconds by default, 300 ms or more
		 * @return this builder
		 */
		public Builder lease(Duration lease) {
			if (lease.compareTo(SHORTEST_LEASE) < 0) {
				throw new IllegalArgumentException("'lease' must be 300 ms or more (was " + lease + ")");
			}
			this.lease = lease;
			return this;
		}

		/**
		 * What time it is when the end of a producer that is gone is written.
		 * @param clock the clock, that of the system by default
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
			return this;
		}

		/**
		 * Make the log. Nothing is connected before it is used, or told to
		 * {@linkplain RedisAnswerLog#connect() connect}.
		 * @return the log
		 */
		public RedisAnswerLog build() {
			return new RedisAnswerLog(new RedisNode(this.connections.get(), this.prefix, this.lease, this.clock));
		}

	}

}

package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * The producer of one answer. An append whose reply is lost is sent again as it was: if
 * Redis says that it is late, the entry that is there tells whose it is.
 */
final class RedisWriter implements AnswerLog.Writer {

	private static final long RENEWED = 0;

	private static final long STOP_REQUESTED = 1;

	private static final long LOST = 2;

	private static final long DELETED = 3;

	private final RedisNode node;

	private final AnswerFacts facts;

	private final AnswerKeys keys;

	private final Steps steps = new Steps();

	private final Sinks.Empty<Void> stop = Sinks.empty();

	private final RecentEntries recent = new RecentEntries();

	private @Nullable Append current;

	/** Why nothing more can be appended. */
	private @Nullable AnswerLogException refusal;

	/** By its producer's will: it need not be told. */
	private boolean ended;

	private long last;

	private long heardAt = System.nanoTime();

	private long renewedAt = System.nanoTime();

	private boolean renewing;

	private boolean reopening;

	private volatile long followedAt;

	private volatile boolean followed;

	RedisWriter(RedisNode node, AnswerFacts facts) {
		this.node = node;
		this.facts = facts;
		this.keys = node.keys(facts.streamId());
	}

	@Override
	public Mono<Void> append(LogEntry entry) {
		return Mono.create((sink) -> {
			byte[] bytes = EventCodec.encode(entry);
			this.steps.take(() -> begin(new Append(entry, bytes, sink)));
		});
	}

	@Override
	public Mono<Void> stopRequested() {
		return this.stop.asMono();
	}

	@Override
	public void close() {
		this.steps.take(() -> {
			if (this.refusal == null) {
				giveUp();
				this.ended = true;
				refuse(new AnswerLogException(Reason.FENCED, "The producer has let go of the answer"));
			}
		});
	}

	/** Somebody wants copies of what is appended. */
	void followed() {
		boolean isNew = !isFollowed();
		this.followedAt = System.nanoTime();
		this.followed = true;
		if (isNew) {
			this.node.channels().tellToLook(this.keys);
		}
	}

	void askedToStop() {
		this.stop.tryEmitEmpty();
	}

	void deleted() {
		this.steps.take(() -> refuse(new AnswerLogException(Reason.GONE, "The answer was deleted")));
	}

	/** As soon as Redis can be reached. */
	void renew() {
		this.steps.take(this::sendRenewal);
	}

	void tick(long now) {
		this.steps.take(() -> {
			Append append = this.current;
			if (append != null && append.resendAt != 0 && now - append.resendAt >= 0) {
				send(append);
			}
			if (now - this.renewedAt >= this.node.renewal().toNanos()) {
				sendRenewal();
			}
		});
	}

	private void begin(Append append) {
		if (this.refusal != null) {
			append.sink.error(this.refusal);
			return;
		}
		this.current = append;
		send(append);
	}

	private void send(Append append) {
		append.resendAt = 0;
		this.node.connections()
			.append(this.keys.log(), append.id, append.bytes)
			.whenComplete(step((kept, ex) -> sent(append, kept, ex)));
	}

	private void sent(Append append, @Nullable Boolean kept, @Nullable Throwable ex) {
		if (append != this.current) {
			return;
		}
		if (Boolean.TRUE.equals(kept)) {
			kept(append);
		}
		else if (ex == null) {
			reopen();
		}
		else if (RedisFailures.isLate(ex)) {
			findOutWhose(append);
		}
		else if (RedisFailures.isFull(ex)) {
			// What is there is no whole answer, and room is wanted
			this.node.list(Script.DELETE, this.keys, RedisNode.bytes(RedisNode.PATIENCE));
			this.node.channels().tellToLook(this.keys);
			refuse(RedisFailures.asLogException(ex));
		}
		else {
			resendSoon(append, ex);
		}
	}

	private void kept(Append append) {
		this.current = null;
		this.last = append.entry.last();
		this.heardAt = System.nanoTime();
		this.recent.add(append.id, append.bytes, this.heardAt);
		if (append.entry.end() != null) {
			this.ended = true;
			retain();
			refuse(new AnswerLogException(Reason.FENCED, "The answer has ended"));
		}
		if (isFollowed()) {
			this.node.connections().tellSoon(this.keys.live(), append.bytes);
		}
		append.sink.success();
	}

	private void findOutWhose(Append append) {
		this.node.connections()
			.range(this.keys.log(), Range.create(append.id, append.id), 1)
			.whenComplete(step((found, ex) -> {
				if (append != this.current) {
					return;
				}
				if (ex != null) {
					resendSoon(append, ex);
				}
				else if (isSame(append, found)) {
					kept(append);
				}
				else {
					refuse(new AnswerLogException(Reason.FENCED, "Another has ended the answer"));
				}
			}));
	}

	private static boolean isSame(Append append, List<StreamMessage<String, byte[]>> found) {
		return !found.isEmpty() && Arrays.equals(RedisConnections.bytes(found.get(0)), append.bytes);
	}

	private void resendSoon(Append append, Throwable ex) {
		long now = System.nanoTime();
		if (now - append.begunAt > RedisNode.PATIENCE.toNanos()) {
			refuse(RedisFailures.asLogException(ex));
		}
		else {
			append.resendAt = now + RedisNode.TICK.toNanos();
		}
	}

	/**
	 * Redis was restarted empty, or has thrown the log away. Those who have had all go
	 * on; who comes for the beginning is told that it is gone.
	 */
	private void reopen() {
		if (this.reopening || this.refusal != null) {
			return;
		}
		if (System.nanoTime() - this.heardAt > RedisNode.PATIENCE.toNanos()) {
			// Readers may have been told so by now
			refuse(new AnswerLogException(Reason.GONE, "The log of the answer is gone"));
			return;
		}
		this.reopening = true;
		this.node.number(Script.REOPEN, this.keys, reopening()).whenComplete(step((result, ex) -> {
			this.reopening = false;
			if (ex == null && result == 0) {
				refuse(new AnswerLogException(Reason.GONE, "The answer was deleted"));
				return;
			}
			if (ex == null) {
				this.node.channels().tellToLook(this.keys);
			}
			Append append = this.current;
			if (append != null && ex == null) {
				send(append);
			}
			else if (append != null) {
				resendSoon(append, ex);
			}
		}));
	}

	private byte[][] reopening() {
		List<byte[]> arguments = new ArrayList<>(opening());
		List<byte[]> named = this.facts.named();
		arguments.add(RedisNode.bytes(EntryId.of(this.last)));
		arguments.add(RedisNode.bytes(String.valueOf(named.size())));
		arguments.addAll(named);
		arguments.addAll(this.recent.all());
		return arguments.toArray(byte[][]::new);
	}

	/** What {@link Script#OPEN} takes before the facts. */
	List<byte[]> opening() {
		return List.of(RedisNode.bytes(this.node.name()), RedisNode.bytes(this.node.lease()),
				RedisNode.bytes(timeToLive()), RedisNode.bytes(this.facts.nonce()));
	}

	private void sendRenewal() {
		if (this.renewing || this.refusal != null) {
			return;
		}
		this.renewing = true;
		this.renewedAt = System.nanoTime();
		this.node
			.number(Script.RENEW, this.keys, RedisNode.bytes(this.node.name()), RedisNode.bytes(this.node.lease()),
					RedisNode.bytes(timeToLive()))
			.whenComplete(step((result, ex) -> {
				this.renewing = false;
				if (ex == null) {
					renewed(result);
				}
			}));
		keepStartKey(timeToLive());
	}

	private void renewed(long result) {
		if (this.refusal != null) {
			return;
		}
		if (result == RENEWED || result == STOP_REQUESTED) {
			this.heardAt = System.nanoTime();
			if (result == STOP_REQUESTED) {
				askedToStop();
			}
		}
		else if (result == LOST) {
			reopen();
		}
		else if (result == DELETED) {
			refuse(new AnswerLogException(Reason.GONE, "The answer was deleted"));
		}
		else if (this.current == null || this.current.entry.end() == null) {
			refuse(new AnswerLogException(Reason.FENCED, "Another has ended the answer"));
		}
	}

	private void retain() {
		this.node.number(Script.RETAIN, this.keys, RedisNode.bytes(this.facts.retain()));
		keepStartKey(this.facts.retain());
	}

	private void keepStartKey(Duration time) {
		String key = this.facts.startKey();
		if (key != null) {
			this.node.connections().keepFor(key, time);
		}
	}

	private void giveUp() {
		if (this.current != null) {
			// Whether it is kept is not known: readers will find the lease gone
			return;
		}
		byte[] lost = EventCodec.encode(LogEntry.producerLost(this.last + 1, this.node.clock().instant()));
		String before = (this.last > 0) ? EntryId.of(this.last) : AnswerFacts.BEGINNING;
		this.node.number(Script.LOSE, this.keys, RedisNode.bytes(before), lost, RedisNode.bytes(this.node.name()))
			.thenAccept((result) -> this.node.channels().tellToLook(this.keys));
	}

	private void refuse(AnswerLogException reason) {
		if (this.refusal != null) {
			return;
		}
		this.refusal = reason;
		this.node.remove(this.keys.streamId(), this);
		Append append = this.current;
		this.current = null;
		if (append != null) {
			append.sink.error(reason);
		}
		if (!this.ended && (reason.reason() == Reason.FENCED || reason.reason() == Reason.GONE)) {
			askedToStop();
		}
	}

	private boolean isFollowed() {
		return this.followed && System.nanoTime() - this.followedAt < this.node.presence().toNanos();
	}

	private Duration timeToLive() {
		return this.node.timeToLive(this.facts.retain());
	}

	private <T> BiConsumer<T, @Nullable Throwable> step(BiConsumer<T, @Nullable Throwable> step) {
		return (result, ex) -> this.steps.take(() -> step.accept(result, ex));
	}

	/**
	 * An entry on its way. There is one at a time.
	 */
	private static final class Append {

		private final LogEntry entry;

		private final String id;

		private final byte[] bytes;

		private final MonoSink<Void> sink;

		private final long begunAt = System.nanoTime();

		/** Zero while a reply is waited for. */
		private long resendAt;

		Append(LogEntry entry, byte[] bytes, MonoSink<Void> sink) {
			this.entry = entry;
			this.id = EntryId.of(entry);
			this.bytes = bytes;
			this.sink = sink;
		}

	}

}

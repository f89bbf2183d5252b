package studio.ainative.aikit.log.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import io.lettuce.core.Range;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * One reader of an answer. The log is the truth: copies that come live are handed on
 * where their numbers prove them to be next, and everything else is fetched.
 */
final class RedisTail implements Subscription {

	private final RedisNode node;

	private final AnswerKeys keys;

	private final Subscriber<? super LogEntry> subscriber;

	private final AtomicLong requested = new AtomicLong();

	private final Steps steps = new Steps((ex) -> fail(RedisFailures.asLogException(ex)));

	private final TailEntries entries;

	private boolean looking;

	private boolean lookAgain;

	private boolean following;

	private boolean begun;

	private long lookedAt;

	/** When copies were asked for first, zero once that was looked after. */
	private long askedAt;

	/** When Redis failed first and last, zero while all is well. */
	private long failingSince;

	private long failedAt;

	/** When the log was first missed, zero while it is there. */
	private long missingSince;

	/** When the lease was first missed, zero while it is there. */
	private long unleasedSince;

	private @Nullable String owner;

	private volatile boolean over;

	RedisTail(RedisNode node, AnswerKeys keys, long cursor, Subscriber<? super LogEntry> subscriber) {
		this.node = node;
		this.keys = keys;
		this.entries = new TailEntries(cursor);
		this.subscriber = subscriber;
	}

	void begin() {
		step(this::look);
	}

	@Override
	public void request(long count) {
		if (Operators.validate(count)) {
			this.requested.accumulateAndGet(count, Operators::addCap);
			step(() -> {
			});
		}
	}

	@Override
	public void cancel() {
		this.over = true;
		this.steps.take(this::leave);
	}

	/** Copies come from now on; those of before may not have come. */
	void heard() {
		step(() -> {
			askForCopies();
			this.askedAt = System.nanoTime();
			this.entries.mayBeBehind();
		});
	}

	void copied(LogEntry entry) {
		step(() -> this.entries.copied(entry));
	}

	void lookNow() {
		step(this::look);
	}

	void tick(long now) {
		step(() -> {
			// What was appended before the producer heard of us, or because nobody did:
			// its
			// node was shutting down
			boolean unheard = this.askedAt != 0 && now - this.askedAt >= RedisNode.TICK.toNanos();
			if (unheard || now - this.lookedAt >= this.node.look().toNanos()) {
				this.askedAt = 0;
				look();
			}
		});
	}

	/** The log is closed. */
	void abort() {
		step(() -> fail(Reason.UNAVAILABLE, "The log is closed"));
	}

	private void look() {
		if (this.looking) {
			this.lookAgain = true;
			return;
		}
		this.looking = true;
		this.lookAgain = false;
		this.lookedAt = System.nanoTime();
		this.node.list(Script.LOOK, this.keys).whenComplete(stepWith((reply, ex) -> {
			this.looking = false;
			if (ex == null) {
				looked(Look.of(reply));
			}
			else {
				failed(ex);
			}
			if (this.lookAgain && !this.over) {
				look();
			}
		}));
	}

	private void looked(Look look) {
		switch (look.state()) {
			case DELETED -> fail(Reason.GONE, "The answer was deleted");
			case MISSING -> lookedInVain();
			case ENDED -> {
				found();
				this.entries.mayBeBehind();
			}
			case RUNNING -> {
				found();
				if (!this.over) {
					running(look);
				}
			}
		}
	}

	private void running(Look look) {
		this.owner = look.owner();
		follow();
		// Also what was appended between the fetch and the first copy
		if (look.last() > this.entries.cursor()) {
			this.entries.mayBeBehind();
		}
		checkLease(look);
	}

	private void found() {
		this.begun = true;
		this.missingSince = 0;
		this.failingSince = 0;
		if (this.entries.cursor() < 0) {
			fail(Reason.CURSOR, "The cursor is below zero");
		}
	}

	/** Its producer makes it anew as soon as it sees that. */
	private void lookedInVain() {
		long now = System.nanoTime();
		if (this.missingSince == 0) {
			this.missingSince = now;
		}
		if (!this.begun || now - this.missingSince > this.node.lease().plus(this.node.look()).toNanos()) {
			fail(Reason.GONE, "There is no such answer");
		}
	}

	private void follow() {
		if (!this.following) {
			this.following = true;
			this.node.channels().follow(this.keys.live(), this);
		}
		else {
			askForCopies();
		}
	}

	private void askForCopies() {
		if (this.owner != null) {
			this.node.channels().askToFollow(this.owner, this.keys.streamId());
		}
	}

	private void checkLease(Look look) {
		if (look.leased()) {
			this.unleasedSince = 0;
			return;
		}
		long now = System.nanoTime();
		if (this.unleasedSince == 0) {
			this.unleasedSince = now;
		}
		// A producer that was cut off and has just come back has renewed its lease by
		// then
		if (now - this.unleasedSince < this.node.look().dividedBy(2).toNanos()) {
			return;
		}
		byte[] lost = EventCodec.encode(LogEntry.producerLost(look.last() + 1, this.node.clock().instant()));
		this.node.number(Script.LOSE, this.keys, RedisNode.bytes(look.lastId()), lost, RedisNode.bytes(""))
			.whenComplete(stepWith((result, ex) -> {
				if (ex == null) {
					this.entries.mayBeBehind();
					this.node.channels().tellToLook(this.keys);
				}
				else if (RedisFailures.isFull(ex)) {
					fail(Reason.GONE, "The producer is gone, and Redis has no room for an end");
				}
			}));
	}

	/** Everything that may be done now. */
	private void proceed() {
		while (!this.over && this.requested.get() > 0) {
			LogEntry entry = this.entries.next();
			if (entry == null) {
				fetchIfNeeded();
				return;
			}
			handOn(entry);
		}
	}

	private void handOn(LogEntry entry) {
		if (this.requested.get() != Long.MAX_VALUE) {
			this.requested.decrementAndGet();
		}
		if (entry.end() == null) {
			this.subscriber.onNext(entry);
			return;
		}
		leave();
		this.subscriber.onNext(entry);
		this.subscriber.onComplete();
	}

	private void fetchIfNeeded() {
		if (this.begun && this.entries.isToFetch() && mayTry()) {
			fetch();
		}
	}

	/** After a failure the timer tries again. */
	private boolean mayTry() {
		return this.failingSince == 0 || System.nanoTime() - this.failedAt >= RedisNode.TICK.toNanos();
	}

	private void fetch() {
		this.entries.fetching();
		Range<String> after = Range.from(Range.Boundary.excluding(EntryId.of(this.entries.cursor())),
				Range.Boundary.unbounded());
		this.node.connections().range(this.keys.log(), after, TailEntries.PAGE).whenComplete(stepWith((page, ex) -> {
			if (ex == null) {
				this.failingSince = 0;
				this.entries.fetched(page);
			}
			else {
				this.entries.fetchFailed();
				failed(ex);
			}
		}));
	}

	/** Redis is away, or busy. */
	private void failed(Throwable ex) {
		long now = System.nanoTime();
		this.failedAt = now;
		if (this.failingSince == 0) {
			this.failingSince = now;
		}
		if (!this.begun || now - this.failingSince > RedisNode.PATIENCE.toNanos()) {
			fail(RedisFailures.asLogException(ex));
		}
	}

	private void fail(Reason reason, String message) {
		fail(new AnswerLogException(reason, message));
	}

	private void fail(AnswerLogException reason) {
		if (!this.over) {
			leave();
			this.subscriber.onError(reason);
		}
	}

	private void leave() {
		this.over = true;
		this.node.remove(this);
		this.entries.clear();
		if (this.following) {
			this.following = false;
			this.node.channels().unfollow(this.keys.live(), this);
		}
	}

	private void step(Runnable step) {
		this.steps.take(() -> {
			if (!this.over) {
				step.run();
				proceed();
			}
		});
	}

	private <T> BiConsumer<T, @Nullable Throwable> stepWith(BiConsumer<T, @Nullable Throwable> step) {
		return (result, ex) -> step(() -> step.accept(result, ex));
	}

}

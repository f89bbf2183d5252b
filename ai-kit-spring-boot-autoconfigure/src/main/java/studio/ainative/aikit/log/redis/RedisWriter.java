package studio.ainative.aikit.log.redis;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
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

	private final RunningAnswer answer;

	private final Steps steps = new Steps((ex) -> refuse(RedisFailures.asLogException(ex)));

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

	/** Whether Redis may have lost what it had confirmed. */
	private volatile boolean doubtful;

	private volatile long followedAt;

	private volatile boolean followed;

	RedisWriter(RedisNode node, RunningAnswer answer) {
		this.node = node;
		this.answer = answer;
	}

	@Override
	public Mono<Void> append(LogEntry entry) {
		return Mono.create((sink) -> {
			Append append = new Append(entry, sink);
			this.steps.take(() -> begin(append));
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
				if (this.current == null) {
					// Else it is not known what is kept: readers will find the lease gone
					this.answer.lose(this.last);
				}
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
			this.answer.tellToLook();
		}
	}

	void askedToStop() {
		this.stop.tryEmitEmpty();
	}

	void deleted() {
		this.steps.take(() -> refuse(new AnswerLogException(Reason.GONE, "The answer was deleted")));
	}

	/** A connection was lost, perhaps with the server behind it. */
	void doubt() {
		this.doubtful = true;
	}

	/** As soon as Redis can be reached. */
	void renew() {
		this.steps.take(this::sendRenewal);
	}

	void tick(long now) {
		this.steps.take(() -> {
			Append append = this.current;
			if (append != null && append.isDue(now)) {
				reopen();
			}
			if (now - this.renewedAt >= this.node.renewal().toNanos()) {
				sendRenewal();
			}
		});
	}

	private void begin(Append append) {
		if (this.refusal != null) {
			append.fail(this.refusal);
			return;
		}
		this.current = append;
		if (this.doubtful) {
			reopen();
		}
		else {
			send(append);
		}
	}

	private void send(Append append) {
		append.sent();
		this.answer.append(append, step((kept, ex) -> sent(append, kept, ex)));
	}

	private void sent(Append append, boolean kept, @Nullable Throwable ex) {
		if (append != this.current) {
			return;
		}
		if (kept) {
			kept(append);
		}
		else if (ex == null) {
			reopen();
		}
		else if (RedisFailures.isLate(ex)) {
			findOutWhose(append);
		}
		else if (RedisFailures.isFull(ex)) {
			this.answer.forget();
			refuse(RedisFailures.asLogException(ex));
		}
		else {
			resendSoon(append, ex);
		}
	}

	private void kept(Append append) {
		this.current = null;
		this.last = append.last();
		this.heardAt = System.nanoTime();
		this.recent.add(append.id(), append.bytes(), this.heardAt);
		if (append.isEnd()) {
			this.ended = true;
			retain();
			refuse(new AnswerLogException(Reason.FENCED, "The answer has ended"));
		}
		if (isFollowed()) {
			this.answer.copy(append);
		}
		append.succeed();
	}

	/** What was evicted since the last renewal nobody else would give back. */
	private void retain() {
		this.answer.retain().thenAccept(step((kept) -> {
			if (kept == 0) {
				this.answer.reopen(this.last, this.recent).thenAccept(step((reopened) -> this.answer.retain()));
			}
		}));
	}

	private void findOutWhose(Append append) {
		this.answer.find(append).whenComplete(step((found, ex) -> {
			if (append != this.current) {
				return;
			}
			if (ex != null) {
				resendSoon(append, ex);
			}
			else if (append.isSame(found)) {
				kept(append);
			}
			else {
				refuse(new AnswerLogException(Reason.FENCED, "Another has ended the answer"));
			}
		}));
	}

	private void resendSoon(Append append, Throwable ex) {
		if (!append.resendSoon()) {
			refuse(RedisFailures.asLogException(ex));
		}
	}

	/**
	 * Redis was restarted, replaced, or has thrown the log away. It gets back what may be
	 * lost of the end. Where the beginning is lost, those who have had it go on, and who
	 * comes for it is told so.
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
		this.answer.reopen(this.last, this.recent).whenComplete(step((result, ex) -> {
			this.reopening = false;
			if (ex == null && result == 0) {
				refuse(new AnswerLogException(Reason.GONE, "The answer was deleted"));
				return;
			}
			if (ex == null) {
				this.doubtful = false;
				this.answer.tellToLook();
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

	private void sendRenewal() {
		if (this.renewing || this.refusal != null) {
			return;
		}
		this.renewing = true;
		this.renewedAt = System.nanoTime();
		this.answer.renew().whenComplete(step((result, ex) -> {
			this.renewing = false;
			if (ex == null) {
				renewed(result);
			}
		}));
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
		else if (this.current == null || !this.current.isEnd()) {
			refuse(new AnswerLogException(Reason.FENCED, "Another has ended the answer"));
		}
	}

	private void refuse(AnswerLogException reason) {
		if (this.refusal != null) {
			return;
		}
		this.refusal = reason;
		this.node.remove(this.answer.keys().streamId(), this);
		Append append = this.current;
		this.current = null;
		if (append != null) {
			append.fail(reason);
		}
		if (!this.ended && (reason.reason() == Reason.FENCED || reason.reason() == Reason.GONE)) {
			askedToStop();
		}
	}

	private boolean isFollowed() {
		return this.followed && System.nanoTime() - this.followedAt < this.node.presence().toNanos();
	}

	private <T> Consumer<T> step(Consumer<T> step) {
		return (result) -> this.steps.take(() -> step.accept(result));
	}

	private <T> BiConsumer<T, @Nullable Throwable> step(BiConsumer<T, @Nullable Throwable> step) {
		return (result, ex) -> this.steps.take(() -> step.accept(result, ex));
	}

}

package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerStatus;

/**
 * Ends an answer that nobody has read for a while. Readers of this node are known at
 * once; whether other nodes have some, the log is asked for again and again.
 */
final class OrphanWatch {

	/**
	 * A store may forget a reader some seconds after it has left: one who has come and
	 * gone is to be seen.
	 */
	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(3);

	private static final int FEWEST_LOOKS = 8;

	private final Resumption resumption;

	private final String streamId;

	private final BooleanSupplier orphan;

	private final Runnable abandon;

	private HeartbeatTimer.@Nullable Beat beat;

	private long unreadSince;

	private boolean isReadElsewhere;

	OrphanWatch(Resumption resumption, String streamId, BooleanSupplier orphan, Runnable abandon) {
		this.resumption = resumption;
		this.streamId = streamId;
		this.orphan = orphan;
		this.abandon = abandon;
	}

	/** The last reader has left. */
	void begin() {
		Duration timeout = this.resumption.options().orphanTimeout();
		if (timeout == null) {
			return;
		}
		synchronized (this) {
			stop();
			if (!this.orphan.getAsBoolean()) {
				return;
			}
			this.unreadSince = this.resumption.timer().now();
			this.isReadElsewhere = false;
			Duration interval = interval(timeout);
			if (!interval.isZero()) {
				this.beat = this.resumption.timer().watch(interval, () -> look(timeout));
			}
		}
		if (timeout.isZero()) {
			look(timeout);
		}
	}

	private Duration interval(Duration timeout) {
		if (!this.resumption.isShared()) {
			return timeout;
		}
		if (timeout.isZero()) {
			return LONGEST_INTERVAL;
		}
		// Rounded up, so that the last look is not before the time is over
		long looks = Math.max(FEWEST_LOOKS, timeout.dividedBy(LONGEST_INTERVAL) + 1);
		return timeout.plusNanos(looks - 1).dividedBy(looks);
	}

	/** A reader has come, or the answer has ended. */
	synchronized void stop() {
		if (this.beat != null) {
			this.beat.stop();
			this.beat = null;
		}
	}

	/** Foreign code is cancelled: not on the timer's thread. */
	private void look(Duration timeout) {
		this.resumption.execute(() -> {
			if (!this.resumption.isShared()) {
				looked(false, timeout);
				return;
			}
			this.resumption.log()
				.status(this.streamId)
				.map(AnswerStatus::isRead)
				.onErrorResume((ex) -> Mono.just(false))
				.defaultIfEmpty(false)
				.subscribe((isRead) -> looked(isRead, timeout));
		});
	}

	private void looked(boolean isRead, Duration timeout) {
		if (isUnreadFor(timeout, isRead) && this.orphan.getAsBoolean()) {
			this.abandon.run();
		}
	}

	/** Whoever read it elsewhere has left after the look before this one. */
	private synchronized boolean isUnreadFor(Duration timeout, boolean isRead) {
		long now = this.resumption.timer().now();
		if (this.isReadElsewhere && !isRead) {
			this.unreadSince = now;
		}
		this.isReadElsewhere = isRead;
		return !isRead && now - this.unreadSince >= timeout.toNanos();
	}

}

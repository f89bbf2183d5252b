package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerStatus;

/**
 * Ends an answer that nobody has read for a while. Readers of this node are known at
 * once; whether other nodes have some, the log is asked for when the time is over.
 */
final class OrphanWatch {

	private final Resumption resumption;

	private final String streamId;

	private final BooleanSupplier orphan;

	private final Runnable abandon;

	private HeartbeatTimer.@Nullable Beat beat;

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
		if (timeout.isZero()) {
			look();
			return;
		}
		synchronized (this) {
			stop();
			if (this.orphan.getAsBoolean()) {
				this.beat = this.resumption.timer().watch(timeout, this::look);
			}
		}
	}

	/** A reader has come, or the answer has ended. */
	synchronized void stop() {
		if (this.beat != null) {
			this.beat.stop();
			this.beat = null;
		}
	}

	/** Foreign code is cancelled: not on the timer's thread. */
	private void look() {
		this.resumption.execute(() -> {
			if (!this.resumption.log().isShared()) {
				end(false);
				return;
			}
			this.resumption.log()
				.status(this.streamId)
				.map(AnswerStatus::isRead)
				.onErrorResume((ex) -> Mono.just(false))
				.defaultIfEmpty(false)
				.subscribe(this::end);
		});
	}

	private void end(boolean isRead) {
		if (!isRead && this.orphan.getAsBoolean()) {
			this.abandon.run();
		}
	}

}

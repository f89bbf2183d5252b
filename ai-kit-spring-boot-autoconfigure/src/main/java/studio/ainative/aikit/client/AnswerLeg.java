package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * One of the connections that an answer comes over. It is over when its body ends or
 * breaks, or when it is silent for too long; whatever it brings after that is of nobody's
 * interest.
 */
final class AnswerLeg implements CoreSubscriber<DataBuffer> {

	private static final int OVER = -1;

	/** Longer ones are not looked at: a sign of life is short. */
	private static final int MAX_COMMENT = 64;

	private final CoreSubscriber<DataBuffer> reading;

	private final Consumer<Subscription> begin;

	private final Pulse pulse;

	/** How many buffers are being read, one inside another, or {@link #OVER}. */
	private final AtomicInteger state = new AtomicInteger();

	private volatile Subscription subscription = Operators.emptySubscription();

	/**
	 * Make one.
	 * @param reading reads what it brings, and is told once how it ends
	 * @param begin takes its subscription
	 * @param idle how long the answer may be silent
	 * @param waiting whether something is asked for; any thread may ask
	 */
	AnswerLeg(CoreSubscriber<DataBuffer> reading, Consumer<Subscription> begin, Duration idle,
			BooleanSupplier waiting) {
		this.reading = reading;
		this.begin = begin;
		this.pulse = new Pulse(idle, waiting, this::silent);
	}

	/** From now on signs of life are expected. */
	void watch() {
		this.pulse.begin();
	}

	@Override
	public Context currentContext() {
		return this.reading.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		this.begin.accept(new Subscription() {

			@Override
			public void request(long count) {
				subscription.request(count);
			}

			@Override
			public void cancel() {
				AnswerLeg.this.pulse.end();
				PassThrough.cancel(subscription);
			}

		});
	}

	@Override
	public void onNext(DataBuffer buffer) {
		if (this.state.getAndUpdate((depth) -> (depth != OVER) ? depth + 1 : OVER) == OVER) {
			DataBufferUtils.release(buffer);
			return;
		}
		if (isComment(buffer)) {
			this.pulse.learn();
		}
		else {
			this.pulse.beat();
		}
		this.reading.onNext(buffer);
		this.state.getAndUpdate((depth) -> (depth > 0) ? depth - 1 : depth);
	}

	/** What merely looks like one makes this less patient, which does no harm. */
	private static boolean isComment(DataBuffer buffer) {
		int length = buffer.readableByteCount();
		int start = buffer.readPosition();
		return length > 1 && length <= MAX_COMMENT && buffer.getByte(start) == ':'
				&& buffer.getByte(start + length - 1) == '\n';
	}

	@Override
	public void onError(Throwable failure) {
		if (end()) {
			this.reading.onError(failure);
		}
	}

	@Override
	public void onComplete() {
		if (end()) {
			this.reading.onComplete();
		}
	}

	private boolean end() {
		this.pulse.end();
		return this.state.getAndSet(OVER) != OVER;
	}

	/** Not while something is being read, which is the opposite of silence. */
	private void silent() {
		if (this.state.compareAndSet(0, OVER)) {
			PassThrough.cancel(this.subscription);
			this.reading.onError(new SilentConnectionException());
		}
	}

}

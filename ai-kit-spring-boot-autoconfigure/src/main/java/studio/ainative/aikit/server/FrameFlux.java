package studio.ainative.aikit.server;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Takes frames when they are asked for.
 *
 * @param <T> what is made of them
 */
final class FrameFlux<T> extends Flux<T> {

	private final FrameSource source;

	private final FrameSource.Take<T> take;

	FrameFlux(FrameSource source, FrameSource.Take<T> take) {
		this.source = source;
		this.take = take;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Taking<T> taking = new Taking<>(this.source, this.take, actual);
		Runnable ready = taking::ready;
		try {
			this.source.open(ready);
		}
		catch (IllegalStateException ex) {
			Operators.error(actual, ex);
			return;
		}
		actual.currentContext()
			.<Consumer<FrameSource>>getOrEmpty(FrameSource.OPENED)
			.ifPresent((opened) -> opened.accept(this.source));
		this.take.begin(ready);
		actual.onSubscribe(taking);
		this.source.connect(actual.currentContext());
		taking.begin();
	}

	private static final class Taking<T> implements Subscription, Runnable {

		private final FrameSource source;

		private final FrameSource.Take<T> take;

		private final CoreSubscriber<? super T> actual;

		private final AtomicLong demand = new AtomicLong();

		/**
		 * Calls to drain not yet answered; one from the start, until there was
		 * onSubscribe.
		 */
		private final AtomicInteger calls = new AtomicInteger(1);

		private volatile boolean over;

		Taking(FrameSource source, FrameSource.Take<T> take, CoreSubscriber<? super T> actual) {
			this.source = source;
			this.take = take;
			this.actual = actual;
		}

		@Override
		public void request(long n) {
			if (Operators.validate(n)) {
				this.demand.accumulateAndGet(n, Operators::addCap);
				if (this.calls.getAndIncrement() == 0) {
					run();
				}
			}
		}

		@Override
		public void cancel() {
			this.over = true;
			this.source.close();
			this.take.end(this.source);
		}

		void begin() {
			run();
		}

		void ready() {
			if (this.calls.getAndIncrement() == 0) {
				try {
					this.take.executor().execute(this);
				}
				catch (RejectedExecutionException ex) {
					// Its connection is gone, or the whole server. Nobody answers calls
					// any more.
					this.source.close();
				}
			}
		}

		@Override
		public void run() {
			int missed = 1;
			while (missed != 0) {
				emit();
				missed = this.calls.addAndGet(-missed);
			}
		}

		private void emit() {
			while (!this.over) {
				T item = (this.demand.get() > 0) ? take() : null;
				if (this.over) {
					return;
				}
				if (item == null) {
					this.source.written();
					if (this.source.isDrained()) {
						this.over = true;
						this.take.end(this.source);
						this.actual.onComplete();
					}
					return;
				}
				this.demand.accumulateAndGet(1, Operators::subOrZero);
				this.actual.onNext(item);
			}
		}

		private @Nullable T take() {
			try {
				return this.take.from(this.source);
			}
			catch (RuntimeException ex) {
				this.over = true;
				this.source.close();
				this.take.end(this.source);
				this.actual.onError(ex);
				return null;
			}
		}

	}

}

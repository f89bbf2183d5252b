package studio.ainative.aikit.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

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
		try {
			actual.currentContext()
				.<Consumer<FrameSource>>getOrEmpty(FrameSource.OPENED)
				.ifPresent((opened) -> opened.accept(this.source));
			this.take.begin(ready);
			actual.onSubscribe(taking);
		}
		catch (RuntimeException | Error ex) {
			this.source.close();
			throw ex;
		}
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
				catch (RuntimeException | Error ex) {
					// However it refuses: the connection is gone, or the whole server.
					// Nobody answers calls any more.
					refused(ex);
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
				pass(item);
			}
		}

		private @Nullable T take() {
			try {
				return this.take.from(this.source);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				fail(ex);
				return null;
			}
		}

		/**
		 * A subscriber must not throw; but it must not hold the source for ever either.
		 */
		private void pass(T item) {
			try {
				this.actual.onNext(item);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				fail(ex);
			}
		}

		private void refused(Throwable ex) {
			if (this.over) {
				return;
			}
			try {
				fail(ex);
			}
			catch (RuntimeException | LinkageError | AssertionError again) {
				logger.debug("Nobody could be told that a response is not written", again);
			}
		}

		private void fail(Throwable ex) {
			this.over = true;
			this.source.close();
			this.take.end(this.source);
			this.actual.onError(ex);
		}

	}

}

package studio.ainative.aikit.client;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;

/**
 * The events of a response's body. Asks for the next buffers, a few at most, only when
 * all events of the last ones are delivered and more are wanted, so a slow subscriber
 * slows the provider and few events wait here. An event that nobody has to wait for is
 * delivered while its buffer is read.
 * <p>
 * The events go to the clock that watches the try, so the subscriber itself sees only how
 * they end. Completes with the provider's end of the answer even if the connection stays
 * open; the few bytes that then still belong to the response are read in the background,
 * so that the connection can serve another call. Where the provider gave a finish reason
 * and its end doesn't follow, completes after a short {@linkplain Grace grace} and closes
 * the connection.
 */
final class AnswerFlux extends Flux<StreamEvent> {

	private final Flux<DataBuffer> body;

	private final Function<StreamEventSink, AnswerReader> readers;

	private final SilenceClock clock;

	private final SentRequest request;

	private final TransportErrors transportErrors;

	/** Read the answer on if its connection is lost, {@code null} for nothing. */
	private final @Nullable Reconnects reconnects;

	AnswerFlux(Flux<DataBuffer> body, Function<StreamEventSink, AnswerReader> readers, SilenceClock clock,
			SentRequest request, TransportErrors transportErrors, @Nullable Reconnects reconnects) {
		this.body = body;
		this.readers = readers;
		this.clock = clock;
		this.request = request;
		this.transportErrors = transportErrors;
		this.reconnects = reconnects;
	}

	@Override
	public void subscribe(CoreSubscriber<? super StreamEvent> actual) {
		Reading reading = new Reading(actual, this);
		this.body.subscribe((this.reconnects != null && this.reconnects.isAnnounced()) ? reading.firstLeg() : reading);
	}

	/** One subscription. */
	private static final class Reading implements CoreSubscriber<DataBuffer>, Subscription {

		private static final AtomicLongFieldUpdater<Reading> REQUESTED = AtomicLongFieldUpdater
			.newUpdater(Reading.class, "requested");

		private static final AtomicLongFieldUpdater<Reading> AWAITED = AtomicLongFieldUpdater.newUpdater(Reading.class,
				"awaited");

		/** How many buffers are asked for at once, unless all are wanted. */
		private static final int MAX_BUFFERS = 8;

		private final CoreSubscriber<? super StreamEvent> actual;

		private final AnswerReader reader;

		private final SilenceClock clock;

		private final SentRequest request;

		private final TransportErrors transportErrors;

		private final Queue<StreamEvent> events = Queues.<StreamEvent>unbounded(64).get();

		/** Once the answer has ended and its response may have not. */
		private volatile @Nullable Linger linger;

		/** Once the provider has said that the answer is over. */
		private volatile @Nullable Grace grace;

		private final @Nullable Reconnects reconnects;

		private volatile Subscription upstream = Operators.emptySubscription();

		/** The next upstream, until who does the work has taken it up. */
		private volatile @Nullable Subscription next;

		/** Who raises it from zero delivers; others leave their work to that thread. */
		private final AtomicInteger work = new AtomicInteger();

		/** What takes the events while the thread that reads is the one that delivers. */
		private @Nullable Cutoff held;

		/** Delivered while the buffer at hand is read. Only used by who does the work. */
		private long delivered;

		private volatile boolean ended;

		private volatile boolean cancelled;

		// By REQUESTED
		private volatile long requested;

		/** Buffers that were asked for and have not come. By AWAITED. */
		private volatile long awaited;

		Reading(CoreSubscriber<? super StreamEvent> actual, AnswerFlux answer) {
			this.actual = actual;
			this.reader = answer.readers.apply(this::take);
			this.clock = answer.clock;
			this.request = answer.request;
			this.transportErrors = answer.transportErrors;
			this.reconnects = answer.reconnects;
		}

		/** For a connection that is watched. */
		AnswerLeg firstLeg() {
			AnswerLeg leg = new AnswerLeg(this, this::onSubscribe, this.clock.idle(), this::isWaiting);
			leg.watch();
			return leg;
		}

		private boolean isWaiting() {
			return this.awaited != 0;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.upstream = subscription;
			this.actual.onSubscribe(this);
		}

		@Override
		public void onNext(DataBuffer buffer) {
			// Else another thread delivers just now, or this one does, further up
			boolean working = this.work.compareAndSet(0, 1);
			Cutoff held = (working && this.grace == null) ? this.clock.hold() : null;
			this.held = held;
			try {
				read(buffer);
			}
			finally {
				this.held = null;
				if (held != null) {
					held.release();
				}
			}
			if (this.awaited != Long.MAX_VALUE) {
				AWAITED.decrementAndGet(this);
			}
			if (working) {
				work();
			}
			else {
				drain();
			}
		}

		private void read(DataBuffer buffer) {
			Grace entered = this.grace;
			try {
				if (this.ended || this.cancelled || (entered != null && !entered.enter())) {
					Linger linger = this.linger;
					if (linger != null) {
						linger.read(buffer.readableByteCount());
					}
					return;
				}
				this.clock.bytes();
				this.reader.read(buffer);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				this.reader.fail(this.transportErrors.translate(ex));
			}
			finally {
				DataBufferUtils.release(buffer);
			}
			if (this.reader.hasEnded()) {
				leave();
			}
			else if (this.reader.isConcluded()) {
				awaitEnd(entered);
			}
			else if (entered != null) {
				this.grace = null;
				entered.cancel();
				this.clock.rest(false);
			}
		}

		private void awaitEnd(@Nullable Grace entered) {
			if (entered != null) {
				entered.leave(this.reader.hasMoved());
				return;
			}
			Grace begun = new Grace(this.clock, () -> this.requested != 0, this::conclude);
			this.grace = begun;
			this.clock.rest(true);
			if (!begun.begin()) {
				conclude();
			}
			else if (this.cancelled) {
				begun.cancel();
			}
		}

		/** The grace has passed: nobody else reads any more. */
		private void conclude() {
			this.reader.conclude();
			this.ended = true;
			PassThrough.cancel(this.upstream);
			drain();
		}

		/**
		 * Whether the body's end is the answer's. The grace can't pass any more then.
		 */
		private boolean enterEnd() {
			if (this.ended) {
				endLinger();
				return false;
			}
			Grace grace = this.grace;
			if (grace == null) {
				return true;
			}
			grace.cancel();
			return !this.ended && grace.enter();
		}

		private void take(StreamEvent event) {
			Cutoff held = this.held;
			if (held != null && this.delivered != this.requested && !this.cancelled && this.events.isEmpty()) {
				this.delivered++;
				this.clock.passHeld(held, event);
			}
			else {
				this.events.add(event);
			}
		}

		/** Nothing more is wanted of the body. */
		private void leave() {
			this.ended = true;
			endGrace();
			AIStreamException failure = this.reader.failure();
			if (failure != null) {
				if (!(failure instanceof ProviderException)) {
					stopAnswer();
				}
				PassThrough.cancel(this.upstream);
				return;
			}
			Linger begun = new Linger(this.clock, this.upstream);
			this.linger = begun;
			begun.begin();
			if (this.cancelled) {
				begun.end();
			}
		}

		private void endLinger() {
			Linger linger = this.linger;
			if (linger != null) {
				linger.end();
			}
		}

		@Override
		public void onError(Throwable failure) {
			boolean entered = enterEnd();
			// An error of a body that the caller has left is of nobody's interest
			if (entered && !this.request.isAbandoned()) {
				AIStreamException cause = this.transportErrors.translate(failure);
				if (!readsOn(cause)) {
					this.reader.fail(cause);
					this.ended = true;
					drain();
				}
			}
		}

		@Override
		public void onComplete() {
			if (enterEnd() && !readsOn(new StreamInterruptedException(AnswerReader.TOO_EARLY, true, null))) {
				this.reader.end();
				this.ended = true;
				drain();
			}
		}

		/**
		 * The connection is lost: the answer is read on over another, or given up if it
		 * was read on before.
		 * @return {@code false} if its end is that of the connection
		 */
		private boolean readsOn(AIStreamException cause) {
			Reconnects reconnects = this.reconnects;
			if (reconnects == null || this.cancelled) {
				return false;
			}
			AnswerLeg leg = new AnswerLeg(this, this::takeUp, this.clock.idle(), this::isWaiting);
			Flux<DataBuffer> rest = reconnects.reconnect(this.reader, cause, leg::watch);
			if (rest == null) {
				if (!reconnects.haveBegun()) {
					return false;
				}
				this.reader.giveUp(cause);
				this.ended = true;
				drain();
				return true;
			}
			if (this.grace != null) {
				this.grace = null;
				this.clock.rest(false);
			}
			rest.subscribe(leg);
			return true;
		}

		private void takeUp(Subscription subscription) {
			this.next = subscription;
			if (this.cancelled) {
				PassThrough.cancel(subscription);
			}
			drain();
		}

		private void stopAnswer() {
			if (this.reconnects != null) {
				this.reconnects.stop(this.reader, currentContext());
			}
		}

		@Override
		public void request(long count) {
			if (Operators.validate(count)) {
				Operators.addCap(REQUESTED, this, count);
				drain();
			}
		}

		@Override
		public void cancel() {
			boolean early = !this.ended && !this.cancelled;
			this.cancelled = true;
			endLinger();
			endGrace();
			PassThrough.cancel(this.upstream);
			drain();
			if (early) {
				stopAnswer();
			}
		}

		private void endGrace() {
			Grace grace = this.grace;
			if (grace != null) {
				grace.cancel();
			}
		}

		private void drain() {
			if (this.work.getAndIncrement() == 0) {
				work();
			}
		}

		private void work() {
			int missed = 1;
			do {
				if (!deliver()) {
					return; // For good: no work is taken up any more
				}
				missed = this.work.addAndGet(-missed);
			}
			while (missed != 0);
		}

		private boolean deliver() {
			Subscription next = this.next;
			if (next != null) {
				this.next = null;
				this.upstream = next;
				this.awaited = 0;
			}
			long wanted = this.requested;
			long count = this.delivered;
			this.delivered = 0;
			while (count != wanted && !this.cancelled) {
				StreamEvent event = this.events.poll();
				if (event == null) {
					break;
				}
				this.clock.pass(event);
				count++;
			}
			if (this.cancelled) {
				if (next != null) {
					PassThrough.cancel(next);
				}
				this.events.clear();
				return false;
			}
			boolean end = this.ended; // Before the queue is looked at: nothing is added
										// after it
			if (this.events.isEmpty()) {
				if (end) {
					terminate(this.reader.failure());
					return false;
				}
				if (count != wanted && this.awaited == 0) {
					this.awaited = (wanted != Long.MAX_VALUE) ? Math.min(wanted - count, MAX_BUFFERS) : wanted;
					this.upstream.request(this.awaited);
				}
			}
			if (count != 0 && wanted != Long.MAX_VALUE) {
				REQUESTED.addAndGet(this, -count);
			}
			return true;
		}

		private void terminate(@Nullable AIStreamException failure) {
			if (failure != null) {
				this.actual.onError(failure);
			}
			else {
				this.actual.onComplete();
			}
		}

	}

}

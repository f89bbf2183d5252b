package studio.ainative.aikit.cache;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;

/**
 * One of those who read an answer. Whoever doesn't make the call is told first that the
 * answer is not made for them.
 */
final class FlightReader implements Subscription {

	private final CoreSubscriber<? super StreamEvent> actual;

	private final CachedCall call;

	private final AtomicLong requested = new AtomicLong();

	/** One from the beginning, until the subscriber is ready. */
	private final AtomicInteger work = new AtomicInteger(1);

	private volatile boolean left;

	private volatile long position;

	private @Nullable Flight flight;

	// Only touched by who works

	private Flight.@Nullable Node at;

	private @Nullable StreamEvent greeting;

	private boolean greeted;

	FlightReader(CoreSubscriber<? super StreamEvent> actual, CachedCall call) {
		this.actual = actual;
		this.call = call;
	}

	CachedCall call() {
		return this.call;
	}

	Context context() {
		return this.actual.currentContext();
	}

	/** How much has been read. */
	long position() {
		return this.position;
	}

	/** Called before anybody else knows of this. */
	void board(Flight flight, Flight.Node from) {
		this.flight = flight;
		this.at = from;
	}

	private Flight flight() {
		return Objects.requireNonNull(this.flight);
	}

	/** Give the subscriber its subscription, and begin if it stays. */
	void begin(Runnable start) {
		this.actual.onSubscribe(this);
		start.run();
		work(1);
	}

	@Override
	public void request(long count) {
		if (Operators.validate(count)) {
			this.requested.accumulateAndGet(count, Operators::addCap);
			drain();
		}
	}

	@Override
	public void cancel() {
		if (!this.left) {
			this.left = true;
			flight().leave(this);
		}
	}

	/** There may be something to read. Any thread may call. */
	void drain() {
		if (this.work.getAndIncrement() == 0) {
			work(1);
		}
	}

	private void work(int known) {
		int missed = known;
		while (missed != 0) {
			if (read()) {
				flight().requestMore();
			}
			missed = this.work.addAndGet(-missed);
		}
	}

	/** Hand on what is there and wanted; whether that was anything. */
	private boolean read() {
		long wanted = this.requested.get();
		long given = 0;
		while (!this.left) {
			Flight.End end = flight().end(); // Before the events: none comes after it
			if (!this.greeted && !greet(end)) {
				break;
			}
			Flight.Node here = Objects.requireNonNull(this.at);
			Flight.Node next = here.next;
			if (this.greeting == null && next == null) {
				if (end != null) {
					finish(end);
				}
				break;
			}
			if (given == wanted) {
				break;
			}
			given++;
			StreamEvent event = this.greeting;
			if (event != null) {
				this.greeting = null;
			}
			else {
				event = advance(Objects.requireNonNull(next));
			}
			this.actual.onNext(event);
		}
		if (given > 0 && wanted != Long.MAX_VALUE) {
			this.requested.addAndGet(-given);
		}
		return given > 0;
	}

	private StreamEvent advance(Flight.Node next) {
		this.at = next;
		this.position = next.end;
		return next.event();
	}

	/** Once it is known where the answer comes from; whether it is. */
	private boolean greet(Flight.@Nullable End end) {
		Flight.Origin origin = flight().origin();
		if (origin == null) {
			return end != null;
		}
		this.greeted = true;
		if (origin.caller() != this) {
			this.call.cached((origin.caller() != null) ? CacheUse.JOINED : CacheUse.HIT);
			long age = Math.max(0, Duration.between(origin.at(), flight().now()).toSeconds());
			this.greeting = new Metadata(Map.of(Metadata.CACHED, true, Metadata.AGE, age));
		}
		return true;
	}

	private void finish(Flight.End end) {
		this.left = true;
		flight().leave(this);
		Throwable failure = end.failure();
		if (failure != null) {
			this.actual.onError(failure);
		}
		else {
			this.actual.onComplete();
		}
	}

}

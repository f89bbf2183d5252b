package studio.ainative.aikit.cache;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import studio.ainative.aikit.event.EventSize;
import studio.ainative.aikit.event.StreamEvent;

/**
 * One answer on its way to all who have asked the same: it is looked for in the store,
 * and if it is not there the provider is called, once. Each reader has all of it, from
 * the beginning and at its own pace.
 * <p>
 * The provider is read ahead of the slowest reader by no more than an answer may take
 * that is kept. A larger one can't be joined any more, and what all have read of it is
 * free.
 */
final class Flight {

	/** How many events are asked for at once, so that not each needs a request. */
	private static final int BATCH = 64;

	private final Object lock = new Object();

	private final List<FlightReader> readers = new CopyOnWriteArrayList<>();

	private final Disposable.Swap lookup = Disposables.swap();

	private final Disposable.Swap upstream = Disposables.swap();

	private final long maxSize;

	private final InstantSource clock;

	private final Landing landing;

	/** Where readers begin, {@code null} once there is too much to be kept. */
	private @Nullable Node first;

	private Node last;

	private int outstanding;

	private boolean abandoned;

	private @Nullable Subscription subscription;

	private volatile @Nullable Origin origin;

	private volatile @Nullable End end;

	Flight(long maxSize, InstantSource clock, Landing landing) {
		this.maxSize = maxSize;
		this.clock = clock;
		this.landing = landing;
		this.last = new Node(null, 0);
		this.first = this.last;
	}

	/**
	 * Read along.
	 * @param reader who
	 * @return {@code false} if it is too late for that
	 */
	boolean join(FlightReader reader) {
		synchronized (this.lock) {
			Node from = this.first;
			End ended = this.end;
			if (from == null || this.abandoned || (ended != null && ended.failure() != null)) {
				return false;
			}
			reader.board(this, from);
			this.readers.add(reader);
			return true;
		}
	}

	/**
	 * Begin.
	 * @param kept what is found in the store; does not fail
	 * @param context of whoever begins
	 */
	void start(Mono<KeptAnswer> kept, Context context) {
		this.lookup.update(kept.subscribe(this::found, (ex) -> call(), () -> {
			if (this.origin == null) {
				call();
			}
		}, context));
	}

	private void found(KeptAnswer answer) {
		synchronized (this.lock) {
			if (this.abandoned) {
				return;
			}
			answer.events().forEach(this::add);
			this.origin = new Origin(null, answer.at());
			this.end = new End(null);
		}
		this.landing.landed(this, null);
		drain();
	}

	/** Whoever of those who are there came first makes the call. */
	private void call() {
		FlightReader caller;
		synchronized (this.lock) {
			if (this.abandoned) {
				return;
			}
			caller = this.readers.get(0);
			this.origin = new Origin(caller, this.clock.instant());
		}
		Upstream subscriber = new Upstream(caller.context());
		try {
			caller.call().cached(CacheUse.MISS);
			caller.call().call().subscribe(subscriber);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			finish(ex);
		}
		drain();
	}

	private void add(StreamEvent event) {
		Node node = new Node(event, this.last.end + EventSize.of(event));
		this.last.next = node;
		this.last = node;
	}

	private void take(StreamEvent event) {
		boolean tooLarge = false;
		synchronized (this.lock) {
			if (this.abandoned || this.end != null) {
				return;
			}
			add(event);
			this.outstanding--;
			if (this.first != null && this.last.end > this.maxSize) {
				this.first = null;
				tooLarge = true;
			}
		}
		if (tooLarge) {
			this.landing.landed(this, null);
		}
		drain();
		requestMore();
	}

	private void finish(@Nullable Throwable failure) {
		List<StreamEvent> whole = null;
		synchronized (this.lock) {
			if (this.abandoned || this.end != null) {
				return;
			}
			this.end = new End(failure);
			whole = (failure == null && this.first != null) ? events(this.first) : null;
		}
		this.landing.landed(this, whole);
		drain();
	}

	private static List<StreamEvent> events(Node first) {
		List<StreamEvent> events = new ArrayList<>();
		for (Node node = first.next; node != null; node = node.next) {
			events.add(node.event());
		}
		return events;
	}

	private void drain() {
		this.readers.forEach(FlightReader::drain);
	}

	/** A reader has read on, so there may be room for more. */
	void requestMore() {
		Subscription source;
		int count;
		synchronized (this.lock) {
			source = this.subscription;
			if (source == null || this.end != null || this.outstanding > BATCH / 2) {
				return;
			}
			long slowest = this.readers.stream().mapToLong(FlightReader::position).min().orElse(0);
			if (this.last.end - slowest >= this.maxSize) {
				return;
			}
			count = BATCH - this.outstanding;
			this.outstanding += count;
		}
		source.request(count);
	}

	/**
	 * A reader has all or wants no more. The last one who leaves ends the call.
	 * @param reader who
	 */
	void leave(FlightReader reader) {
		boolean last;
		synchronized (this.lock) {
			last = this.readers.remove(reader) && this.readers.isEmpty() && this.end == null && !this.abandoned;
			this.abandoned |= last;
		}
		if (last) {
			this.landing.landed(this, null);
			this.lookup.dispose();
			this.upstream.dispose();
		}
		else {
			requestMore();
		}
	}

	/** Where the answer comes from, {@code null} until that is known. */
	@Nullable Origin origin() {
		return this.origin;
	}

	/** How the answer has ended, {@code null} before that. */
	@Nullable End end() {
		return this.end;
	}

	Instant now() {
		return this.clock.instant();
	}

	/** What is told when nobody else may join. */
	@FunctionalInterface
	interface Landing {

		/**
		 * The answer is there, has failed, has grown too large, or nobody wants it.
		 * @param flight which
		 * @param whole the answer if it is whole and the provider's, {@code null}
		 * otherwise
		 */
		void landed(Flight flight, @Nullable List<StreamEvent> whole);

	}

	/**
	 * Where an answer comes from.
	 *
	 * @param caller who makes the call, {@code null} if the answer was kept
	 * @param at when the kept answer had ended, or the call began
	 */
	record Origin(@Nullable FlightReader caller, Instant at) {
	}

	/**
	 * The end of an answer.
	 *
	 * @param failure how it failed, {@code null} if it is whole
	 */
	record End(@Nullable Throwable failure) {
	}

	/** An event and what comes after it. Kept as long as somebody has it before them. */
	static final class Node {

		private final @Nullable StreamEvent event;

		/** How much memory all events take up to this one. */
		final long end;

		volatile @Nullable Node next;

		Node(@Nullable StreamEvent event, long end) {
			this.event = event;
			this.end = end;
		}

		StreamEvent event() {
			StreamEvent event = this.event;
			if (event == null) {
				throw new IllegalStateException("The beginning is no event");
			}
			return event;
		}

	}

	/** Reads the provider. */
	private final class Upstream implements CoreSubscriber<StreamEvent> {

		private final Context context;

		Upstream(Context context) {
			this.context = context;
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			synchronized (Flight.this.lock) {
				Flight.this.subscription = subscription;
			}
			Flight.this.upstream.update(subscription::cancel);
			requestMore();
		}

		@Override
		public void onNext(StreamEvent event) {
			take(event);
		}

		@Override
		public void onError(Throwable failure) {
			finish(failure);
		}

		@Override
		public void onComplete() {
			finish(null);
		}

	}

}

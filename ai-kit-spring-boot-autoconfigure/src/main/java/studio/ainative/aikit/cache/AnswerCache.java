package studio.ainative.aikit.cache;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerLogException;

/**
 * Answers that are given again to whoever asks exactly the same: provider, address, key,
 * headers, model, system prompt, messages, options and tools are all compared, by a hash.
 * Thread-safe.
 * <p>
 * Kept is only what is whole and ended by itself ({@code finishReason} {@code stop}), is
 * no larger than {@link CacheOptions#maxAnswerSize()}, calls no tools, and came from the
 * target that was asked first, without a failure after its first token. An answer of
 * which nobody tells why it ended is not kept.
 * <p>
 * On a hit the first event is metadata with {@code "cached": true} and its {@code age} in
 * seconds; the others are those of the call, at the reader's pace. Its usage is what it
 * was, its cost 0, and it adds nothing to what a conversation or a budget has used.
 * <p>
 * Who asks the same while the answer runs joins it: after the same metadata, with the
 * seconds since the call began, comes all that was said so far, then what follows as it
 * arrives. It costs who joins nothing. Whoever leaves, the first one included, ends
 * nothing for the others; when all have left, the call is cancelled. When the call fails
 * for good, after its retries and fallbacks, all get that failure: calls of their own
 * would only meet it again. A reader who is slow holds the others up only in an answer
 * that is too large to be kept, once it is that much behind.
 * <p>
 * A store that fails, or takes longer than {@link CacheOptions#timeout()}, is as if
 * nothing were kept, and is left alone for 10 seconds; the log says so once a minute.
 *
 * @since 0.1.0
 */
public final class AnswerCache {

	private static final Log logger = LogFactory.getLog(AnswerCache.class);

	private final StoreGuard store;

	private final CacheOptions options;

	private final CacheNamespace namespace;

	private final InstantSource clock;

	private final Map<String, Flight> flights = new ConcurrentHashMap<>();

	private final AtomicBoolean nobodySaid = new AtomicBoolean();

	AnswerCache(AnswerStore store, CacheOptions options, CacheNamespace namespace, InstantSource clock,
			LongSupplier nanoClock) {
		Objects.requireNonNull(store, "'store' must not be null");
		this.options = Objects.requireNonNull(options, "'options' must not be null");
		this.store = new StoreGuard(store, options.timeout(), nanoClock);
		this.namespace = Objects.requireNonNull(namespace, "'namespace' must not be null");
		this.clock = clock;
	}

	/**
	 * Make a cache.
	 * @param store where answers are kept
	 * @param options what is kept, for how long, and for whom
	 * @param namespace tells apart who asks; of no effect in {@link CacheScope#EVERYONE}
	 * @return the cache, to be shared by all streams that are to share answers
	 */
	public static AnswerCache of(AnswerStore store, CacheOptions options, CacheNamespace namespace) {
		return new AnswerCache(store, options, namespace, InstantSource.system(), System::nanoTime);
	}

	/**
	 * Find who asks. To be called on the thread of whoever does.
	 * @return the namespace, to be subscribed to with the context of whoever does; empty
	 * for nobody
	 */
	public Mono<String> who() {
		if (this.options.scope() == CacheScope.EVERYONE) {
			return Mono.just("");
		}
		try {
			return this.namespace.namespace().onErrorResume((ex) -> nobody(ex));
		}
		catch (RuntimeException ex) {
			return nobody(ex);
		}
	}

	private static Mono<String> nobody(Throwable ex) {
		logger.debug("Who asks could not be found out: " + ex.getClass().getName());
		return Mono.empty();
	}

	/**
	 * Answer a call.
	 * @param request everything that is sent
	 * @param who who asks
	 * @param refresh whether the provider is called whatever is kept or runs, and its
	 * answer takes the place of that
	 * @param call calls the provider
	 * @return the events; each subscription is one call
	 */
	public Flux<StreamEvent> events(CachedRequest request, Mono<String> who, boolean refresh, CachedCall call) {
		return who.map((name) -> events(request.key(name(name)), refresh, call)).switchIfEmpty(Mono.fromSupplier(() -> {
			sayNobody();
			return call.call();
		})).flatMapMany((events) -> events);
	}

	/** No name of anybody's is that of everyone. */
	private @Nullable String name(String name) {
		return (this.options.scope() == CacheScope.EVERYONE) ? null : name;
	}

	private void sayNobody() {
		if (this.nobodySaid.compareAndSet(false, true)) {
			logger.warn("An answer is not cached: nobody is known who asks for it. Declare a CacheNamespace, "
					+ "or let everyone share answers (scope everyone). This is said once.");
		}
	}

	private Flux<StreamEvent> events(@Nullable String key, boolean refresh, CachedCall call) {
		if (key == null) {
			return Flux.defer(call::call);
		}
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super StreamEvent> actual) {
				AnswerCache.this.subscribe(key, refresh, new FlightReader(actual, call));
			}

		};
	}

	private void subscribe(String key, boolean refresh, FlightReader reader) {
		while (true) {
			Flight begun = new Flight(this.options.maxAnswerSize(), this.clock,
					(flight, whole) -> landed(key, flight, whole));
			Flight running = refresh ? null : this.flights.putIfAbsent(key, begun);
			if (refresh) {
				this.flights.put(key, begun);
			}
			Flight flight = (running != null) ? running : begun;
			if (flight.join(reader)) {
				reader.begin(() -> {
					if (flight == begun) {
						flight.start(refresh ? Mono.empty() : kept(key), reader.context());
					}
				});
				return;
			}
			this.flights.remove(key, flight);
		}
	}

	private Mono<KeptAnswer> kept(String key) {
		return this.store.get(key).flatMap((bytes) -> Mono.justOrEmpty(read(bytes)));
	}

	private @Nullable KeptAnswer read(byte[] bytes) {
		try {
			KeptAnswer answer = KeptAnswer.of(bytes);
			return answer.isFresh(this.clock.instant(), this.options.ttl()) ? answer : null;
		}
		catch (AnswerLogException ex) {
			this.store.damaged(ex);
			return null;
		}
	}

	/** Whoever asks while the answer is put away still joins it: no call in between. */
	private void landed(String key, Flight flight, @Nullable List<StreamEvent> whole) {
		byte[] bytes = (whole != null && this.flights.get(key) == flight && KeptAnswer.isWorthKeeping(whole))
				? KeptAnswer.of(whole, this.clock.instant()).toBytes() : null;
		if (bytes == null) {
			this.flights.remove(key, flight);
			return;
		}
		this.store.put(key, bytes, this.options.ttl())
			.doFinally((signal) -> this.flights.remove(key, flight))
			.subscribe();
	}

}

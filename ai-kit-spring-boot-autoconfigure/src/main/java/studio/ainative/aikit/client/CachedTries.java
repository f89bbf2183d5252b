package studio.ainative.aikit.client;

import java.util.function.Function;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.cache.CachedCall;
import studio.ainative.aikit.cache.CachedRequest;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * Calls that go through a cache. The provider's call is one of its own, which whoever
 * began it may leave to others: it has no listeners and no conversation, but it is what
 * is observed, so that what it uses is counted once and to its end.
 */
final class CachedTries {

	private final AnswerCache cache;

	private final StreamConfig config;

	private final Exchange exchange;

	CachedTries(AnswerCache cache, StreamConfig config, Exchange exchange) {
		this.cache = cache;
		this.config = config;
		this.exchange = exchange;
	}

	/** Who asks, found on the thread of whoever does. */
	Mono<String> who() {
		return this.cache.who();
	}

	/**
	 * The events of a call.
	 * @param call the call
	 * @param mode what it makes of the cache
	 * @param who asks
	 * @param shared makes the provider's call
	 * @param tries makes the requests of that
	 * @return the events
	 */
	Flux<StreamEvent> events(Call call, CacheMode mode, Mono<String> who, Supplier<Call> shared,
			Function<Call, Flux<StreamEvent>> tries) {
		Answer answer = call.answer();
		BudgetExceededException exceeded = answer.checkBudget();
		if (exceeded != null) {
			return Flux.error(exceeded);
		}
		ProviderRequest request = answer.request();
		CachedRequest asked = new CachedRequest(this.exchange.provider().name(),
				this.exchange.start(request).endpoint(), this.config.apiKey(), this.config.headers(), request);
		return this.cache.events(asked, who, mode == CacheMode.REFRESH, new CachedCall() {

			@Override
			public Flux<StreamEvent> call() {
				GuardedObserver observer = call.handOver();
				Call made = shared.get();
				if (observer != null) {
					made.observe(observer);
				}
				return made.wrap(Flux.defer(() -> tries.apply(made))).doOnNext((event) -> answer.accept());
			}

			@Override
			public void cached(CacheUse use) {
				call.cached(use);
			}

		});
	}

}

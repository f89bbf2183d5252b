package studio.ainative.aikit.cache;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.provider.ProviderRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Hits, misses and those who join, without a network.
 */
@ExtendWith(OutputCaptureExtension.class)
class AnswerCacheTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Metadata STOP = new Metadata(Map.of("finishReason", "stop"));

	private final InMemoryAnswerStore memory = new InMemoryAnswerStore(1 << 20);

	private Instant now = Instant.parse("2026-01-31T12:00:00Z");

	private long nanos;

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger cancels = new AtomicInteger();

	private final List<CacheUse> uses = new ArrayList<>();

	private AnswerCache cache(AnswerStore store, CacheOptions options) {
		return new AnswerCache(store, options, CacheNamespace.NOBODY, () -> this.now, () -> this.nanos);
	}

	private AnswerCache cache() {
		return cache(this.memory, CacheOptions.defaults().withScope(CacheScope.EVERYONE));
	}

	private Flux<StreamEvent> ask(AnswerCache cache, Flux<StreamEvent> answer) {
		return ask(cache, "Hi", false, answer);
	}

	private Flux<StreamEvent> ask(AnswerCache cache, String prompt, boolean refresh, Flux<StreamEvent> answer) {
		CachedRequest request = new CachedRequest("openai", URI.create("http://a/"), null, Map.of(),
				new ProviderRequest(List.of(Message.user(prompt)), "m", null, Map.of()));
		return cache.events(request, cache.who(), refresh, new CachedCall() {

			@Override
			public Flux<StreamEvent> call() {
				AnswerCacheTests.this.calls.incrementAndGet();
				return answer.doOnCancel(AnswerCacheTests.this.cancels::incrementAndGet);
			}

			@Override
			public void cached(CacheUse use) {
				AnswerCacheTests.this.uses.add(use);
			}

		});
	}

	private static Flux<StreamEvent> answer(String... texts) {
		return Flux.concat(Flux.range(0, texts.length).map((i) -> new Token(texts[i], i)), Mono.just(STOP));
	}

	private static String text(Flux<StreamEvent> events) {
		return String.join("", events.ofType(Token.class).map(Token::text).collectList().block(TIMEOUT));
	}

	@Test
	void givesAnAnswerAgain() {
		AnswerCache cache = cache();
		assertThat(ask(cache, answer("Hel", "lo")).collectList().block(TIMEOUT)).containsExactly(new Token("Hel", 0),
				new Token("lo", 1), STOP);
		this.now = this.now.plusSeconds(90);
		assertThat(ask(cache, answer("other")).collectList().block(TIMEOUT)).containsExactly(
				new Metadata(Map.of("cached", true, "age", 90L)), new Token("Hel", 0), new Token("lo", 1), STOP);
		assertThat(this.calls).hasValue(1);
		assertThat(this.uses).containsExactly(CacheUse.MISS, CacheUse.HIT);
	}

	@Test
	void anAnswerGrowsOld() {
		AnswerCache cache = cache();
		text(ask(cache, answer("old")));
		this.now = this.now.plus(Duration.ofHours(1));
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
	}

	@Test
	void anAnswerFromTheFutureIsOfNoUse() {
		AnswerCache cache = cache();
		text(ask(cache, answer("old")));
		this.now = this.now.minus(Duration.ofHours(2));
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
	}

	static Stream<Arguments> isNotKept() {
		StreamEvent token = new Token("Hel", 0);
		return Stream.of(arguments("a cut one", Flux.just(token, new Metadata(Map.of("finishReason", "length")))),
				arguments("a filtered one", Flux.just(token, new Metadata(Map.of("finishReason", "content_filter")))),
				arguments("one of whose end nobody tells", Flux.just(token)),
				arguments("one of two choices was cut",
						Flux.just(token, STOP, new Metadata(Map.of("finishReason", "length")))),
				arguments("a refusal", Flux.just(token, new Metadata(Map.of("refusal", "No.")), STOP)),
				arguments("a tool call", Flux.just(token, new StreamEvent.ToolCall(0, "1", "t", "{}"), STOP)),
				arguments("a tool's result", Flux.just(token, new StreamEvent.ToolResult("1", "t", "", false), STOP)),
				arguments("no text", Flux.just(STOP)),
				arguments("an error event", Flux.just(token, new StreamEvent.ErrorEvent("e", "E"), STOP)),
				arguments(
						"one that began anew", Flux.just(token, new StreamEvent.Retry(1, Duration.ZERO, 1), token,
								STOP)),
				arguments("another target's", Flux.just(new Metadata(Map.of("failedTargets", List.of())), token, STOP)),
				arguments("what can't be written", Flux.just(token, new Metadata(Map.of("x", new Object())), STOP)),
				arguments("a large one",
						Flux.concat(Flux.range(0, 10_000).map((i) -> new Token("x".repeat(20), i)), Mono.just(STOP))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void isNotKept(String name, Flux<StreamEvent> answer) {
		AnswerCache cache = cache();
		ask(cache, answer).blockLast(TIMEOUT);
		assertThat(this.memory.size()).isZero();
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
	}

	@Test
	void retriesBeforeTheFirstTokenAreNotKept() {
		AnswerCache cache = cache();
		text(ask(cache, Flux.concat(Mono.just(new StreamEvent.Retry(1, Duration.ZERO, 0)),
				Mono.just(new Metadata(Map.of("cached", true, "age", 7))), answer("Hello"))));
		assertThat(ask(cache, answer("new")).collectList().block(TIMEOUT)).hasSize(3)
			.endsWith(new Token("Hello", 0), STOP)
			.first()
			.isEqualTo(new Metadata(Map.of("cached", true, "age", 0L)));
	}

	@Test
	void whoWantsAnotherAnswerReplacesIt() {
		AnswerCache cache = cache();
		text(ask(cache, answer("old")));
		assertThat(text(ask(cache, "Hi", true, answer("new")))).isEqualTo("new");
		assertThat(text(ask(cache, answer("third")))).isEqualTo("new");
	}

	@Test
	void anOlderAnswerDoesNotReplaceTheOneThatWasWantedInItsPlace() {
		AnswerCache cache = cache();
		Sinks.Many<StreamEvent> old = Sinks.many().unicast().onBackpressureBuffer();
		ask(cache, old.asFlux()).subscribe();
		assertThat(text(ask(cache, "Hi", true, answer("new")))).isEqualTo("new");
		old.tryEmitNext(new Token("old", 0));
		old.tryEmitNext(STOP);
		old.tryEmitComplete();
		assertThat(text(ask(cache, answer("third")))).isEqualTo("new");
		assertThat(this.calls).hasValue(2);
	}

	@Test
	void manyAtOnceAreOneCall() {
		AnswerCache cache = cache();
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		List<List<StreamEvent>> read = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			List<StreamEvent> events = new ArrayList<>();
			read.add(events);
			ask(cache, source.asFlux()).subscribe(events::add);
			source.tryEmitNext(new Token("t" + i, i));
		}
		source.tryEmitNext(STOP);
		source.tryEmitComplete();
		List<StreamEvent> whole = new ArrayList<>(
				IntStream.range(0, 10).mapToObj((i) -> (StreamEvent) new Token("t" + i, i)).toList());
		whole.add(STOP);
		assertThat(read.get(0)).isEqualTo(whole);
		whole.add(0, new Metadata(Map.of("cached", true, "age", 0L)));
		assertThat(read.subList(1, 10)).containsOnly(whole);
		assertThat(this.calls).hasValue(1);
		assertThat(this.uses).hasSize(10).startsWith(CacheUse.MISS).endsWith(CacheUse.JOINED);
		assertThat(text(ask(cache, answer("new")))).isEqualTo("t0t1t2t3t4t5t6t7t8t9");
	}

	@Test
	void whoeverLeavesEndsNothingForTheOthers() {
		AnswerCache cache = cache();
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		Disposable first = ask(cache, source.asFlux()).subscribe();
		List<StreamEvent> second = new ArrayList<>();
		ask(cache, source.asFlux()).subscribe(second::add);
		Disposable third = ask(cache, source.asFlux()).subscribe();
		source.tryEmitNext(new Token("Hel", 0));
		third.dispose();
		first.dispose();
		source.tryEmitNext(new Token("lo", 1));
		source.tryEmitNext(STOP);
		source.tryEmitComplete();
		assertThat(second).endsWith(new Token("Hel", 0), new Token("lo", 1), STOP);
		assertThat(this.cancels).hasValue(0);
		assertThat(text(ask(cache, answer("new")))).isEqualTo("Hello");
	}

	@Test
	void theCallEndsWhenAllHaveLeft() {
		AnswerCache cache = cache();
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		Disposable first = ask(cache, source.asFlux()).subscribe();
		Disposable second = ask(cache, source.asFlux()).subscribe();
		first.dispose();
		assertThat(this.cancels).hasValue(0);
		second.dispose();
		assertThat(this.cancels).hasValue(1);
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
	}

	@Test
	void aFailureIsEverybodys() {
		AnswerCache cache = cache();
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		List<String> failures = new ArrayList<>();
		ask(cache, source.asFlux()).subscribe((event) -> {
		}, (ex) -> failures.add(ex.getMessage()));
		ask(cache, source.asFlux()).subscribe((event) -> {
		}, (ex) -> failures.add(ex.getMessage()));
		source.tryEmitError(new IllegalStateException("broken"));
		assertThat(failures).containsExactly("broken", "broken");
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
	}

	@Test
	void aCallThatCannotBeMadeIsAFailure() {
		AnswerCache cache = cache();
		StepVerifier.create(ask(cache, Flux.defer(() -> {
			throw new IllegalArgumentException("an option");
		}))).expectErrorMessage("an option").verify(TIMEOUT);
	}

	@Test
	void aSlowReaderHoldsNobodyUp() {
		AnswerCache cache = cache();
		Flux<StreamEvent> answer = Flux.concat(Flux.range(0, 1000).map((i) -> new Token("x", i)), Mono.just(STOP));
		StepVerifier.Step<StreamEvent> slow = StepVerifier.create(ask(cache, answer), 0);
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		List<StreamEvent> fast = new ArrayList<>();
		slow.then(() -> {
			ask(cache, source.asFlux()).subscribe(fast::add);
			assertThat(fast).hasSize(1002);
		}).thenRequest(1000).expectNextCount(1000).thenRequest(10).expectNext(STOP).expectComplete().verify(TIMEOUT);
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void aLargeAnswerIsReadAheadByNoMoreThanIsKept() {
		AnswerCache cache = cache(this.memory,
				CacheOptions.defaults().withScope(CacheScope.EVERYONE).withMaxAnswerSize(10_000));
		AtomicInteger produced = new AtomicInteger();
		Flux<StreamEvent> answer = Flux.range(0, 100_000)
			.map((i) -> (StreamEvent) new Token("x", i))
			.doOnNext((event) -> produced.incrementAndGet());
		StepVerifier.create(ask(cache, answer), 0)
			.then(() -> assertThat(produced).hasValueBetween(150, 300))
			.thenRequest(1000)
			.expectNextCount(1000)
			.then(() -> assertThat(produced).hasValueBetween(1150, 1300))
			.thenRequest(Long.MAX_VALUE)
			.expectNextCount(99_000)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void aLargeAnswerCannotBeJoinedAnyMore() {
		AnswerCache cache = cache(this.memory,
				CacheOptions.defaults().withScope(CacheScope.EVERYONE).withMaxAnswerSize(100));
		Sinks.Many<StreamEvent> source = Sinks.many().unicast().onBackpressureBuffer();
		ask(cache, source.asFlux()).subscribe();
		source.tryEmitNext(new Token("x".repeat(100), 0));
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
		assertThat(this.calls).hasValue(2);
	}

	@Test
	void namespacesShareNothing() {
		AnswerCache cache = new AnswerCache(this.memory, CacheOptions.defaults(),
				() -> Mono.deferContextual((context) -> Mono.justOrEmpty(context.<String>getOrEmpty("user"))),
				() -> this.now, () -> this.nanos);
		assertThat(text(ask(cache, answer("Ann's")).contextWrite(Context.of("user", "ann")))).isEqualTo("Ann's");
		assertThat(text(ask(cache, answer("Ben's")).contextWrite(Context.of("user", "ben")))).isEqualTo("Ben's");
		assertThat(text(ask(cache, answer("new")).contextWrite(Context.of("user", "ann")))).isEqualTo("Ann's");
	}

	@Test
	void whatNobodyAsksForIsNotCached(CapturedOutput output) {
		AnswerCache cache = cache(this.memory, CacheOptions.defaults());
		assertThat(text(ask(cache, answer("one")))).isEqualTo("one");
		assertThat(text(ask(cache, answer("two")))).isEqualTo("two");
		assertThat(this.memory.size()).isZero();
		assertThat(this.uses).isEmpty();
		assertThat(output.getAll()).containsOnlyOnce("nobody is known who asks");
	}

	@Test
	void aNamespaceThatFailsIsNobodys() {
		for (CacheNamespace failing : List.<CacheNamespace>of(() -> Mono.error(new IllegalStateException()), () -> {
			throw new IllegalStateException();
		})) {
			AnswerCache cache = AnswerCache.of(this.memory, CacheOptions.defaults(), failing);
			assertThat(text(ask(cache, answer("one")))).isEqualTo("one");
			assertThat(this.memory.size()).isZero();
		}
	}

	@Test
	void aStoreThatHangsIsAMiss(CapturedOutput output) {
		AnswerStore hanging = store(Mono.never(), Mono.never());
		StepVerifier
			.withVirtualTime(
					() -> ask(cache(hanging, CacheOptions.defaults().withScope(CacheScope.EVERYONE)), answer("Hello")))
			.expectSubscription()
			.expectNoEvent(Duration.ofSeconds(2).minusNanos(1))
			.thenAwait(Duration.ofNanos(1))
			.expectNext(new Token("Hello", 0), STOP)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(output.getAll()).contains(" WARN ").contains("The cache of answers fails");
	}

	@Test
	void aStoreThatFailsIsLeftAloneForAWhile(CapturedOutput output) {
		AtomicInteger asked = new AtomicInteger();
		AnswerStore failing = store(
				Mono.<byte[]>error(new IllegalStateException("secret"))
					.doOnSubscribe((subscription) -> asked.incrementAndGet()),
				Mono.error(new IllegalStateException("secret")));
		AnswerCache cache = cache(failing, CacheOptions.defaults().withScope(CacheScope.EVERYONE));
		for (int i = 0; i < 3; i++) {
			assertThat(text(ask(cache, answer("Hello")))).isEqualTo("Hello");
		}
		assertThat(asked).hasValue(1);
		this.nanos += Duration.ofSeconds(10).toNanos();
		text(ask(cache, answer("Hello")));
		assertThat(asked).hasValue(2);
		assertThat(output.getAll()).containsOnlyOnce("The cache of answers fails").doesNotContain("secret");
		this.nanos += Duration.ofSeconds(50).toNanos();
		text(ask(cache, answer("Hello")));
		assertThat(output.getAll().split("The cache of answers fails", -1)).hasSize(3);
	}

	@Test
	void anAnswerThatWasDamagedIsAMissAndReplaced(CapturedOutput output) {
		List<byte[]> kept = new ArrayList<>();
		AnswerStore damaging = store(Mono.fromSupplier(() -> kept.isEmpty() ? null : kept.get(kept.size() - 1)), null);
		AnswerCache cache = cache(new AnswerStore() {

			@Override
			public Mono<byte[]> get(String key) {
				return damaging.get(key);
			}

			@Override
			public Mono<Void> put(String key, byte[] answer, Duration ttl) {
				return Mono.fromRunnable(() -> kept.add(answer));
			}

		}, CacheOptions.defaults().withScope(CacheScope.EVERYONE));
		text(ask(cache, answer("old")));
		kept.get(0)[kept.get(0).length - 1]++;
		assertThat(text(ask(cache, answer("new")))).isEqualTo("new");
		assertThat(text(ask(cache, answer("third")))).isEqualTo("new");
		kept.add(new byte[0]);
		assertThat(text(ask(cache, answer("fourth")))).isEqualTo("fourth");
		assertThat(output.getAll()).containsOnlyOnce("An answer in the cache is damaged");
	}

	@Test
	void whoLeavesWhileTheAnswerIsLookedForMakesNoCall() {
		Sinks.One<byte[]> found = Sinks.one();
		AnswerCache cache = cache(store(found.asMono(), Mono.empty()),
				CacheOptions.defaults().withScope(CacheScope.EVERYONE));
		Disposable first = ask(cache, answer("Hello")).subscribe();
		List<StreamEvent> second = new ArrayList<>();
		ask(cache, answer("Hello")).subscribe(second::add);
		first.dispose();
		assertThat(this.calls).hasValue(0);
		found.tryEmitEmpty();
		assertThat(second).containsExactly(new Token("Hello", 0), STOP);
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void memoryKeepsWhatWasAskedForLast() {
		InMemoryAnswerStore store = new InMemoryAnswerStore(3 * (256 + 100), () -> this.nanos);
		for (String key : List.of("a", "b", "c")) {
			store.put(key, new byte[100], Duration.ofMinutes(1)).block(TIMEOUT);
		}
		assertThat(store.get("a").block(TIMEOUT)).isNotNull();
		store.put("d", new byte[100], Duration.ofMinutes(1)).block(TIMEOUT);
		assertThat(store.get("b").block(TIMEOUT)).isNull();
		assertThat(store.get("a").block(TIMEOUT)).isNotNull();
		store.put("e", new byte[2000], Duration.ofMinutes(1)).block(TIMEOUT);
		assertThat(store.get("e").block(TIMEOUT)).isNull();
		this.nanos += Duration.ofMinutes(1).toNanos();
		assertThat(store.get("a").block(TIMEOUT)).isNull();
		assertThat(store.size()).isEqualTo(2 * (256 + 100));
	}

	private static AnswerStore store(Mono<byte[]> found, @Nullable Mono<Void> put) {
		return new AnswerStore() {

			@Override
			public Mono<byte[]> get(String key) {
				return found;
			}

			@Override
			public Mono<Void> put(String key, byte[] answer, Duration ttl) {
				return (put != null) ? put : Mono.empty();
			}

		};
	}

}

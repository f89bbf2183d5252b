package studio.ainative.aikit.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.cache.CacheOptions;
import studio.ainative.aikit.cache.CacheScope;
import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.cache.InMemoryAnswerStore;
import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.tokens.TokenBudget;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a stream with a cache tells of its answers, and what it makes of calls.
 */
class CachedStreamTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n";

	private final FakeTarget target = new FakeTarget("main");

	private final Observer observer = new Observer();

	private AIStream.Builder builder() {
		AnswerCache cache = AnswerCache.of(new InMemoryAnswerStore(1 << 20),
				CacheOptions.defaults().withScope(CacheScope.EVERYONE), CacheNamespace.NOBODY);
		return this.target.builder().model("gpt-4o-mini").cache(cache).observer(this.observer);
	}

	private FakeTarget hello() {
		String tokens = String.join("", Answers.openAiTokens("Hel", "lo"));
		String end = FakeTarget.END.replace("data: [DONE]", USAGE + "data: [DONE]");
		return this.target.then(FakeTarget.with(tokens, end));
	}

	@Test
	void aHitCostsNothingAndSaysSo() {
		hello();
		AIStream stream = builder().build();
		List<StreamEvent> first = Answers.events(stream.stream("Hi"));
		List<StreamEvent> second = Answers.events(stream.stream("Hi"));
		assertThat(this.target.count()).isOne();
		assertThat(second).first().isEqualTo(new Metadata(Map.of("cached", true, "age", 0L)));
		assertThat(second.subList(1, second.size() - 1)).isEqualTo(first.subList(0, first.size() - 1));
		Cost cost = ((StreamEvent.UsageReport) first.get(first.size() - 1)).cost();
		assertThat(cost).isNotNull();
		assertThat(cost.amount()).isPositive();
		assertThat(second).last()
			.isEqualTo(new StreamEvent.UsageReport(Usage.of(9, 2), new Cost(BigDecimal.ZERO, "USD")));
	}

	@Test
	void observersAreToldAndCountNothing() {
		hello();
		AIStream stream = builder().build();
		Answers.events(stream.stream("Hi"));
		Answers.events(stream.stream("Hi"));
		assertThat(this.observer.seen).containsExactly("begin", "miss", "try", "try ends", "COMPLETE 11", "begin",
				"hit", "COMPLETE nothing");
	}

	@Test
	void observersOfCallsThatNobodyIsKnownToMakeSeeNoCache() {
		hello();
		AIStream stream = this.target.builder()
			.cache(AnswerCache.of(new InMemoryAnswerStore(1 << 20), CacheOptions.defaults(), CacheNamespace.NOBODY))
			.observer(this.observer)
			.build();
		Answers.events(stream.stream("Hi"));
		assertThat(this.observer.seen).containsExactly("begin", "try", "try ends", "COMPLETE 11");
	}

	@Test
	void listenersSeeAHitAsTheySeeACall() {
		hello();
		AIStream stream = builder().build();
		Answers.events(stream.stream("Hi"));
		List<String> heard = new ArrayList<>();
		stream.on(AIStreamEvent.STREAMING_START, (messages) -> heard.add("start"));
		stream.on(AIStreamEvent.TOKEN, (token) -> heard.add(token.text()));
		stream.on(AIStreamEvent.USAGE, (report) -> heard.add("usage " + report.usage().totalTokens()));
		stream.on(AIStreamEvent.STREAMING_END,
				(end) -> heard.add(end.outcome() + " " + end.answer() + " " + end.usage().totalTokens()));
		Answers.events(stream.stream("Hi"));
		assertThat(heard).containsExactly("start", "Hel", "lo", "usage 11", "COMPLETE Hello 0");
	}

	@Test
	void anAnswerWithoutAReportOfUsageKeepsItsEstimate() {
		this.target.then(FakeTarget.answer("Hel", "lo"));
		AIStream stream = builder().build();
		List<StreamEvent> first = Answers.events(stream.stream("Hi"));
		List<StreamEvent> second = Answers.events(stream.stream("Hi"));
		assertThat(first).filteredOn(StreamEvent.UsageReport.class::isInstance).hasSize(1);
		assertThat(second).filteredOn(StreamEvent.UsageReport.class::isInstance)
			.singleElement()
			.satisfies((report) -> assertThat(((StreamEvent.UsageReport) report).usage())
				.isEqualTo(((StreamEvent.UsageReport) first.get(first.size() - 1)).usage()));
	}

	@Test
	void conversationsGoOnWithHitsAndRetryWantsAnother() {
		hello();
		this.target.then(FakeTarget.answer("Servus"));
		AIStream.Builder builder = builder();
		assertThat(Answers.text(builder.build().send("Hi"))).isEqualTo("Hello");
		AIStream second = builder.build();
		assertThat(Answers.text(second.send("Hi"))).isEqualTo("Hello");
		assertThat(second.getMessages()).extracting(Message::content).containsExactly("Hi", "Hello");
		assertThat(second.getUsage()).isEqualTo(Usage.NONE);
		assertThat(Answers.text(second.retry())).isEqualTo("Servus");
		assertThat(this.target.count()).isEqualTo(2);
		assertThat(Answers.text(builder.build().send("Hi"))).isEqualTo("Servus");
		assertThat(this.target.count()).isEqualTo(2);
	}

	@Test
	void callsChooseWhatTheyMakeOfTheCache() {
		this.target.then(FakeTarget.answer("one")).then(FakeTarget.answer("two")).then(FakeTarget.answer("three"));
		AIStream stream = builder().build();
		List<Message> messages = List.of(Message.user("Hi"));
		CallOptions options = CallOptions.defaults();
		assertThat(Answers.text(stream.stream(messages))).isEqualTo("one");
		assertThat(Answers.text(stream.stream(messages, options.withCache(CacheMode.REFRESH)))).isEqualTo("two");
		assertThat(Answers.text(stream.stream(messages, options.withCache(CacheMode.BYPASS)))).isEqualTo("three");
		assertThat(Answers.text(stream.stream(messages, options))).isEqualTo("two");
	}

	@Test
	void anotherModelIsAnotherQuestion() {
		this.target.then(FakeTarget.answer("one")).then(FakeTarget.answer("two"));
		AIStream stream = builder().build();
		List<Message> messages = List.of(Message.user("Hi"));
		assertThat(Answers.text(stream.stream(messages))).isEqualTo("one");
		assertThat(Answers.text(stream.stream(messages, CallOptions.defaults().withModel("m2")))).isEqualTo("two");
	}

	@Test
	void whatAFallbackAnsweredIsNotKept() {
		FakeTarget backup = new FakeTarget("backup");
		this.target.then(FakeTarget.status(503)).then(FakeTarget.answer("main"));
		AIStream stream = builder().fallback("backup", backup.builder()).build();
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("backup");
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("main");
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("main");
		assertThat(this.target.count()).isEqualTo(2);
	}

	@Test
	void whatBreaksIsRetriedOnceForAllWhoWait() {
		StepVerifier.withVirtualTime(() -> {
			this.target.then(FakeTarget.status(503));
			AIStream stream = builder().build();
			return Flux.merge(Answers.tokens(stream.stream("Hi")), Answers.tokens(stream.stream("Hi")),
					Answers.tokens(stream.stream("Hi")));
		}).thenAwait(Duration.ofSeconds(1)).expectNext("main", "main", "main").expectComplete().verify(TIMEOUT);
		assertThat(this.target.count()).isEqualTo(2);
	}

	@Test
	void aFailureForGoodIsEverybodysAndTheNextOneAsksAgain() {
		Sinks.Empty<Void> refused = Sinks.empty();
		this.target.then(() -> refused.asMono().then(FakeTarget.status(400).get()));
		AIStream stream = builder().build();
		List<Throwable> failures = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			stream.stream("Hi").subscribe((event) -> {
			}, failures::add);
		}
		refused.tryEmitEmpty();
		assertThat(failures).hasSize(3).allMatch(ProviderException.class::isInstance);
		assertThat(this.target.count()).isOne();
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("main");
	}

	@Test
	void theCallIsObservedToItsEndWhoeverLeaves() {
		Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();
		this.target.then(FakeTarget.following(body.asFlux()));
		AIStream stream = builder().build();
		Disposable first = stream.stream("Hi").subscribe();
		List<StreamEvent> second = new ArrayList<>();
		stream.stream("Hi").subscribe(second::add);
		body.tryEmitNext(Answers.openAiTokens("Hel").get(0));
		first.dispose();
		assertThat(this.observer.seen).containsExactly("begin", "miss", "try", "begin", "joined");
		body.tryEmitNext(Answers.openAiTokens("lo").get(0));
		body.tryEmitNext(FakeTarget.END.replace("data: [DONE]", USAGE + "data: [DONE]"));
		assertThat(this.observer.seen).endsWith("joined", "try ends", "COMPLETE 11", "COMPLETE nothing");
		assertThat(Answers.text(Flux.fromIterable(second))).isEqualTo("Hello");
	}

	@Test
	void theLastOneWhoLeavesCancelsTheCall() {
		Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();
		this.target.then(FakeTarget.following(body.asFlux()));
		AIStream stream = builder().build();
		Disposable first = stream.stream("Hi").subscribe();
		AIStream conversation = stream.mutate().build();
		conversation.send("Hi").subscribe();
		body.tryEmitNext(Answers.openAiTokens("Hel").get(0));
		first.dispose();
		assertThat(body.currentSubscriberCount()).isOne();
		conversation.stop();
		assertThat(body.currentSubscriberCount()).isZero();
		assertThat(conversation.getMessages()).extracting(Message::content).containsExactly("Hi", "Hel");
		assertThat(this.observer.seen).endsWith("STOPPED nothing", "CANCELLED estimated");
	}

	@Test
	void aSpentBudgetIsOnesOwn() {
		AIStream.Builder builder = builder();
		AIStream poor = builder.clone().budget(TokenBudget.of(1)).build();
		StepVerifier.create(poor.stream("A long question, for which there is no budget"))
			.expectError(BudgetExceededException.class)
			.verify(TIMEOUT);
		assertThat(this.target.count()).isZero();
	}

	@Test
	void manyAtOnceFromManyThreadsGetAllOfIt() throws Exception {
		this.target.always(
				() -> FakeTarget
					.following(Flux.fromIterable(Answers.openAiTokens("a", "b", "c", "d"))
						.concatWithValues(FakeTarget.END)
						.publishOn(Schedulers.parallel(), 1))
					.get());
		AIStream stream = builder().build();
		ExecutorService threads = Executors.newFixedThreadPool(10);
		try {
			for (int round = 0; round < 200; round++) {
				String prompt = "Question " + round;
				CountDownLatch start = new CountDownLatch(1);
				List<Future<@Nullable String>> answers = new ArrayList<>();
				for (int i = 0; i < 10; i++) {
					boolean leaves = i % 3 == 0;
					answers.add(threads.submit(() -> {
						start.await();
						Flux<StreamEvent> events = stream.stream(prompt);
						return leaves ? Answers.text(events.take(ThreadLocalRandom.current().nextInt(3)))
								: Answers.text(events);
					}));
				}
				start.countDown();
				for (int i = 0; i < 10; i++) {
					String text = answers.get(i).get();
					assertThat(text).isEqualTo((i % 3 == 0) ? "abcd".substring(0, text.length()) : "abcd");
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		// Four leave in each round: who was alone ends a call, and then there is another
		assertThat(this.target.count()).isBetween(200, 1000);
	}

	/** Notes what it is told. */
	private static final class Observer implements CallObserver {

		private final List<String> seen = new ArrayList<>();

		@Override
		public ObservedCall begin(Start call, reactor.util.context.ContextView context) {
			add("begin");
			return new ObservedCall() {

				@Override
				public Context tryBegins(Context tryContext) {
					add("try");
					return tryContext;
				}

				@Override
				public void tryEnds(@Nullable Throwable failure) {
					add("try ends");
				}

				@Override
				public void cached(CacheUse use) {
					add(use.toString());
				}

				@Override
				public void event(StreamEvent event) {
				}

				@Override
				public void ends(End end) {
					Usage reported = end.reported();
					String used = (reported != null) ? String.valueOf(reported.totalTokens()) : "estimated";
					add(end.cause() + " " + ((end.total() != null) ? used : "nothing"));
				}

			};
		}

		private synchronized void add(String what) {
			this.seen.add(what);
		}

	}

}

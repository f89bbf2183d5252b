package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.web.reactive.function.client.ClientResponse;

import studio.ainative.aikit.client.RetryConfig.MidStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.tokens.TokenBudget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What goes on to the next target and what does not, in virtual time.
 */
class FailoverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final FakeTarget main = new FakeTarget("main");

	private final FakeTarget backup = new FakeTarget("backup");

	private final FakeTarget cheap = new FakeTarget("cheap");

	static Stream<Arguments> goesOn() {
		return Stream.of(arguments("429", FakeTarget.status(429)), arguments("500", FakeTarget.status(500)),
				arguments("501", FakeTarget.status(501)), arguments("502", FakeTarget.status(502)),
				arguments("503", FakeTarget.status(503)), arguments("504", FakeTarget.status(504)),
				arguments("529", FakeTarget.status(529)), arguments("408", FakeTarget.status(408)),
				arguments("402", FakeTarget.status(402)),
				arguments("a spent balance",
						FakeTarget.status(429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"m\"}}")),
				arguments("no connection", FakeTarget.refusesConnections()),
				arguments("an overload event",
						FakeTarget.with("data: {\"error\":{\"type\":\"overloaded_error\"}}\n\n")),
				arguments("an end before the first token", FakeTarget.with(": hello\n\n")),
				arguments("a role, then an end",
						FakeTarget.with("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n")),
				arguments("no answer", FakeTarget.with()),
				arguments("what is no event", FakeTarget.with("data: {\n\n")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void goesOn(String name, Supplier<Mono<ClientResponse>> failure) {
		this.main.then(failure);
		List<StreamEvent> events = events(stream());
		assertThat(events).first().isEqualTo(new StreamEvent.Retry(1, Duration.ZERO, 0, "backup"));
		assertThat(text(events)).isEqualTo("backup");
		assertThat(this.main.count()).isOne();
		assertThat(this.backup.count()).isOne();
	}

	static Stream<Arguments> staysAway() {
		return Stream.of(arguments("400", FakeTarget.status(400)), arguments("401", FakeTarget.status(401)),
				arguments("403", FakeTarget.status(403)), arguments("404", FakeTarget.status(404)),
				arguments("413", FakeTarget.status(413)), arguments("422", FakeTarget.status(422)),
				arguments("a context that is too long",
						FakeTarget.status(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}")),
				arguments("content that is forbidden",
						FakeTarget.status(400, "{\"error\":{\"code\":\"content_policy_violation\"}}")),
				arguments("an event of a bad request",
						FakeTarget.with("data: {\"error\":{\"type\":\"invalid_request_error\"}}\n\n")),
				arguments("an event of a bad key",
						FakeTarget.with("data: {\"error\":{\"type\":\"authentication_error\"}}\n\n")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void staysAway(String name, Supplier<Mono<ClientResponse>> failure) {
		this.main.then(failure).then(failure).then(failure);
		DefaultAIStreamBuilder builder = builder();
		for (int call = 0; call < 3; call++) {
			StepVerifier.create(builder.build().stream("Hi")).expectError(ProviderException.class).verify(TIMEOUT);
		}
		assertThat(this.backup.count()).isZero();
		assertThat(text(events(builder.build()))).as("the target is well").isEqualTo("main");
	}

	@ParameterizedTest
	@CsvSource({ "400, context_length_exceeded, m, CONTEXT_LENGTH",
			"400, x, prompt is too long: 9 tokens, CONTEXT_LENGTH", "413, request_too_large, m, CONTEXT_LENGTH",
			"400, content_filter, m, CONTENT_POLICY", "400, x, rejected by our safety system, CONTENT_POLICY",
			"401, x, m, AUTHENTICATION", "403, x, m, AUTHENTICATION", "404, model_not_found, m, REQUEST" })
	void goesOnToATargetThatIsMadeForExactlyThat(int status, String code, String message, FallbackReason reason) {
		Supplier<Mono<ClientResponse>> failure = FakeTarget.status(status,
				"{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}");
		this.main.then(failure).then(FakeTarget.status(503));
		AIStream stream = this.main.builder()
			.fallback("cheap", this.cheap.builder())
			.fallback("special", this.backup.builder().route(RouteConfig.defaults().withTakes(Set.of(reason))))
			.build();
		assertThat(text(events(stream))).isEqualTo("backup");
		assertThat(this.cheap.count()).isZero();
		assertThat(text(events(stream))).as("for nothing else").isEqualTo("cheap");
	}

	@Test
	void theFirstTokenHasTenSecondsOnAllButTheLast() {
		this.main.then(FakeTarget.silence());
		this.backup.then(FakeTarget.stallAfter());
		this.cheap.then(FakeTarget.silence());
		StepVerifier.withVirtualTime(
				() -> builder().retry(RetryConfig.none()).fallback("cheap", this.cheap.builder()).build().stream("Hi"))
			.thenAwait(Duration.ofMillis(9_900))
			.then(() -> assertThat(this.backup.count()).isZero())
			.thenAwait(Duration.ofMillis(800))
			.expectNext(new StreamEvent.Retry(1, Duration.ZERO, 0, "backup"))
			.thenAwait(Duration.ofMillis(10_700))
			.expectNext(new StreamEvent.Retry(2, Duration.ZERO, 0, "cheap"))
			.thenAwait(Duration.ofSeconds(59))
			.thenAwait(Duration.ofSeconds(6))
			.expectErrorSatisfies((ex) -> {
				assertThat(((StreamTimeoutException) ex).limit()).isEqualTo(Duration.ofSeconds(60));
				assertThat(ex.getSuppressed()).extracting((earlier) -> ((StreamTimeoutException) earlier).limit())
					.containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(10));
			})
			.verify(TIMEOUT);
	}

	@Test
	void whoAnswersAndWhoHasFailedIsSaid() {
		this.main.then(FakeTarget.status(503));
		this.backup.then(FakeTarget.status(429));
		List<StreamEvent.Retry> retries = new ArrayList<>();
		AIStream stream = builder().fallback("cheap", this.cheap.builder())
			.on(AIStreamEvent.RETRY, retries::add)
			.build();
		List<StreamEvent> events = events(stream);
		assertThat(retries).extracting(StreamEvent.Retry::target).containsExactly("backup", "cheap");
		assertThat(metadata(events).values()).isEqualTo(Map.of("provider", "openai", "target", "cheap", "model",
				"cheap-model", "failedTargets", List.of(Map.of("target", "default", "error", "OVERLOADED"),
						Map.of("target", "backup", "error", "RATE_LIMIT"))));
		assertThat(events.indexOf(metadata(events))).as("before the first token").isEqualTo(2);
	}

	@Test
	void whoAnswersIsSaidWithoutFailuresToo() {
		assertThat(metadata(events(stream())).values())
			.isEqualTo(Map.of("provider", "openai", "target", "default", "model", "main-model"));
	}

	@Test
	void aTryThatFailsBeforeItsFirstTokenLeavesNoOtherTrace() {
		this.main.then(FakeTarget
			.with("data: {\"id\":\"lost\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n"));
		assertThat(events(stream())).filteredOn(StreamEvent.Metadata.class::isInstance)
			.noneMatch((event) -> ((StreamEvent.Metadata) event).values().containsValue("lost"));
	}

	@Test
	void whenAllFailRetriesBeginAndThenTheLastFailureKnowsTheEarlierOnes() {
		this.main.always(FakeTarget.status(503));
		this.backup.always(FakeTarget.status(500));
		StepVerifier.withVirtualTime(() -> stream().stream("Hi"))
			.expectNext(new StreamEvent.Retry(1, Duration.ZERO, 0, "backup"))
			.expectNext(new StreamEvent.Retry(2, Duration.ofSeconds(1), 0, "default"))
			.thenAwait(Duration.ofSeconds(1))
			.expectNext(new StreamEvent.Retry(3, Duration.ofSeconds(2), 0, "default"))
			.thenAwait(Duration.ofSeconds(2))
			// It has failed three times in a row now
			.expectNext(new StreamEvent.Retry(4, Duration.ofSeconds(4), 0, "backup"))
			.thenAwait(Duration.ofSeconds(4))
			.expectErrorSatisfies((ex) -> {
				assertThat(((ProviderException) ex).status()).isEqualTo(500);
				assertThat(ex.getSuppressed()).extracting((earlier) -> ((ProviderException) earlier).status())
					.containsExactly(503, 500, 503, 503);
			})
			.verify(TIMEOUT);
		assertThat(this.main.count() + this.backup.count()).as("two targets, three retries").isEqualTo(5);
	}

	@Test
	void aBreakAfterTheFirstTokenIsNotRepeatedAndCountsAgainstTheTarget() {
		for (int call = 0; call < 3; call++) {
			this.main.then(FakeTarget.cutAfter("Hel"));
		}
		DefaultAIStreamBuilder builder = builder();
		for (int call = 0; call < 3; call++) {
			StepVerifier.create(builder.build().stream("Hi").filter(StreamEvent.Token.class::isInstance))
				.expectNextCount(1)
				.expectErrorSatisfies((ex) -> assertThat(((AIStreamException) ex).partialAnswer()).isEqualTo("Hel"))
				.verify(TIMEOUT);
		}
		assertThat(this.backup.count()).isZero();
		assertThat(text(events(builder.build()))).isEqualTo("backup");
		assertThat(this.main.count()).isEqualTo(3);
	}

	@Test
	void aBreakAfterTheFirstTokenMayBeginAgainElsewhere() {
		this.main.then(FakeTarget.cutAfter("Hel", "lo"));
		AIStream stream = builder().retry(RetryConfig.defaults().withMidStream(MidStream.RESTART)).build();
		List<StreamEvent> events = events(stream);
		assertThat(events).contains(new StreamEvent.Retry(1, Duration.ZERO, 2, "backup"));
		assertThat(text(events)).isEqualTo("Hellobackup");
		StreamEvent.UsageReport report = (StreamEvent.UsageReport) events.get(events.size() - 1);
		assertThat(report.usage()).as("two prompts, two answers").isEqualTo(Usage.estimate(5 + 5, 2 + 2));
	}

	@Test
	void aProvidersReportIsNoExactSumAfterATryThatWasAbandoned() {
		String usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n";
		String answer = Answers.openAiTokens("Hello").get(0);
		this.main.then(FakeTarget.with(": accepted\n\n"));
		this.backup.then(FakeTarget.with(answer, usage, "data: [DONE]\n\n"))
			.then(FakeTarget.with(answer, usage, "data: [DONE]\n\n"));
		AIStream stream = stream();
		assertThat(reported(events(stream))).isEqualTo(Usage.of(9, 2).plus(Usage.estimate(5, 0)));
		this.main.then(FakeTarget.status(503));
		assertThat(reported(events(stream))).as("who refuses bills nothing").isEqualTo(Usage.of(9, 2));
	}

	@Test
	void theBudgetCoversAllTries() {
		this.main.then(FakeTarget.with(": accepted\n\n"));
		AIStream stream = builder().budget(TokenBudget.of(8)).build();
		StepVerifier.create(stream.stream("Hi")).expectNextCount(1).expectErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOf(BudgetExceededException.class);
			assertThat(ex.getSuppressed()).hasSize(1);
		}).verify(TIMEOUT);
		assertThat(this.backup.count()).isZero();
	}

	@Test
	void oneDeadlineIsOverAllTargets() {
		this.main.then(FakeTarget.silence());
		this.backup.then(FakeTarget.silence());
		StepVerifier
			.withVirtualTime(() -> builder().timeouts(StreamTimeouts.defaults().withTotal(Duration.ofSeconds(15)))
				.build()
				.stream("Hi"))
			.thenAwait(Duration.ofSeconds(11))
			.expectNextCount(1)
			.thenAwait(Duration.ofSeconds(4))
			.expectErrorSatisfies((ex) -> assertThat(((StreamTimeoutException) ex).timeout())
				.isEqualTo(StreamTimeoutException.Timeout.TOTAL))
			.verify(TIMEOUT);
		assertThat(this.backup.cancelled).hasValue(1);
	}

	@Test
	void noDelayIsBegunThatTheDeadlineWouldEnd() {
		this.main.always(FakeTarget.retryAfter(503, 30));
		this.backup.always(FakeTarget.retryAfter(503, 40));
		StepVerifier
			.withVirtualTime(() -> builder().timeouts(StreamTimeouts.defaults().withTotal(Duration.ofSeconds(20)))
				.build()
				.stream("Hi"))
			.expectNextCount(1)
			.expectError(ProviderException.class)
			.verify(TIMEOUT);
	}

	@Test
	void aProvidersTimeIsTheEndOfItsCooldown() {
		this.main.then(FakeTarget.retryAfter(429, 20));
		AIStream[] stream = new AIStream[1];
		StepVerifier.withVirtualTime(() -> {
			stream[0] = stream();
			return texts(stream[0]);
		}).expectNext("backup").verifyComplete();
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			this.main.then(FakeTarget.retryAfter(429, 20));
			AIStream another = stream();
			assertThat(text(events(another))).isEqualTo("backup");
			time.advanceTimeBy(Duration.ofMillis(19_999));
			assertThat(text(events(another))).isEqualTo("backup");
			assertThat(this.main.count()).isEqualTo(2);
			time.advanceTimeBy(Duration.ofMillis(1));
			assertThat(text(events(another))).isEqualTo("main");
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@Test
	void whenAllAreLeftAloneTheOneThatIsFreeFirstIsAsked() {
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			this.main.then(FakeTarget.retryAfter(429, 50));
			this.backup.then(FakeTarget.retryAfter(429, 40));
			AIStream stream = builder().retry(RetryConfig.none()).build();
			StepVerifier.create(stream.stream("Hi")).expectNextCount(1).expectError(RateLimitException.class).verify();
			assertThat(text(events(stream))).isEqualTo("backup");
			assertThat(this.main.count()).isOne();
			assertThat(text(events(stream))).as("it has come back by that").isEqualTo("backup");
			time.advanceTimeBy(Duration.ofSeconds(50));
			assertThat(text(events(stream))).isEqualTo("main");
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@Test
	void onlyOneOfManyProbesATargetAndACancelIsNeutral() {
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			this.main.then(FakeTarget.retryAfter(429, 20));
			DefaultAIStreamBuilder builder = builder();
			assertThat(text(events(builder.build()))).isEqualTo("backup");
			time.advanceTimeBy(Duration.ofSeconds(20));
			this.main.then(FakeTarget.silence()).then(FakeTarget.stallAfter("ma"));
			Disposable probe = builder.build().stream("Hi").subscribe();
			for (int call = 0; call < 50; call++) {
				assertThat(text(events(builder.build()))).isEqualTo("backup");
			}
			assertThat(this.main.count()).isEqualTo(2);
			probe.dispose();
			assertThat(this.main.cancelled).hasValue(1);
			Disposable next = builder.build().stream("Hi").subscribe();
			assertThat(text(events(builder.build()))).as("the probe has begun to answer").isEqualTo("main");
			next.dispose();
			assertThat(this.main.count()).isEqualTo(4);
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@Test
	void aProbeThatFailsBeginsTheCooldownAnew() {
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			this.main.then(FakeTarget.retryAfter(429, 20)).then(FakeTarget.status(500));
			AIStream stream = stream();
			events(stream);
			time.advanceTimeBy(Duration.ofSeconds(20));
			assertThat(text(events(stream))).isEqualTo("backup");
			assertThat(this.main.count()).isEqualTo(2);
			time.advanceTimeBy(Duration.ofSeconds(29));
			assertThat(text(events(stream))).isEqualTo("backup");
			assertThat(this.main.count()).isEqualTo(2);
			time.advanceTimeBy(Duration.ofSeconds(1));
			assertThat(text(events(stream))).isEqualTo("main");
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@Test
	void callersWhoLeaveSayNothingAboutATarget() {
		this.main.always(FakeTarget.silence());
		DefaultAIStreamBuilder builder = builder();
		for (int call = 0; call < 10; call++) {
			builder.build().stream("Hi").subscribe().dispose();
		}
		assertThat(this.main.count()).isEqualTo(10);
		assertThat(this.backup.count()).isZero();
	}

	@Test
	void chanceChoosesByWeight() {
		AIStream stream = this.main.builder()
			.random(new java.util.Random(11))
			.route(RouteConfig.defaults().withChoice(RouteConfig.Choice.WEIGHTED).withWeight(3))
			.fallback("backup", this.backup.builder())
			.fallback("cheap", this.cheap.builder().route(RouteConfig.defaults().withWeight(0)))
			.build();
		for (int call = 0; call < 1000; call++) {
			events(stream);
		}
		assertThat(this.main.count()).isBetween(700, 800);
		assertThat(this.backup.count()).isEqualTo(1000 - this.main.count());
		assertThat(this.cheap.count()).isZero();
		this.main.always(FakeTarget.status(503));
		this.backup.always(FakeTarget.status(503));
		assertThat(text(events(stream))).isEqualTo("cheap");
	}

	@Test
	void aFallbackHasItsOwnModelAndTheCallsOwnOptions() {
		this.main.then(FakeTarget.status(503));
		List<StreamEvent> events = new ArrayList<>(Answers.events(builder().build()
			.stream(List.of(Message.user("Hi")), CallOptions.defaults().withModel("another").withOption("seed", 7))));
		assertThat(metadata(events).values()).containsEntry("model", "backup-model");
	}

	@Test
	void fallbacksOfFallbacksFollow() {
		this.main.then(FakeTarget.status(503));
		this.backup.then(FakeTarget.status(503));
		AIStream stream = this.main.builder()
			.fallback("backup", this.backup.builder().fallback("cheap", this.cheap.builder()))
			.build();
		assertThat(text(events(stream))).isEqualTo("cheap");
	}

	@Test
	void namesAreDifferent() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().fallback("backup", this.cheap.builder()))
			.withMessageContaining("'name' must be different");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.main.builder().fallback("default", this.cheap.builder()).build())
			.withMessage("Two targets have the name 'default'");
	}

	@Test
	void aConversationGoesOnWithWhoAnswers() {
		this.main.then(FakeTarget.status(503));
		AIStream stream = stream();
		Answers.events(stream.send("Hi"));
		assertThat(stream.getMessages()).extracting(Message::content).containsExactly("Hi", "backup");
	}

	private DefaultAIStreamBuilder builder() {
		return (DefaultAIStreamBuilder) this.main.builder().fallback("backup", this.backup.builder());
	}

	private AIStream stream() {
		return builder().build();
	}

	private static List<StreamEvent> events(AIStream stream) {
		return Answers.events(stream.stream("Hi"));
	}

	private static Flux<String> texts(AIStream stream) {
		return Answers.tokens(stream.stream("Hi"));
	}

	private static String text(List<StreamEvent> events) {
		return Answers.text(Flux.fromIterable(events));
	}

	private static StreamEvent.Metadata metadata(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.Metadata.class::isInstance)
			.map(StreamEvent.Metadata.class::cast)
			.findFirst()
			.orElseThrow();
	}

	private static Usage reported(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.UsageReport.class::isInstance)
			.map((event) -> ((StreamEvent.UsageReport) event).usage())
			.reduce((first, last) -> last)
			.orElseThrow();
	}

}

package studio.ainative.aikit.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.ModelPricing;
import studio.ainative.aikit.tokens.TokenBudget;
import studio.ainative.aikit.tokens.TokenCounter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an answer uses, what that costs, and when it is too much.
 */
class UsageTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final CostCalculator CENT_PER_TOKEN = (model, usage) -> Optional
		.of(new Cost(new BigDecimal("0.01").multiply(BigDecimal.valueOf(usage.totalTokens())), "USD"));

	private ScriptedServer server = ScriptedServer.start();

	private final List<UsageReport> reports = new ArrayList<>();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void theProvidersReportGetsItsPrice() {
		this.server.respond("Hello").usage(9, 2);
		Answers.events(stream().onCost(this.reports::add).build().stream("Hi"));
		assertThat(this.reports)
			.containsExactly(new UsageReport(Usage.of(9, 2), new Cost(new BigDecimal("0.11"), "USD")));
	}

	@Test
	void withoutAPriceThereIsNoCost() {
		this.server.respond("Hello").usage(9, 2);
		Answers.events(
				stream().costCalculator(CostCalculator.of(Map.of())).onCost(this.reports::add).build().stream("Hi"));
		assertThat(this.reports).containsExactly(new UsageReport(Usage.of(9, 2)));
	}

	@Test
	void anAnswerWithoutAReportIsEstimatedAtItsEnd() {
		this.server.respond("12345678", "1234");
		assertThat(Answers.events(stream().build().stream("12345678"))).last()
			.isEqualTo(new UsageReport(Usage.estimate(6, 3), new Cost(new BigDecimal("0.09"), "USD")));
	}

	@Test
	void aReportOfNoTokensIsEstimatedLikeNone() {
		this.server.respond("12345678", "1234").usage(0, 0);
		assertThat(Answers.events(stream().build().stream("12345678"))).last()
			.isEqualTo(new UsageReport(Usage.estimate(6, 3), new Cost(new BigDecimal("0.09"), "USD")));
	}

	@Test
	void aReportWithoutTheAnswersTokensIsCompleted() {
		this.server.respond("12345678", "1234").usage(20, 0);
		assertThat(Answers.events(stream().build().stream("12345678"))).last()
			.isEqualTo(new UsageReport(Usage.estimate(20, 3), new Cost(new BigDecimal("0.23"), "USD")));
	}

	@Test
	void tokensThatOnlyTheTotalHasAreTheAnswersAndBilledSo() {
		this.server.respond().tokens("Hello").raw("""
				data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":111}}

				""").thenEndAndStayOpen();
		CostCalculator prices = CostCalculator.of(Map.of("a-model", ModelPricing.of("1", "10")));
		assertThat(Answers.events(stream().costCalculator(prices).build().stream("Hi"))).contains(
				new UsageReport(new Usage(9, 102, 111, 0, 0, 0, false), new Cost(new BigDecimal("0.001029"), "USD")));
	}

	@Test
	void aFailedAnswerIsEstimatedForTheListeners() {
		this.server.respond("12345678").pause(Duration.ofMillis(50)).thenCut();
		AIStream stream = stream().onCost(this.reports::add).build();
		stream.send("12345678").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.reports).extracting(UsageReport::usage).containsExactly(Usage.estimate(6, 2));
		assertThat(stream.getUsage()).isEqualTo(Usage.estimate(6, 2));
	}

	@Test
	void aCallThatNeverBeganUsesNothing() {
		this.server.respond().status(401);
		AIStream stream = stream().onCost(this.reports::add).build();
		stream.send("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.reports).isEmpty();
		assertThat(stream.getUsage()).isEqualTo(Usage.NONE);
	}

	@Test
	void aCutAnswerKeepsWhatTheProviderToldOfThePrompt() {
		this.server.close();
		this.server = ScriptedServer.start(Dialect.ANTHROPIC);
		this.server.respond("12345678", "12345678").pause(Duration.ofMillis(50)).thenCut();
		AIStream stream = stream().provider(new AnthropicProvider()).build();
		stream.send("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(stream.getUsage().promptTokens()).isEqualTo(9);
		assertThat(stream.getUsage().completionTokens()).isEqualTo(4);
		assertThat(stream.getUsage().estimated()).isTrue();
	}

	@Test
	void aPromptBeyondTheBudgetIsNotSent() {
		AIStream stream = stream().budget(TokenBudget.of(5)).build();
		StepVerifier.create(stream.stream("x".repeat(100))).expectErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOfSatisfying(BudgetExceededException.class, (exceeded) -> {
				assertThat(exceeded.used()).isEqualTo(29);
				assertThat(exceeded.budget()).isEqualTo(TokenBudget.of(5));
				assertThat(exceeded.toErrorEvent().code()).isEqualTo("BUDGET_EXCEEDED");
			});
		}).verify(TIMEOUT);
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void anAnswerIsCutWhereItPassesTheBudget() {
		this.server.respond("1234", "1234", "1234").thenStall();
		AIStream stream = stream().budget(TokenBudget.of(7)).build();
		StepVerifier.create(Answers.tokens(stream.send("1234")))
			.expectNext("1234", "1234")
			.expectErrorSatisfies((ex) -> {
				assertThat(ex).isInstanceOf(BudgetExceededException.class);
				assertThat(((BudgetExceededException) ex).partialAnswer()).isEqualTo("12341234");
			})
			.verify(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
		assertThat(this.server.requests()).hasSize(1);
		assertThat(stream.getMessages()).last()
			.extracting(Message::content, Message::status)
			.containsExactly("12341234", Message.Status.FAILED);
	}

	@Test
	void theBudgetIsTheConversations() {
		this.server.respond("Hello").usage(50, 45);
		this.server.respond("Hello").usage(50, 45);
		AIStream stream = stream().budget(TokenBudget.of(100)).build();
		Answers.text(stream.send("Hi"));
		StepVerifier.create(stream.send("And?")).expectError(BudgetExceededException.class).verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(1);
		assertThat(Answers.text(stream.stream("A call of its own"))).isEqualTo("Hello");
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.model("a-model")
			.retry(RetryConfig.none())
			.tokenCounter(TokenCounter.approximate())
			.costCalculator(CENT_PER_TOKEN);
	}

}

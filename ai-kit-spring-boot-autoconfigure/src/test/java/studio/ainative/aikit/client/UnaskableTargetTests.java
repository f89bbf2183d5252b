package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Fallbacks whose format can't express what is asked.
 */
class UnaskableTargetTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** OpenAI takes arguments that are no object, Anthropic does not. */
	private static final List<Message> ONLY_FOR_OPENAI = List.of(Message.user("Rain?"),
			Message.assistant("", new MessagePart.ToolCall("c1", "weather", "[]")),
			Message.tool(new MessagePart.ToolResult("c1", "none")));

	private final FakeTarget main = new FakeTarget("main");

	private final FakeTarget backup = new FakeTarget("backup");

	private final FakeTarget cheap = new FakeTarget("cheap");

	private AIStream.Builder builder() {
		return this.main.builder().fallback("backup", this.backup.builder().provider(new AnthropicProvider()));
	}

	private static Flux<StreamEvent> ask(AIStream.Builder builder) {
		return builder.build().stream(ONLY_FOR_OPENAI);
	}

	@Test
	void theNextOneIsAskedInstead() {
		this.main.then(FakeTarget.status(503));
		List<StreamEvent> events = Answers.events(ask(builder().fallback("cheap", this.cheap.builder())));
		assertThat(Answers.text(Flux.fromIterable(events))).isEqualTo("cheap");
		assertThat(this.backup.count()).isZero();
	}

	@Test
	void retriesGoOnAsIfItWereNotThere() {
		this.main.then(FakeTarget.status(503)).then(FakeTarget.status(500));
		StepVerifier
			.withVirtualTime(() -> ask(builder())
				.filter((event) -> event instanceof StreamEvent.Retry || event instanceof StreamEvent.Token))
			.expectNext(new StreamEvent.Retry(1, Duration.ZERO, 0, "backup"))
			.expectNext(new StreamEvent.Retry(1, Duration.ofSeconds(1), 0, "default"))
			.thenAwait(Duration.ofSeconds(1))
			.expectNext(new StreamEvent.Retry(2, Duration.ofSeconds(2), 0, "default"))
			.thenAwait(Duration.ofSeconds(2))
			.expectNext(new StreamEvent.Token("main", 0))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.backup.count()).isZero();
	}

	@Test
	void withoutRetriesTheFailureIsTheOneThatThereWas() {
		this.main.then(FakeTarget.status(503));
		StepVerifier.create(ask(builder().retry(RetryConfig.none()))).expectNextCount(1).expectErrorSatisfies((ex) -> {
			assertThat(((ProviderException) ex).status()).isEqualTo(503);
			assertThat(ex.getSuppressed()).singleElement().isInstanceOf(InvalidMessagesException.class);
		}).verify(TIMEOUT);
	}

	@Test
	void oneThatIsMadeForWhatFailedLeavesThatToNoOther() {
		this.main.then(FakeTarget.status(400, "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"m\"}}"));
		AIStream.Builder large = this.backup.builder()
			.provider(new AnthropicProvider())
			.route(RouteConfig.defaults().withTakes(Set.of(FallbackReason.CONTEXT_LENGTH)));
		StepVerifier.create(ask(this.main.builder().fallback("large", large).fallback("cheap", this.cheap.builder())))
			.expectNextCount(1)
			.expectErrorSatisfies((ex) -> assertThat(((ProviderException) ex).status()).isEqualTo(400))
			.verify(TIMEOUT);
		assertThat(this.main.count()).isOne();
		assertThat(this.cheap.count()).isZero();
	}

	@Test
	void whatTheStreamItselfCanNotExpressIsTheMessagesFault() {
		AIStream.Builder strict = this.main.builder()
			.provider(new AnthropicProvider())
			.fallback("backup", this.backup.builder());
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> ask(strict));
		assertThat(this.backup.count()).isZero();
	}

	@Test
	void oneThatHasNoToolsIsRefusedWhenTheStreamIsBuilt() {
		AIStream.Builder builder = this.main.builder()
			.fallback("backup",
					this.backup.builder().fallback("plain", this.cheap.builder().provider(new AiKitProvider())))
			.tool("weather", "", "", (call) -> "");
		assertThatExceptionOfType(ToolsNotSupportedException.class).isThrownBy(builder::build)
			.withMessage("The provider 'ai-kit' of the fallback 'plain' can't tell a model of tools: leave the tools "
					+ "or the fallback out, or choose another provider")
			.satisfies((ex) -> {
				assertThat(ex.target()).isEqualTo("plain");
				assertThat(ex.provider()).isEqualTo("ai-kit");
			});
	}

}

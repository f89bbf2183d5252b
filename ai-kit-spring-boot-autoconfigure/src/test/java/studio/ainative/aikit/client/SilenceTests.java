package studio.ainative.aikit.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.Ports;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.TokenBudget;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens to a call: no key, no prompt and no answer in what is logged at any
 * level, in what exceptions say, or in any {@code toString()}.
 */
class SilenceTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String KEY = "KEY-7f3a9c-canary";

	private static final String HEADER = "HEADER-5d2e1b-canary";

	private static final String OPTION = "OPTION-1c8d4f-canary";

	private static final String SYSTEM = "SYSTEM prompt canary";

	private static final String PROMPT = "PROMPT with a canary";

	private static final String ANSWER = "ANSWER with a canary";

	private static final Map<Dialect, Provider> PROVIDERS = Map.of(Dialect.OPENAI, new OpenAIProvider(),
			Dialect.OPENAI_RESPONSES, new OpenAIResponsesProvider(), Dialect.ANTHROPIC, new AnthropicProvider(),
			Dialect.AI_KIT, new AiKitProvider());

	private final LogOfEverything log = new LogOfEverything();

	/** What anybody might print. */
	private final List<Object> seen = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void closeLog() {
		this.log.close();
	}

	@Test
	void nothingOfASuccessIsTold() {
		everywhere((response) -> response.tokens(ANSWER).usage(9, 2));
	}

	@Test
	void nothingOfARefusalIsTold() {
		for (int status : List.of(400, 401, 403, 404, 429, 500, 503, 529)) {
			everywhere((response) -> response.errorBody(KEY, HEADER, quote()).status(status));
		}
	}

	@Test
	void nothingOfARedirectIsTold() {
		everywhere((response) -> response.status(307).header("Location", "http://127.0.0.1:9/?key=" + KEY));
	}

	@Test
	void nothingOfAnErrorInTheStreamIsTold() {
		everywhere((response) -> response.error("overloaded_error"));
		everywhere((response) -> response.tokens(ANSWER)
			.raw("data: {\"error\":{\"message\":\"" + quote() + "\",\"type\":\"" + KEY + "\"}}\n\n"));
	}

	@Test
	void nothingOfABrokenAnswerIsTold() {
		everywhere((response) -> response.tokens(ANSWER).thenCut());
		everywhere((response) -> response.tokens(ANSWER).thenEnd());
		everywhere((response) -> response.tokens(ANSWER).raw("data: {" + ANSWER + "\n\n"));
		everywhere((response) -> response.raw("data: " + ANSWER.repeat(500_000)));
		everywhere((response) -> response.contentType("text/" + KEY).raw(ANSWER));
		everywhere((response) -> response.contentType("application/json").raw("{\"answer\":\"" + ANSWER + "\"}"));
	}

	@Test
	void nothingOfAStallIsTold() {
		everywhere((response) -> response.tokens(ANSWER).thenStall(),
				(builder) -> builder.timeouts(StreamTimeouts.defaults().withIdle(Duration.ofMillis(50))));
		everywhere((response) -> response.thenStall(),
				(builder) -> builder.timeouts(StreamTimeouts.defaults().withFirstToken(Duration.ofMillis(50))));
		everywhere((response) -> response.tokens(ANSWER).thenStall(),
				(builder) -> builder.timeouts(StreamTimeouts.defaults().withTotal(Duration.ofMillis(50))));
	}

	@Test
	void nothingOfASpentBudgetIsTold() {
		everywhere((response) -> response.tokens(ANSWER, ANSWER, ANSWER),
				(builder) -> builder.budget(TokenBudget.of(20)));
	}

	@Test
	void nothingOfAnUnreachableProviderIsTold() throws IOException {
		try (Socket nobody = Ports.refusing()) {
			everywhere((response) -> response.status(500), (builder) -> builder
				.endpoint("http://user:" + KEY + "@127.0.0.1:" + nobody.getLocalPort() + "/?key=" + KEY));
		}
	}

	@Test
	void nothingOfAListenersFaultIsTold() {
		everywhere((response) -> response.tokens(ANSWER), (builder) -> builder.onToken((token) -> {
			throw new IllegalStateException(token.text());
		}));
	}

	@Test
	void nothingOfACancelledOrStoppedCallIsTold() {
		PROVIDERS.forEach((dialect, provider) -> {
			try (ScriptedServer server = ScriptedServer.start(dialect)) {
				AIStream stream = builder(provider, server.uri()).build();
				server.respond(ANSWER).thenStall();
				see(stream.send(PROMPT).takeUntil(StreamEvent.Token.class::isInstance));
				server.respond(ANSWER).thenStall();
				stream.on(AIStreamEvent.TOKEN, (token) -> stream.stop());
				see(stream.send(PROMPT));
				stream.reset();
			}
		});
		verifySilence();
	}

	@Test
	void theLogWouldTell() {
		LogFactory.getLog(AIStream.class).trace(PROMPT);
		assertThat(this.log.text()).contains(PROMPT);
	}

	private void everywhere(Consumer<ScriptedResponse> script) {
		everywhere(script, UnaryOperator.identity());
	}

	/** In each format, twice because of a retry; then look at everything. */
	private void everywhere(Consumer<ScriptedResponse> script, UnaryOperator<AIStream.Builder> settings) {
		PROVIDERS.forEach((dialect, provider) -> {
			try (ScriptedServer server = ScriptedServer.start(dialect)) {
				script.accept(server.respond());
				script.accept(server.respond());
				AIStream.Builder builder = settings.apply(builder(provider, server.uri()));
				AIStream stream = builder.build();
				this.seen.add(builder);
				this.seen.add(stream);
				this.seen.add(stream.mutate());
				see(stream.send(PROMPT));
				this.seen.addAll(stream.getMessages());
			}
		});
		verifySilence();
	}

	private AIStream.Builder builder(Provider provider, URI endpoint) {
		StreamConfig config = StreamConfig.defaults()
			.withEndpoint(endpoint)
			.withApiKey(KEY)
			.withModel("a-model")
			.withSystemPrompt(SYSTEM)
			.withHeader("x-team", HEADER)
			.withOption("user", OPTION)
			.withRetry(RetryConfig.defaults()
				.withMaxRetries(1)
				.withDelay(Duration.ofMillis(1), Duration.ofMillis(1))
				.withMidStream(RetryConfig.MidStream.RESTART));
		this.seen.add(config);
		this.seen.add(provider);
		this.seen.add(new ProviderRequest(List.of(Message.user(PROMPT)), "a-model", SYSTEM, Map.of("user", OPTION)));
		AIStream.Builder builder = AIStream.builder().provider(provider).config(config);
		for (AIStreamEvent<?> event : List.of(AIStreamEvent.MESSAGE, AIStreamEvent.STREAMING_START, AIStreamEvent.TOKEN,
				AIStreamEvent.USAGE, AIStreamEvent.STREAMING_END, AIStreamEvent.ERROR, AIStreamEvent.RETRY,
				AIStreamEvent.RESET)) {
			builder.on(event, this.seen::add);
		}
		return builder;
	}

	private void see(Flux<StreamEvent> answer) {
		answer.doOnNext(this.seen::add).onErrorResume((ex) -> {
			this.seen.add(ex);
			return Flux.empty();
		}).blockLast(TIMEOUT);
	}

	private static String quote() {
		return KEY + " " + HEADER + " " + PROMPT + " " + ANSWER + " " + SYSTEM + " " + OPTION;
	}

	private void verifySilence() {
		StringBuilder text = new StringBuilder();
		for (Object object : List.copyOf(this.seen)) {
			text.append(object).append('\n');
			if (object instanceof Throwable ex) {
				StringWriter trace = new StringWriter();
				ex.printStackTrace(new PrintWriter(trace));
				text.append(trace);
			}
			if (object instanceof AIStreamException ex) {
				text.append(ex.toErrorEvent().error()).append(ex.toErrorEvent().details());
			}
		}
		assertThat(this.log.text()).contains("DEBUG", "127.0.0.1");
		for (String secret : List.of(KEY, HEADER, OPTION, SYSTEM, PROMPT, ANSWER)) {
			assertThat(text.toString().lines().filter((line) -> line.contains(secret))).isEmpty();
			assertThat(this.log.text().lines().filter((line) -> line.contains(secret))).isEmpty();
		}
	}

}

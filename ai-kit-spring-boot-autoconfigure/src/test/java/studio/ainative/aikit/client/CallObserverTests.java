package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.TokenBudget;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an observer sees of a call.
 */
class CallObserverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final RetryConfig FAST = RetryConfig.defaults()
		.withJitter(0)
		.withDelay(Duration.ofMillis(1), Duration.ofMillis(1));

	private final ScriptedServer server = ScriptedServer.start();

	private final Recorder recorder = new Recorder();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.model("gpt-4o")
			.retry(FAST)
			.observer(this.recorder);
	}

	@Test
	void seesACallFromBeginningToEnd() {
		this.server.respond("Hel", "lo").usage(9, 2);
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
		assertThat(this.recorder.seen).startsWith("begin openai gpt-4o", "try", "Hel", "lo")
			.endsWith("try ends", "COMPLETE");
		assertThat(this.recorder.end().answer()).isEqualTo("Hello");
		assertThat(this.recorder.end().reported()).isEqualTo(Usage.of(9, 2));
		assertThat(this.recorder.end().total()).isNotNull();
	}

	@Test
	void seesEachTry() {
		this.server.respond().status(503);
		this.server.respond("Hello");
		Answers.text(stream().build().stream("Hi"));
		assertThat(this.recorder.seen).containsExactly("begin openai gpt-4o", "try", "try fails: ProviderException",
				"try", "Hello", "try ends", "COMPLETE");
	}

	@Test
	void seesAFailure() {
		this.server.respond("Hel").thenCut();
		stream().build().stream("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.recorder.seen).containsExactly("begin openai gpt-4o", "try", "Hel",
				"try fails: StreamInterruptedException", "FAILED");
		assertThat(this.recorder.end().failure()).isInstanceOf(StreamInterruptedException.class);
		assertThat(this.recorder.end().reported()).isNull();
	}

	@Test
	void seesWhoLeaves() {
		this.server.respond("Hel").thenStall();
		stream().build().stream("Hi").ofType(StreamEvent.Token.class).blockFirst(TIMEOUT);
		assertThat(this.recorder.seen).containsExactly("begin openai gpt-4o", "try", "Hel", "CANCELLED");
	}

	@Test
	void seesAStop() {
		this.server.respond("Hel").thenStall();
		AIStream stream = stream().build();
		stream.on(AIStreamEvent.TOKEN, (token) -> stream.stop());
		stream.send("Hi").blockLast(TIMEOUT);
		assertThat(this.recorder.seen).contains("STOPPED").doesNotContain("COMPLETE", "CANCELLED");
	}

	@Test
	void seesACallThatIsNotSent() {
		this.server.respond("Hello");
		stream().budget(TokenBudget.of(1))
			.build()
			.stream("A prompt that takes more than one token")
			.onErrorComplete()
			.blockLast(TIMEOUT);
		assertThat(this.recorder.seen).containsExactly("begin openai gpt-4o", "FAILED");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void whatItPutsInTheContextReachesTheRequest() {
		this.server.respond("Hello");
		List<String> found = new ArrayList<>();
		WebClient.Builder webClient = WebClient.builder().filter((request, next) -> Mono.deferContextual((context) -> {
			found.add(context.get("outer") + " " + context.get("try"));
			return next.exchange(request);
		}));
		stream().webClientBuilder(webClient)
			.build()
			.stream("Hi")
			.contextWrite(Context.of("outer", "from outside"))
			.blockLast(TIMEOUT);
		assertThat(found).containsExactly("from outside 1");
		assertThat(this.recorder.outer).isEqualTo("from outside");
	}

	@Test
	void whoeverSubscribesToTheRequestIsInItsScope() {
		this.server.respond().status(503);
		this.server.respond("Hello");
		List<String> found = Collections.synchronizedList(new ArrayList<>());
		WebClient.Builder webClient = WebClient.builder().filter((request, next) -> Mono.defer(() -> {
			found.add("" + this.recorder.scope.get());
			return next.exchange(request);
		}));
		Answers.text(stream().webClientBuilder(webClient).build().stream("Hi"));
		assertThat(found).containsExactly("1", "2");
		assertThat(this.recorder.scope.get()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "begin", "try", "scope", "scope ends", "event", "try ends", "end" })
	void breaksNothing(String where) {
		this.server.respond("Hel", "lo");
		this.recorder.broken = where;
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
	}

	@Test
	void isToldOfTheEndThoughItFailedBefore() {
		this.server.respond("Hel", "lo");
		this.recorder.broken = "event";
		Answers.text(stream().build().stream("Hi"));
		assertThat(this.recorder.seen).contains("COMPLETE").doesNotContain("Hel", "lo");
	}

	@Test
	void aCopyOfTheBuilderKeepsIt() {
		this.server.respond("Hello");
		Answers.text(stream().build().mutate().build().stream("Hi"));
		assertThat(this.recorder.seen).endsWith("COMPLETE");
	}

	/** Writes down what it sees, or fails somewhere. */
	private static final class Recorder implements CallObserver, CallObserver.ObservedCall {

		final List<String> seen = Collections.synchronizedList(new ArrayList<>());

		final ThreadLocal<@Nullable Integer> scope = new ThreadLocal<>();

		@Nullable String outer;

		String broken = "";

		private int tries;

		private CallObserver.@Nullable End end;

		CallObserver.End end() {
			CallObserver.End end = this.end;
			assertThat(end).isNotNull();
			return end;
		}

		private void see(String where, String what) {
			if (this.broken.equals(where)) {
				throw new IllegalStateException("A fault of the observer's");
			}
			this.seen.add(what);
		}

		@Override
		public ObservedCall begin(Start call, ContextView context) {
			see("begin", "begin " + call.provider() + " " + call.request().model());
			this.outer = context.getOrDefault("outer", null);
			return this;
		}

		@Override
		public Context tryBegins(Context context) {
			see("try", "try");
			return context.put("try", ++this.tries);
		}

		@Override
		public Scope openScope(Context context) {
			if (this.broken.equals("scope")) {
				see("scope", "");
			}
			this.scope.set(context.getOrDefault("try", null));
			return () -> {
				this.scope.remove();
				if (this.broken.equals("scope ends")) {
					see("scope ends", "");
				}
			};
		}

		@Override
		public void tryEnds(@Nullable Throwable failure) {
			see("try ends", (failure != null) ? "try fails: " + failure.getClass().getSimpleName() : "try ends");
		}

		@Override
		public void event(StreamEvent event) {
			if (event instanceof StreamEvent.Token token) {
				see("event", token.text());
			}
			else if (this.broken.equals("event")) {
				see("event", "");
			}
		}

		@Override
		public void ends(End end) {
			this.end = end;
			see("end", end.cause().toString());
		}

	}

}

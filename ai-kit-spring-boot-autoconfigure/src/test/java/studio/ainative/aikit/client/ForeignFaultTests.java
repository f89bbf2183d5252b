package studio.ainative.aikit.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStreamEvent.Outcome;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.TokenCounter;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * What is not ours may fail at the worst moment: the call still ends, once, and the
 * conversation goes on.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignFaultTests {

	private static final long TIMEOUT = 30;

	private final List<Outcome> outcomes = new ArrayList<>();

	private final AtomicInteger signals = new AtomicInteger();

	private AIStream stream;

	private CountDownLatch over = new CountDownLatch(1);

	@ParameterizedTest
	@EnumSource(Way.class)
	void aCallEndsThoughItsHttpClientCannotBeCancelled(Way way, CapturedOutput output) throws Exception {
		for (Throwable fault : List.of(new IllegalStateException("channel not registered to an event loop"),
				new NoClassDefFoundError("gone"))) {
			Mono<ClientResponse> uncancellable = Mono
				.fromDirect((subscriber) -> subscriber.onSubscribe(new Subscription() {

					@Override
					public void request(long count) {
					}

					@Override
					public void cancel() {
						throw sneaky(fault);
					}

				}));
			AIStream stream = stream(URI.create("http://provider"), (builder) -> way
				.limit(builder.webClientBuilder(WebClient.builder().exchangeFunction((request) -> uncancellable))));
			Disposable subscription = subscribe(stream);
			way.end(stream, subscription);
			assertThat(this.over.await(TIMEOUT, TimeUnit.SECONDS)).isTrue();
			assertThat(stream.isStreaming()).isFalse();
			assertThat(this.outcomes).hasSize(1);
			assertThat(this.signals).hasValue((way == Way.DISPOSE) ? 0 : 1);
			this.outcomes.clear();
			this.signals.set(0);
			this.over = new CountDownLatch(1);
		}
		assertNoWarnings(output);
	}

	@Test
	void aCallEndsThoughAListenerFindsAClassMissing() throws Exception {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel", "lo");
			AIStream stream = stream(server.uri(), (builder) -> builder.onToken((token) -> {
				throw new NoClassDefFoundError("gone");
			}).on(AIStreamEvent.STREAMING_START, (messages) -> {
				throw new NoClassDefFoundError("gone");
			}));
			subscribe(stream);
			verifyEnd(Outcome.COMPLETE, Message.Status.COMPLETE);
		}
	}

	@Test
	void aCallEndsThoughItsTokensCannotBeCountedAtTheEnd() throws Exception {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel", "lo");
			subscribe(streamWithBrokenCounter(server));
			verifyEnd(Outcome.COMPLETE, Message.Status.COMPLETE);
		}
	}

	@Test
	void aCallEndsThoughItsTokensCannotBeCountedMeanwhile() throws Exception {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel", "lo".repeat(10_000)).thenStall();
			subscribe(streamWithBrokenCounter(server));
			verifyEnd(Outcome.FAILED, Message.Status.FAILED);
		}
	}

	private AIStream streamWithBrokenCounter(ScriptedServer server) {
		BrokenCounter counter = new BrokenCounter();
		AIStream stream = stream(server.uri(), (builder) -> builder.tokenCounter(counter));
		counter.broken = true;
		return stream;
	}

	@Test
	void aCallEndsThoughItsPriceCannotBeTold() throws Exception {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel", "lo").usage(9, 2);
			AIStream stream = stream(server.uri(), (builder) -> builder.costCalculator((model, usage) -> {
				throw new IllegalStateException("no prices");
			}));
			subscribe(stream);
			verifyEnd(Outcome.COMPLETE, Message.Status.COMPLETE);
			assertThat(stream.getMessages()).last().extracting(Message::content).isEqualTo("Hello");
		}
	}

	private void verifyEnd(Outcome outcome, Message.Status status) throws Exception {
		assertThat(this.over.await(TIMEOUT, TimeUnit.SECONDS)).isTrue();
		assertThat(this.signals).hasValue(1);
		assertThat(this.outcomes).containsExactly(outcome);
		assertThat(this.stream.isStreaming()).isFalse();
		assertThat(this.stream.getMessages()).last().extracting(Message::status).isEqualTo(status);
	}

	private Disposable subscribe(AIStream stream) {
		CountDownLatch over = this.over;
		return stream.send("Hi").doFinally((signal) -> over.countDown()).subscribe((event) -> {
		}, (ex) -> this.signals.incrementAndGet(), this.signals::incrementAndGet);
	}

	private AIStream stream(URI endpoint, UnaryOperator<AIStream.Builder> settings) {
		this.stream = settings
			.apply(AIStream.builder()
				.provider(new OpenAIProvider())
				.endpoint(endpoint)
				.retry(RetryConfig.none())
				.on(AIStreamEvent.STREAMING_END, (end) -> this.outcomes.add(end.outcome())))
			.build();
		return this.stream;
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> RuntimeException sneaky(Throwable fault) throws T {
		throw (T) fault;
	}

	/** Who ends the call. */
	private enum Way {

		FIRST_TOKEN, TOTAL, STOP, DISPOSE;

		AIStream.Builder limit(AIStream.Builder builder) {
			Duration limit = Duration.ofMillis(30);
			return switch (this) {
				case FIRST_TOKEN -> builder.timeouts(StreamTimeouts.defaults().withFirstToken(limit));
				case TOTAL -> builder.timeouts(StreamTimeouts.defaults().withTotal(limit));
				default -> builder;
			};
		}

		void end(AIStream stream, Disposable subscription) {
			if (this == STOP) {
				stream.stop();
			}
			else if (this == DISPOSE) {
				subscription.dispose();
			}
		}

	}

	private static final class BrokenCounter implements TokenCounter {

		private volatile boolean broken;

		@Override
		public long countTokens(String text) {
			if (this.broken) {
				throw new IllegalStateException("no vocabulary");
			}
			return 1;
		}

		@Override
		public long countTokens(Message message) {
			return countTokens(message.content());
		}

		@Override
		public boolean isEstimate() {
			return true;
		}

	}

}

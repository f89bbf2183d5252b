package studio.ainative.aikit.integration;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

import studio.ainative.aikit.bridge.ForeignStreamException;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What each bridge promises, with the real library on a real socket.
 */
abstract class BridgeContract {

	static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Duration PAUSE = Duration.ofMillis(20);

	static final String END = chunk("{}", "\"stop\"");

	static final String DONE = "data: [DONE]\n\n";

	final ScriptedServer provider = ScriptedServer.start();

	@AfterEach
	void stop() {
		this.provider.close();
	}

	/**
	 * The bridge's events.
	 * @param baseUrl where the provider is
	 * @return the answer to a prompt
	 */
	abstract Flux<StreamEvent> events(String baseUrl);

	/**
	 * The bridge's events of an answer for which the library runs a tool, called
	 * {@code weather}, and asks again.
	 * @param baseUrl where the provider is
	 * @param tool what the tool does before it tells its result
	 * @return the answer to a prompt
	 */
	abstract Flux<StreamEvent> eventsWithTool(String baseUrl, Runnable tool);

	/**
	 * How the library tells of an error that the provider reports in an event without a
	 * name.
	 * @return the code that readers get
	 */
	abstract String codeOfUnnamedError();

	/**
	 * Whether a call can be ended while its provider says nothing.
	 * @return {@code true} if the library has a way
	 */
	abstract boolean endsSilentCalls();

	@Test
	void tellsTextReasoningUsageAndTheEnd() {
		this.provider.respond()
			.raw(chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"))
			.raw(chunk("{\"reasoning_content\":\"one \"}", "null"))
			.raw(chunk("{\"reasoning_content\":\"two\"}", "null"))
			.raw(chunk("{\"content\":\"Hel\"}", "null"))
			.raw(chunk("{\"content\":\"lo\"}", "null"))
			.raw(END)
			.raw(USAGE)
			.raw(DONE)
			.thenEnd();
		List<StreamEvent> events = read();
		assertThat(text(events)).isEqualTo("Hello");
		assertThat(reasoning(events)).containsExactly("one ", "two");
		assertThat(events.stream().filter(StreamEvent.Token.class::isInstance))
			.containsExactly(new StreamEvent.Token("Hel", 0), new StreamEvent.Token("lo", 1));
		assertThat(events.stream().filter(StreamEvent.UsageReport.class::isInstance))
			.containsExactly(new StreamEvent.UsageReport(Usage.of(9, 2)));
		assertThat(fact(events, "id")).isEqualTo("chatcmpl-1");
		assertThat(fact(events, "model")).isEqualTo("m");
		assertThat(fact(events, "finishReason")).isEqualTo("stop");
		assertThat(errors(events)).isEmpty();
	}

	@Test
	void tellsOfToolCallsOnce() {
		this.provider.respond()
			.raw(call(0, "call_1", "weather", "{\\\"city\\\":"))
			.raw(call(0, "call_1", "weather", "\\\"Oslo\\\"}"))
			.raw(call(1, "call_2", "time", "{}"))
			.raw(chunk("{}", "\"tool_calls\""))
			.raw(DONE)
			.thenEnd();
		List<StreamEvent> events = read();
		assertThat(calls(events, 0)).isEqualTo("call_1 weather {\"city\":\"Oslo\"}");
		assertThat(calls(events, 1)).isEqualTo("call_2 time {}");
		assertThat(fact(events, "finishReason")).isEqualTo("tool_calls");
	}

	@Test
	void tellsThatAnAnswerWasCut() {
		this.provider.respond().raw(chunk("{\"content\":\"Hel\"}", "null")).thenEnd();
		List<StreamEvent> events = read();
		assertThat(text(events)).isEqualTo("Hel");
		assertThat(errors(events)).containsExactly("INTERRUPTED");
		assertThat(fact(events, "finishReason")).isNull();
	}

	@Test
	void failsOnceWhenTheConnectionBreaks() {
		this.provider.respond().raw(chunk("{\"content\":\"Hel\"}", "null")).thenCut();
		verifyFailure(events(), "INTERRUPTED");
	}

	@Test
	void failsOnceWhenTheProviderReportsAnError() {
		this.provider.respond()
			.raw(chunk("{\"content\":\"Hel\"}", "null"))
			.raw("event: error\ndata: {\"error\":{\"message\":\"canary\",\"type\":\"server_error\",\"code\":\"overloaded\"}}\n\n")
			.thenEnd();
		verifyFailure(events(), codeOfNamedError());
	}

	/**
	 * The same for an event that is named {@code error}.
	 * @return the code that readers get
	 */
	abstract String codeOfNamedError();

	@Test
	void takesNoUnnamedErrorForTheEndOfAWholeAnswer() {
		this.provider.respond()
			.raw(chunk("{\"content\":\"Hel\"}", "null"))
			.raw("data: {\"error\":{\"message\":\"canary\",\"type\":\"server_error\",\"code\":\"overloaded\"}}\n\n")
			.thenEnd();
		List<StreamEvent> events = events().onErrorResume(ForeignStreamException.class, (ex) -> {
			assertThat(ex).hasMessageNotContaining("canary");
			return Flux.just(ex.toErrorEvent());
		}).collectList().block(TIMEOUT);
		assertThat(errors(events)).containsExactly(codeOfUnnamedError());
		assertThat(fact(events, "finishReason")).isNull();
	}

	@Test
	void tellsOfALimit() {
		for (int i = 0; i < 5; i++) {
			this.provider.respond().status(429).header("x-should-retry", "false");
		}
		StepVerifier.create(events())
			.expectErrorSatisfies(
					(ex) -> assertThat(((ForeignStreamException) ex).toErrorEvent().code()).isEqualTo("RATE_LIMIT"))
			.verify(TIMEOUT);
	}

	@Test
	void endsTheCallOfAReaderWhoLeavesAmongTokens() {
		try (TokenSource source = new TokenSource("token", PAUSE)) {
			StepVerifier.create(events(source.url()).ofType(StreamEvent.Token.class))
				.expectNextCount(3)
				.thenCancel()
				.verify(TIMEOUT);
			await().atMost(TIMEOUT).until(() -> source.closed.get() == 1);
		}
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void neverWaitsForTheFirstTokenToLetAReaderLeave() {
		try (TokenSource source = new TokenSource(0)) {
			BaseSubscriber<StreamEvent> reader = new BaseSubscriber<>() {
			};
			events(source.url()).subscribe(reader);
			await().atMost(TIMEOUT).until(() -> source.asked.get() == 1);
			reader.cancel();
			source.goOn();
			await().atMost(TIMEOUT).until(() -> source.closed.get() == 1);
		}
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void neverWaitsForASilentProviderToLetAReaderLeave() {
		try (TokenSource source = new TokenSource(1)) {
			AtomicInteger tokens = new AtomicInteger();
			Disposable reader = events(source.url()).ofType(StreamEvent.Token.class)
				.subscribe((token) -> tokens.incrementAndGet());
			await().atMost(TIMEOUT).until(() -> tokens.get() == 1);
			reader.dispose();
			if (!endsSilentCalls()) {
				assertThat(source.closed).hasValue(0);
				source.goOn();
			}
			await().atMost(TIMEOUT).until(() -> source.closed.get() == 1);
		}
	}

	@Test
	void endsTheCallOfAReaderWhoLeavesAfterATool() {
		respondCall();
		respondForLong();
		StepVerifier.create(eventsWithTool(baseUrl(), () -> {
		}).ofType(StreamEvent.Token.class)).expectNextCount(3).thenCancel().verify(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> this.provider.lastRequest().isClosedByClient());
		assertThat(this.provider.requests()).hasSize(2);
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void neverWaitsForAToolToLetAReaderLeave() throws Exception {
		respondCall();
		respondForLong();
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch left = new CountDownLatch(1);
		Disposable reader = eventsWithTool(baseUrl(), () -> {
			running.countDown();
			awaitUninterruptibly(left);
		}).subscribe();
		running.await();
		reader.dispose();
		left.countDown();
		// Both libraries ask again for a reader who has left
		await().atMost(TIMEOUT)
			.until(() -> this.provider.requests().size() == 2 && this.provider.lastRequest().isClosedByClient());
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// A tool need not heed it
			}
		}
	}

	@Test
	void failsOnceWhenTheConnectionBreaksAfterATool() {
		respondCall();
		this.provider.respond().raw(chunk("{\"content\":\"Hel\"}", "null")).thenCut();
		verifyFailure(eventsWithTool(baseUrl(), () -> {
		}), "INTERRUPTED");
	}

	@Test
	void tellsThatAnAnswerWasCutAfterATool() {
		respondCall();
		this.provider.respond().raw(chunk("{\"content\":\"Hel\"}", "null")).thenEnd();
		List<StreamEvent> events = eventsWithTool(baseUrl(), () -> {
		}).collectList().block(TIMEOUT);
		assertThat(text(events)).isEqualTo("Hel");
		assertThat(errors(events)).containsExactly("INTERRUPTED");
		assertThat(fact(events, "finishReason")).isNull();
	}

	final void respondCall() {
		this.provider.respond()
			.raw(call(0, "call_1", "weather", "{}"))
			.raw(chunk("{}", "\"tool_calls\""))
			.raw(USAGE)
			.raw(DONE)
			.thenEnd();
	}

	private void respondForLong() {
		ScriptedResponse response = this.provider.respond();
		for (int i = 0; i < 2_000; i++) {
			response.raw(chunk("{\"content\":\"t\"}", "null").replace("chatcmpl-1", "chatcmpl-2")).pause(PAUSE);
		}
		response.thenStall();
	}

	@Test
	void keepsNothingForAReaderWhoDoesNotRead() {
		try (TokenSource source = new TokenSource("x".repeat(10_000), Duration.ZERO)) {
			StepVerifier.create(events(source.url()), 3).expectNextCount(3).then(() -> {
				AtomicInteger seen = new AtomicInteger(-1);
				await().pollInterval(Duration.ofMillis(500))
					.atMost(TIMEOUT)
					.until(() -> seen.getAndSet(source.sent.get()) == source.sent.get());
				assertThat(source.sent.get()).isLessThan(TokenSource.COUNT / 2);
			}).thenCancel().verify(TIMEOUT);
		}
	}

	final Flux<StreamEvent> events() {
		return events(baseUrl());
	}

	final String baseUrl() {
		return this.provider.uri().resolve("/v1").toString();
	}

	final List<StreamEvent> read() {
		return events().collectList().block(TIMEOUT);
	}

	private static void verifyFailure(Flux<StreamEvent> events, String code) {
		StepVerifier.create(events.ofType(StreamEvent.Token.class).map(StreamEvent.Token::text))
			.expectNext("Hel")
			.expectErrorSatisfies((ex) -> {
				assertThat(ex).isInstanceOf(ForeignStreamException.class).hasMessageNotContaining("canary");
				assertThat(((ForeignStreamException) ex).toErrorEvent().code()).isEqualTo(code);
				assertThat(((ForeignStreamException) ex).toErrorEvent().error()).doesNotContain("canary");
			})
			.verify(TIMEOUT);
	}

	static String text(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.Token.class::isInstance)
			.map((event) -> ((StreamEvent.Token) event).text())
			.collect(Collectors.joining());
	}

	private static List<String> reasoning(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.Reasoning.class::isInstance)
			.map((event) -> ((StreamEvent.Reasoning) event).text())
			.toList();
	}

	static List<String> errors(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.ErrorEvent.class::isInstance)
			.map((event) -> ((StreamEvent.ErrorEvent) event).code())
			.toList();
	}

	static Object fact(List<StreamEvent> events, String name) {
		return events.stream()
			.filter(StreamEvent.Metadata.class::isInstance)
			.map((event) -> ((StreamEvent.Metadata) event).values().get(name))
			.filter((value) -> value != null)
			.reduce((first, second) -> first + ", " + second)
			.orElse(null);
	}

	static String calls(List<StreamEvent> events, int index) {
		StringBuilder call = new StringBuilder();
		StringBuilder arguments = new StringBuilder();
		for (StreamEvent event : events) {
			if (event instanceof StreamEvent.ToolCall piece && piece.index() == index) {
				call.append((piece.id() != null) ? piece.id() + " " : "");
				call.append((piece.name() != null) ? piece.name() + " " : "");
				arguments.append(piece.argumentsDelta());
			}
		}
		return call.append(arguments).toString();
	}

	static final String USAGE = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
			+ "\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n";

	static String chunk(String delta, String finishReason) {
		return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
				+ "\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}]}\n\n";
	}

	static String call(int index, String id, String name, String arguments) {
		return chunk("{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id
				+ "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + arguments
				+ "\"}}]}", "null");
	}

	/**
	 * A provider that sends tokens as fast as it may, one after each pause, or so many
	 * and then none before it is told to.
	 */
	static final class TokenSource implements AutoCloseable {

		/** 200 MB of tokens of 10 KB. */
		static final int COUNT = 20_000;

		final AtomicInteger asked = new AtomicInteger();

		final AtomicInteger sent = new AtomicInteger();

		final AtomicInteger closed = new AtomicInteger();

		private final Sinks.Empty<Void> silence = Sinks.empty();

		private final DisposableServer server;

		TokenSource(int before) {
			this.server = start(Flux.concat(tokens("token").take(before), this.silence.asMono().cast(ByteBuf.class),
					tokens("token").delayElements(PAUSE)));
		}

		TokenSource(String token, Duration pause) {
			this.server = start(pause.isZero() ? tokens(token) : tokens(token).delayElements(pause));
		}

		private Flux<ByteBuf> tokens(String token) {
			byte[] chunk = chunk("{\"content\":\"" + token + "\"}", "null").getBytes(StandardCharsets.UTF_8);
			return Flux.range(0, COUNT).map((number) -> {
				this.sent.incrementAndGet();
				return Unpooled.wrappedBuffer(chunk);
			});
		}

		private DisposableServer start(Flux<ByteBuf> body) {
			return HttpServer.create()
				.host("localhost")
				.port(0)
				.doOnConnection((connection) -> connection.onDispose(this.closed::incrementAndGet))
				.handle((request, response) -> request.receive().then(Mono.defer(() -> {
					this.asked.incrementAndGet();
					return response.header("Content-Type", "text/event-stream").send(body, (buffer) -> true).then();
				})))
				.bindNow();
		}

		String url() {
			return "http://localhost:" + this.server.port() + "/v1";
		}

		void goOn() {
			this.silence.tryEmitEmpty();
		}

		@Override
		public void close() {
			this.server.disposeNow(Duration.ofSeconds(10));
		}

	}

}

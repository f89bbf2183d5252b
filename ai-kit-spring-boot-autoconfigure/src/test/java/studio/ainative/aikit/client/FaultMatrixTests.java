package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Every fault in every dialect, over a socket: one terminal signal, the right one, and
 * the right number of requests.
 */
class FaultMatrixTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	/** Lets what was sent arrive before the connection is reset. */
	private static final Duration ON_ITS_WAY = Duration.ofMillis(50);

	private static final StreamTimeouts PATIENT = StreamTimeouts.defaults();

	private static final Duration SHORT = Duration.ofMillis(400);

	/** Which exception it was depends on the system's sockets. */
	private static final String BROKEN = "The connection to the provider broke (";

	private static final List<Fault> FAULTS = List.of(
			new Fault("no terminal event and no token", StreamInterruptedException.class,
					"The response ended before the answer did", "", 2, (response) -> response.comment().thenEnd()),
			new Fault("cut in mid event", StreamInterruptedException.class, BROKEN, "Hel", 1,
					(response) -> response.tokens("Hel").raw("data: {\"cho").pause(ON_ITS_WAY).thenCut()),
			new Fault("cut before headers", StreamInterruptedException.class, BROKEN, "", 2, ScriptedResponse::thenCut),
			new Fault("reset after headers", StreamInterruptedException.class, BROKEN, "", 2,
					(response) -> response.headers().pause(ON_ITS_WAY).thenReset()),
			new Fault("reset after five tokens", StreamInterruptedException.class, BROKEN, "Hello", 1,
					(response) -> response.tokens("H", "e", "l", "l", "o").pause(ON_ITS_WAY).thenReset()),
			new Fault("html", MalformedEventException.class, "HTTP 200: text/html where text/event-stream was expected",
					"", 1, (response) -> response.raw("<html>Sign in</html>").contentType("text/html").thenEnd()),
			new Fault("json with an error", ProviderException.class,
					"HTTP 200: the provider reported an error in the stream (invalid_request_error)", "", 1,
					(response) -> response.errorBody("invalid_request_error", null, "A sentence").status(200)),
			new Fault("empty", StreamInterruptedException.class, "The response ended without an answer", "", 2,
					(response) -> response.headers().thenEnd()),
			new Fault("stall before headers", StreamTimeoutException.class, "No first token within 0.4 s", "", 2,
					ScriptedResponse::thenStall, (timeouts) -> timeouts.withFirstToken(SHORT)),
			new Fault("stall in the middle", StreamTimeoutException.class, "No further event within 0.4 s", "Hel", 1,
					(response) -> response.tokens("Hel").thenStall(), (timeouts) -> timeouts.withIdle(SHORT)),
			new Fault("no terminal event", StreamInterruptedException.class, "The response ended before the answer did",
					"Hello", 1, (response) -> response.tokens("Hel", "lo").thenEnd()),
			new Fault("clean end in mid event", StreamInterruptedException.class,
					"The response ended before the answer did", "Hel", 1,
					(response) -> response.tokens("Hel").raw("data: {\"cho").thenEnd()),
			new Fault("cut in the first event", StreamInterruptedException.class, BROKEN, "", 2,
					(response) -> response.raw("data: {\"cho").pause(ON_ITS_WAY).thenCut()),
			new Fault("reset before headers", StreamInterruptedException.class, BROKEN, "", 2,
					ScriptedResponse::thenReset),
			new Fault("reset after one token", StreamInterruptedException.class, BROKEN, "Hel", 1,
					(response) -> response.tokens("Hel").pause(ON_ITS_WAY).thenReset()),
			new Fault("reset in an error body", ProviderException.class, "HTTP 503: Service Unavailable", "", 2,
					(response) -> response.status(503).raw("{\"error\":").pause(ON_ITS_WAY).thenReset()),
			new Fault("json", MalformedEventException.class,
					"HTTP 200: application/json where text/event-stream was expected", "", 1,
					(response) -> response.status(200).raw("{\"answer\":\"Hello\"}")),
			new Fault("json with an error that passes", ProviderException.class,
					"HTTP 200: the provider reported an error in the stream (server_error)", "", 2,
					(response) -> response.errorBody("server_error", null, "A sentence").status(200)),
			new Fault("no content", StreamInterruptedException.class, "HTTP 204: no answer", "", 1,
					(response) -> response.status(204)),
			new Fault("stall before the first token", StreamTimeoutException.class, "No first token within 0.4 s", "",
					2, (response) -> response.headers().comment().thenStall(),
					(timeouts) -> timeouts.withFirstToken(SHORT)),
			new Fault("stall after all text", StreamTimeoutException.class, "No further event within 0.4 s", "Hello", 1,
					(response) -> response.tokens("Hel", "lo").thenStall(), (timeouts) -> timeouts.withIdle(SHORT)));

	private ScriptedServer server;

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest(name = "{0}, {1}: {2}")
	@MethodSource
	void everyFaultEndsTheCallOnceAndSaysWhatItWas(Transport transport, Dialect dialect, Fault fault) {
		this.server = transport.start(dialect);
		for (int request = 0; request <= fault.requests; request++) {
			fault.script.play(this.server.respond());
		}
		Signals signals = call(transport, dialect, fault.timeouts.apply(PATIENT));
		AIStreamException failure = signals.failure();
		assertThat(failure).isExactlyInstanceOf(fault.type).hasMessageStartingWith(fault.message);
		assertThat(failure.partialAnswer()).isEqualTo(fault.partialAnswer).isEqualTo(signals.text());
		assertThat(this.server.requests()).hasSize(fault.requests);
		signals.verifyOneEnd(this.server);
	}

	static Stream<Arguments> everyFaultEndsTheCallOnceAndSaysWhatItWas() {
		return Arrays.stream(Transport.values())
			.flatMap((transport) -> Arrays.stream(Dialect.values())
				.flatMap((dialect) -> FAULTS.stream().map((fault) -> arguments(transport, dialect, fault))));
	}

	@ParameterizedTest(name = "{0}, {1}: {2} {3}")
	@MethodSource
	void everyShapeOfAnErrorEndsTheCallOnceAndIsTold(Transport transport, Dialect dialect, Shape shape,
			Position position) {
		this.server = transport.start(dialect);
		boolean retried = shape.transientFailure && position == Position.FIRST;
		for (int request = 0; request < 3; request++) {
			position.script(this.server.respond(), shape.text(dialect));
		}
		Signals signals = call(transport, dialect, PATIENT);
		assertThat(signals.failure()).isInstanceOfSatisfying(ProviderException.class, (ex) -> {
			assertThat(ex.status()).isEqualTo(200);
			assertThat(ex.providerCode()).isEqualTo(shape.code);
			assertThat(ex.providerMessage()).isEqualTo("A sentence");
			assertThat(ex.isTransient()).isEqualTo(shape.transientFailure);
			assertThat(ex.partialAnswer()).isEqualTo(position.partialAnswer).isEqualTo(signals.text());
			assertThat(ex).hasMessageStartingWith("HTTP 200: the provider reported an error in the stream")
				.hasMessageNotContaining("A sentence");
		});
		assertThat(this.server.requests()).hasSize(retried ? 2 : 1);
		signals.verifyOneEnd(this.server);
	}

	static Stream<Arguments> everyShapeOfAnErrorEndsTheCallOnceAndIsTold() {
		Stream<Arguments> every = Arrays.stream(Dialect.values())
			.flatMap((dialect) -> shapes(Transport.HTTP11, dialect));
		// What reads them knows nothing of the transport
		return Stream.concat(every, shapes(Transport.HTTP2, Dialect.OPENAI));
	}

	private static Stream<Arguments> shapes(Transport transport, Dialect dialect) {
		return Arrays.stream(Shape.values())
			.flatMap((shape) -> Arrays.stream(Position.values())
				.map((position) -> arguments(transport, dialect, shape, position)));
	}

	@ParameterizedTest
	@MethodSource("transportsAndDialects")
	void aConnectionLeftOpenAfterTheEndNeitherDelaysTheEndNorStays(Transport transport, Dialect dialect) {
		this.server = transport.start(dialect);
		this.server.respond("Hel", "lo").thenEndAndStayOpen();
		Signals signals = call(transport, dialect, PATIENT);
		assertThat(signals.failure).isNull();
		assertThat(signals.text()).isEqualTo("Hello");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
		assertThat(Objects.requireNonNull(this.server.lastRequest().closed())).isGreaterThan(signals.ended);
		signals.verifyOneEnd(this.server);
	}

	static Stream<Arguments> transportsAndDialects() {
		return Arrays.stream(Transport.values())
			.flatMap((transport) -> Arrays.stream(Dialect.values()).map((dialect) -> arguments(transport, dialect)));
	}

	private Signals call(Transport transport, Dialect dialect, StreamTimeouts timeouts) {
		Signals signals = new Signals();
		AIStream stream = AIStream.builder()
			.provider(provider(dialect))
			.endpoint(this.server.uri())
			.webClientBuilder(transport.webClient())
			.model("a-model")
			.timeouts(timeouts)
			.retry(RetryConfig.defaults()
				.withMaxRetries(1)
				.withJitter(0)
				.withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
			.onError(signals.told::add)
			.on(AIStreamEvent.STREAMING_END, (end) -> signals.ends.incrementAndGet())
			.build();
		stream.stream("Hi").subscribe(signals);
		await().atMost(TIMEOUT).until(() -> signals.completions.get() + signals.errors.get() > 0);
		return signals;
	}

	private static Provider provider(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> new OpenAIProvider();
			case OPENAI_RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AI_KIT -> new AiKitProvider();
		};
	}

	/**
	 * A fault of the connection, of the response or of the time it takes, and how a call
	 * ends by it.
	 */
	private record Fault(String name, Class<? extends AIStreamException> type, String message, String partialAnswer,
			int requests, Script script, UnaryOperator<StreamTimeouts> timeouts) {

		Fault(String name, Class<? extends AIStreamException> type, String message, String partialAnswer, int requests,
				Script script) {
			this(name, type, message, partialAnswer, requests, script, UnaryOperator.identity());
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	/** How servers write an error into a stream that began with 200. */
	private enum Shape {

		NESTED("server_error", true, """
				data: {"error":{"message":"A sentence","type":"server_error","param":null,"code":null}}

				"""),

		NESTED_FINAL("insufficient_quota", false, """
				data: {"error":{"message":"A sentence","type":"rate_limit_error","code":"insufficient_quota"}}

				"""),

		OBJECT_ERROR("400", false, """
				data: {"object":"error","message":"A sentence","type":"BadRequestError","param":null,"code":400}

				"""),

		OBJECT_ERROR_THAT_PASSES("500", true, """
				data: {"object":"error","message":"A sentence","type":"InternalServerError","param":null,"code":500}

				"""),

		EVENT_ERROR("overloaded_error", true, """
				event: error
				data: {"type":"error","error":{"type":"overloaded_error","message":"A sentence"}}

				"""),

		EVENT_ERROR_FLAT("RATE_LIMIT", true, """
				event: error
				data: {"error":"A sentence","code":"RATE_LIMIT"}

				"""),

		EVENT_ERROR_WITH_A_MESSAGE_ONLY(null, false, """
				event: error
				data: {"message":"A sentence"}

				"""),

		IN_A_NORMAL_CHUNK("502", true, null),

		PLAIN_STRING(null, false, """
				data: {"error":"A sentence"}

				"""),

		PLAIN_STRING_WITH_A_STATUS("503", true, """
				data: {"timestamp":"2026-01-31T12:00:00Z","status":503,"error":"A sentence"}

				"""),

		DETAIL(null, false, """
				data: {"detail":"A sentence"}

				"""),

		DETAIL_OF_A_VALIDATION(null, false, """
				data: {"detail":[{"loc":["body"],"msg":"A sentence","type":"missing"}]}

				"""),

		PROBLEM_DETAIL("503", true, """
				data: {"type":"about:blank","title":"Unavailable","status":503,"detail":"A sentence"}

				"""),

		NUMERIC_CODE("429", true, """
				data: {"error":{"code":429,"message":"A sentence","metadata":{"provider_name":"x"}}}

				"""),

		NUMERIC_CODE_AS_TEXT("503", true, """
				data: {"error":{"code":"503","message":"A sentence"}}

				"""),

		IN_AN_ARRAY("429", true, """
				data: [{"error":{"code":429,"message":"A sentence","status":"RESOURCE_EXHAUSTED"}}]

				"""),

		/** As llama.cpp did until September 2025. */
		FIELD_NAMED_ERROR("500", true, """
				error: {"code":500,"message":"A sentence","type":"server_error"}

				"""),

		FIELD_NAMED_ERROR_WITHOUT_A_BLANK_LINE("insufficient_quota", false, """
				error:{"error":{"message":"A sentence","code":"insufficient_quota"}}
				"""),

		FIELD_NAMED_ERROR_WITH_A_SENTENCE(null, false, """
				error: A sentence

				"""),

		BARE_JSON("server_error", true, """
				{"error":{"message":"A sentence","type":"server_error","code":null}}

				"""),

		BARE_JSON_ON_SEVERAL_LINES("503", true, """
				[{
				  "error": {
				    "code": 503,
				    "message": "A sentence",
				    "status": "UNAVAILABLE"
				  }
				}
				]
				"""),

		BARE_JSON_OF_A_GATEWAY(null, false, """
				{"message":"A sentence"}

				"""),

		GROQ(null, false, """
				data: {"id":"1","choices":[],"x_groq":{"id":"r","error":"A sentence"}}

				"""),

		GROQ_WITH_AN_OBJECT("503", true, """
				data: {"id":"1","choices":[],"x_groq":{"id":"r","error":{"message":"A sentence","code":503}}}

				"""),

		MINIMAX("1002", true, """
				data: {"choices":null,"base_resp":{"status_code":1002,"status_msg":"A sentence"}}

				"""),

		MINIMAX_WITHOUT_A_BALANCE("1008", false, """
				data: {"choices":null,"base_resp":{"status_code":1008,"status_msg":"A sentence"}}

				"""),

		ALIBABA("Throttling.RateQuota", true, """
				data: {"code":"Throttling.RateQuota","message":"A sentence","request_id":"r"}

				"""),

		AZURES_GATEWAY("429", true, """
				data: {"statusCode":429,"message":"A sentence"}

				"""),

		BAIDU("18", false, """
				data: {"error_code":18,"error_msg":"A sentence"}

				"""),

		CLOUDFLARE("429", true, """
				data: {"result":null,"success":false,"errors":[{"code":429,"message":"A sentence"}],"messages":[]}

				"""),

		FLAT_WITH_A_TYPE("server_error", true, """
				data: {"type":"server_error","message":"A sentence"}

				"""),

		NESTED_IN_A_DETAIL("503", true, """
				data: {"detail":{"error":{"message":"A sentence","code":"503"}}}

				"""),

		NESTED_TWICE("503", true, """
				data: {"error":{"error":{"message":"A sentence","code":"503"}}}

				"""),

		A_LIST(null, false, """
				data: {"error":["A sentence"]}

				"""),

		A_FLAG("500", true, """
				data: {"error":true,"code":500,"message":"A sentence"}

				"""),

		EVENT_ERROR_WITH_A_SENTENCE(null, false, """
				event: error
				data: A sentence

				""");

		private static final String ERROR = "\"error\":{\"code\":502,\"message\":\"A sentence\"}}\n\n";

		private final String code;

		private final boolean transientFailure;

		private final String text;

		Shape(String code, boolean transientFailure, String text) {
			this.code = code;
			this.transientFailure = transientFailure;
			this.text = text;
		}

		String text(Dialect dialect) {
			if (this.text != null) {
				return this.text;
			}
			return switch (dialect) {
				case OPENAI -> "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},"
						+ "\"finish_reason\":\"error\"}]," + ERROR;
				case OPENAI_RESPONSES -> "event: response.output_text.delta\ndata: {\"type\":"
						+ "\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"\","
						+ ERROR;
				case ANTHROPIC ->
					"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0," + ERROR;
				case AI_KIT -> "event: token\ndata: {\"token\":\"\"," + ERROR;
			};
		}

	}

	private enum Position {

		FIRST("") {

			@Override
			void script(ScriptedResponse response, String error) {
				response.raw(error).tokens("never").thenEnd();
			}

		},

		IN_THE_MIDDLE("Hel") {

			@Override
			void script(ScriptedResponse response, String error) {
				response.tokens("Hel").raw(error).tokens("never").thenEnd();
			}

		},

		AFTER_ALL_TEXT("Hello") {

			@Override
			void script(ScriptedResponse response, String error) {
				response.tokens("Hel", "lo").finishReason().raw(error).thenEndAndStayOpen();
			}

		};

		private final String partialAnswer;

		Position(String partialAnswer) {
			this.partialAnswer = partialAnswer;
		}

		abstract void script(ScriptedResponse response, String error);

	}

	@FunctionalInterface
	private interface Script {

		void play(ScriptedResponse response);

	}

	/** A core subscriber, so that nothing filters what comes after the end. */
	private static final class Signals implements CoreSubscriber<StreamEvent> {

		private final List<StreamEvent> events = new CopyOnWriteArrayList<>();

		private final List<StreamEvent> late = new CopyOnWriteArrayList<>();

		private final List<AIStreamException> told = new CopyOnWriteArrayList<>();

		private final AtomicInteger ends = new AtomicInteger();

		private final AtomicInteger completions = new AtomicInteger();

		private final AtomicInteger errors = new AtomicInteger();

		private volatile Throwable failure;

		private volatile long ended;

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(StreamEvent event) {
			if (this.completions.get() + this.errors.get() > 0) {
				this.late.add(event);
			}
			this.events.add(event);
		}

		@Override
		public void onError(Throwable ex) {
			this.failure = ex;
			this.ended = System.nanoTime();
			this.errors.incrementAndGet();
		}

		@Override
		public void onComplete() {
			this.ended = System.nanoTime();
			this.completions.incrementAndGet();
		}

		String text() {
			StringBuilder text = new StringBuilder();
			for (StreamEvent event : this.events) {
				if (event instanceof StreamEvent.Token token) {
					text.append(token.text());
				}
			}
			return text.toString();
		}

		AIStreamException failure() {
			assertThat(this.failure).isInstanceOf(AIStreamException.class);
			return (AIStreamException) this.failure;
		}

		/** The connections are closed first: that must not be told any more. */
		void verifyOneEnd(ScriptedServer server) {
			server.close();
			assertThat(server.requests()).allMatch((request) -> !request.isOpen());
			boolean failed = this.failure != null;
			assertThat(this.errors).hasValue(failed ? 1 : 0);
			assertThat(this.completions).hasValue(failed ? 0 : 1);
			assertThat(this.late).isEmpty();
			assertThat(this.ends).hasValue(1);
			assertThat(this.told).hasSize(failed ? 1 : 0).allMatch((ex) -> ex == this.failure);
		}

	}

}

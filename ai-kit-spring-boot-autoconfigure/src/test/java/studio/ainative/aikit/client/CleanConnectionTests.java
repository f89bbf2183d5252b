package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.RawProvider.Call;
import studio.ainative.aikit.client.RawProvider.Script;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A connection serves another call after one clean, whole, final response, and never
 * after anything else.
 */
@Timeout(120)
class CleanConnectionTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int CALLERS = 8;

	private static final int ROUNDS = 10;

	private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";

	private static final String PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";

	private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

	private static final String STREAM = "text/event-stream";

	private static final Script ANSWER = (call) -> call.send(answer(call));

	/** With whole answers, each of them right, but not the only thing that is sent. */
	private static final Map<String, Script> UNCLEAN = Map.ofEntries(
			Map.entry("an interim response", (call) -> call.send(HINTS + answer(call))),
			Map.entry("an interim response in a packet of its own", (call) -> {
				call.send(HINTS);
				call.send(answer(call));
			}), Map.entry("an interim response in two packets", (call) -> {
				call.send("HTTP/1.1 103 Early");
				call.send(" Hints\r\n\r\n" + RawProvider.chunked());
				call.send(RawProvider.chunk(RawProvider.events("a" + call.id())) + "0\r\n\r\n");
			}), Map.entry("several interim responses", (call) -> {
				call.send(CONTINUE + PROCESSING + HINTS);
				call.send(PROCESSING);
				call.send(HINTS + answer(call));
			}), Map.entry("an interim response of a name nobody knows", (call) -> {
				call.send("HTTP/1.1 199 What\r\nX-Why: because\r\n\r\n" + answer(call));
			}), Map.entry("an interim response after the answer", (call) -> call.send(answer(call) + HINTS)),
			Map.entry("another response after the answer",
					(call) -> call.send(answer(call) + RawProvider.answer("wrong"))),
			Map.entry("another response with a length after the answer",
					(call) -> call.send(withLength(call) + RawProvider.response("200 OK", STREAM, "data: [DONE]\n\n"))),
			Map.entry("the beginning of another response",
					(call) -> call.send(answer(call) + "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: ")),
			Map.entry("one byte after the answer", (call) -> call.send(answer(call) + "H")),
			Map.entry("a body longer than its length", (call) -> call.send(withLength(call) + "data: more\n\n")),
			Map.entry("a line after the body that ends as a head does",
					(call) -> call.send(withLength(call) + "xyz\r\n\r\n")));

	private static final Map<String, ClientHttpConnector> CONNECTORS = Map.of("our own",
			new ReactorClientHttpConnector(AiStreamConnections.httpClient(StreamTimeouts.defaults())), "Spring's",
			new ReactorClientHttpConnector(), "a plain one", new ReactorClientHttpConnector(
					HttpClient.create(ConnectionProvider.create("clean-connection-tests", 500))));

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource
	void isNeverUsedAgainAfter(String what, String connector) {
		try (RawProvider provider = RawProvider.start(UNCLEAN.get(what))) {
			assertThat(wrongAnswers(stream(provider, connector))).isEmpty();
			assertThat(provider.calls()).allMatch((call) -> call.number() == 0);
			await().atMost(TIMEOUT).until(() -> provider.open() == 0);
		}
	}

	static Stream<Arguments> isNeverUsedAgainAfter() {
		return UNCLEAN.keySet().stream().flatMap((what) -> CONNECTORS.keySet().stream().map((c) -> arguments(what, c)));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource
	void isNeverUsedAgainAfterAFailure(String what, String message, Script script) {
		try (RawProvider provider = RawProvider
			.start((call) -> (call.id().startsWith("fail") ? script : ANSWER).play(call))) {
			AIStream stream = stream(provider, "our own");
			// At the same time: some failures take their time
			Flux.range(0, 4).flatMap((call) -> Mono.fromRunnable(() -> {
				assertThatExceptionOfType(AIStreamException.class)
					.isThrownBy(() -> Answers.text(stream.stream("qfail" + call)))
					.withMessage(message);
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
			}).subscribeOn(Schedulers.boundedElastic())).blockLast(TIMEOUT);
			await().atMost(TIMEOUT).until(() -> provider.calls().size() == 8);
			provider.calls()
				.stream()
				.filter((call) -> call.id().startsWith("fail"))
				.forEach((failed) -> assertThat(provider.calls())
					.noneMatch((call) -> call.connection() == failed.connection() && call.number() > failed.number()));
		}
	}

	static Stream<Arguments> isNeverUsedAgainAfterAFailure() {
		String json = "application/json";
		String error = "{\"error\":{\"type\":\"server_error\",\"message\":\"A sentence\"}}";
		return Stream.of(
				failure("an error", "HTTP 429: Too Many Requests (server_error)",
						RawProvider.response("429 Too Many Requests", json, error)),
				failure("an error with more behind it", "HTTP 500: Internal Server Error (server_error)",
						RawProvider.response("500 Oh", json, error) + RawProvider.answer("wrong")),
				failure("an error after an interim response", "HTTP 503: Service Unavailable (server_error)",
						HINTS + RawProvider.response("503 Oh", json, error)),
				failure("an error without an end", "HTTP 400: Bad Request",
						"HTTP/1.1 400 Oh\r\nTransfer-Encoding: chunked\r\n\r\n"
								+ RawProvider.chunk("x".repeat(66_000))),
				failure("a page", "HTTP 200: text/html where text/event-stream was expected",
						RawProvider.response("200 OK", "text/html", "<html>Hello</html>")),
				failure("a page without an end", "HTTP 200: text/html where text/event-stream was expected",
						"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
								+ RawProvider.chunk("<html>")),
				failure("JSON", "HTTP 200: application/json where text/event-stream was expected",
						RawProvider.response("200 OK", json, "{}")),
				failure("no content", "HTTP 204: no answer", "HTTP/1.1 204 No Content\r\n\r\n"),
				failure("no content, but some", "HTTP 204: no answer",
						RawProvider.response("204 No Content", STREAM, RawProvider.events("wrong"))),
				failure("content to be reset", "HTTP 205: no answer",
						RawProvider.response("205 Reset Content", STREAM, "data: wrong\n\n")),
				failure("another protocol", "HTTP 101: Switching Protocols",
						"HTTP/1.1 101 Oh\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
								+ RawProvider.answer("wrong")),
				failure("a redirect", "HTTP 302: redirects are not followed",
						"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
				failure("nothing new", "HTTP 304: Not Modified",
						"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHello"),
				failure("an error in the stream",
						"HTTP 200: the provider reported an error in the stream (server_error)",
						RawProvider.chunked() + RawProvider.chunk("data: " + error + "\n\n")),
				failure("no end of the answer", "The response ended before the answer did",
						RawProvider.response("200 OK", STREAM, ": ping\n\n") + RawProvider.answer("wrong")));
	}

	private static Arguments failure(String what, String message, String response) {
		return arguments(what, message, (Script) (call) -> call.send(response));
	}

	@Test
	void isNotUsedWhileItsResponseGoesOnAfterTheAnswer() {
		try (RawProvider provider = RawProvider.start(
				(call) -> call.send(RawProvider.chunked() + RawProvider.chunk(RawProvider.events("a" + call.id()))))) {
			assertThat(wrongAnswers(stream(provider, "our own"))).isEmpty();
			assertThat(provider.calls()).allMatch((call) -> call.number() == 0);
			await().atMost(TIMEOUT).until(() -> provider.open() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "H", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong" })
	void isClosedWhenSomethingComesThatNobodyAskedFor(String surplus) {
		try (RawProvider provider = RawProvider.start(ANSWER)) {
			AIStream stream = stream(provider, "our own");
			for (int call = 0; call < 4; call++) {
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
				assertThat(provider.open()).isOne();
				provider.calls().get(call).send(surplus);
				await().atMost(TIMEOUT).until(() -> provider.open() == 0);
			}
			assertThat(provider.calls()).allMatch((call) -> call.number() == 0);
		}
	}

	@Test
	void isLeftToOtherCallsThatUseItToo() {
		try (RawProvider provider = RawProvider.start(ANSWER)) {
			ClientHttpConnector one = new ReactorClientHttpConnector(
					HttpClient.create(ConnectionProvider.create("clean-connection-tests-one", 1)));
			WebClient.Builder shared = WebClient.builder().clientConnector(one);
			AIStream stream = stream(provider, "our own").mutate().webClientBuilder(shared).build();
			for (int call = 0; call < 5; call++) {
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
				assertThat(shared.build()
					.post()
					.uri(provider.uri())
					.bodyValue("\"qOther\"")
					.retrieve()
					.bodyToMono(String.class)
					.block(TIMEOUT)).contains("aOther");
			}
			assertThat(provider.calls()).hasSize(10);
			assertThat(provider.connections()).isOne();
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("connectors")
	void isUsedAgainAfterWholeAnswers(String connector) {
		try (RawProvider provider = RawProvider.start(ANSWER)) {
			AIStream stream = stream(provider, connector);
			for (int call = 0; call < 50; call++) {
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
				int before = call;
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == before + 1);
			}
			// An answer may be whole a moment before its connection is free
			assertThat(provider.connections()).isLessThan(10);
		}
	}

	static Stream<String> connectors() {
		return CONNECTORS.keySet().stream();
	}

	private static String answer(Call call) {
		return RawProvider.answer("a" + call.id());
	}

	private static String withLength(Call call) {
		return RawProvider.response("200 OK", STREAM, RawProvider.events("a" + call.id()));
	}

	/** Of many callers at once, who call again and again. */
	private static List<String> wrongAnswers(AIStream stream) {
		Flux<String> wrong = Flux.range(0, CALLERS).flatMap((caller) -> Flux.range(0, ROUNDS).concatMap((round) -> {
			String id = caller + "x" + round;
			return Answers.tokens(stream.stream("q" + id))
				.reduce("", String::concat)
				.filter((answer) -> !answer.equals("a" + id))
				.onErrorResume((ex) -> Mono.just(ex.toString()));
		}), CALLERS);
		return Objects.requireNonNull(wrong.collectList().block(TIMEOUT));
	}

	private static AIStream stream(RawProvider provider, String connector) {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(provider.uri())
			.webClientBuilder(WebClient.builder().clientConnector(CONNECTORS.get(connector)))
			.retry(RetryConfig.none())
			.build();
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls leave nothing behind: no connection, no buffer, no listener.
 */
class LeakTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int CALLS = 10_000;

	/**
	 * More than wait for their second to be over: a connection left open is closed then.
	 */
	private static final int CONNECTIONS = 100;

	private static final int WAYS_TO_END = 8;

	private final ConnectionCount connections = new ConnectionCount();

	private final ConnectionProvider pool = ConnectionProvider.builder("leak-tests")
		.maxConnections(CONNECTIONS)
		.pendingAcquireTimeout(Duration.ofSeconds(5))
		.metrics(true, () -> this.connections)
		.build();

	private final AIStream.Builder builder = AIStream.builder()
		.provider(new OpenAIProvider())
		.model("a-model")
		.retry(RetryConfig.none())
		.webClientBuilder(WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(
					AiStreamConnections.configure(HttpClient.create(this.pool), StreamTimeouts.defaults()))));

	@AfterEach
	void closePool() {
		this.pool.disposeLater().block(TIMEOUT);
	}

	@Test
	void tenThousandCallsInARowLeakNeitherConnectionNorBufferNorListener() {
		LoopResources loops = LoopResources.create("leak-tests", 1, true);
		String answer = String.join("", Answers.openAiTokens("Hel", "lo")) + "data: [DONE]\n\n";
		DisposableServer server = HttpServer.create()
			.runOn(loops)
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> response.sse().sendString(Mono.just(answer)))
			.bindNow();
		try (LeakDetectorLog log = new LeakDetectorLog()) {
			List<String> heard = new ArrayList<>();
			AIStream stream = this.builder.endpoint("http://127.0.0.1:" + server.port() + "/").build();
			for (int call = 0; call < CALLS; call++) {
				ListenerRegistration registration = stream.on(AIStreamEvent.TOKEN, (token) -> heard.add(token.text()));
				assertThat(Answers.text(stream.stream(List.of(Message.user("Hi"))))).isEqualTo("Hello");
				registration.remove();
			}
			// A listener left behind would hear every later call again
			assertThat(heard).hasSize(2 * CALLS);
			await().atMost(TIMEOUT).until(() -> this.connections.active() == 0);
			assertThat(this.connections.allocated()).isBetween(1, 10);
			assertThat(this.connections.pending()).isZero();
			assertThat(log.leaks()).isEmpty();
		}
		finally {
			server.disposeNow();
			loops.dispose();
		}
	}

	@Test
	void callsThatEndBadlyLeakNeitherConnectionNorBuffer() {
		try (ScriptedServer server = ScriptedServer.start(); LeakDetectorLog log = new LeakDetectorLog()) {
			endBadly(server, this.builder.endpoint(server.uri()).build());
			await().atMost(TIMEOUT).until(() -> this.connections.active() == 0);
			assertThat(this.connections.pending()).isZero();
			assertThat(log.leaks()).isEmpty();
		}
	}

	@Test
	void callsOverHttp2LeakNeitherStreamNorBuffer() {
		ConnectionProvider shared = AiStreamConnections.newHttp2Pool(1000);
		try (ScriptedServer server = Transport.HTTP2.start(Dialect.OPENAI);
				LeakDetectorLog log = new LeakDetectorLog()) {
			AIStream stream = this.builder
				.webClientBuilder(WebClient.builder().clientConnector(Transport.http2Connector(shared)))
				.endpoint(server.uri())
				.build();
			endBadly(server, stream);
			int before = server.requests().size();
			for (int call = 0; call < CALLS / 10; call++) {
				server.respond("Hel", "lo");
				assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			}
			assertThat(server.requests().stream().skip(before).map(RecordedRequest::connection).distinct()).hasSize(1);
			await().atMost(TIMEOUT).until(() -> server.requests().stream().noneMatch(RecordedRequest::isOpen));
			assertThat(log.leaks()).isEmpty();
		}
		finally {
			shared.disposeLater().block(TIMEOUT);
		}
	}

	private static void endBadly(ScriptedServer server, AIStream stream) {
		for (int call = 0; call < 400; call++) {
			end(server.respond(), call % WAYS_TO_END);
			Flux<?> answer = stream.stream("Hi").onErrorComplete();
			((call % WAYS_TO_END == 0) ? answer.take(1) : answer).blockLast(TIMEOUT);
		}
	}

	private static void end(ScriptedResponse response, int way) {
		switch (way) {
			case 0 -> response.tokens("Hel", "lo").thenStall(); // The caller cancels
			case 1 -> response.tokens("Hel").thenCut();
			case 2 -> response.tokens("Hel").thenEnd();
			case 3 -> response.tokens("Hel").error("invalid_request_error");
			case 4 -> response.status(400).raw("x".repeat(100_000));
			case 5 -> response.contentType("text/html").raw("<html></html>".repeat(1000)).thenEnd();
			case 6 -> response.tokens("Hel").raw("data: {\n\n").tokens("lo");
			default -> response.tokens("Hel").thenEndAndStayOpen();
		}
	}

	@Test
	void theDetectorWouldTell() {
		try (LeakDetectorLog log = new LeakDetectorLog()) {
			await().atMost(TIMEOUT).pollInSameThread().until(() -> {
				IntStream.range(0, 10).forEach((buffer) -> PooledByteBufAllocator.DEFAULT.buffer());
				return !log.leaks().isEmpty();
			});
			assertThat(log.leaks()).first().asString().contains("LEAK");
		}
	}

	@Test
	void thePoolWouldTell() {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel").thenStall();
			Disposable open = this.builder.endpoint(server.uri()).build().stream("Hi").subscribe();
			await().atMost(TIMEOUT).until(() -> this.connections.active() == 1);
			open.dispose();
			await().atMost(TIMEOUT).until(() -> this.connections.active() == 0);
		}
	}

}

package studio.ainative.aikit.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Readers who share one HTTP/2 connection, as those behind a proxy do.
 */
@ExtendWith(OutputCaptureExtension.class)
class Http2Tests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** Before a stalled reader is given up, who would hold a thread until then. */
	private static final Duration SOON = Duration.ofSeconds(2);

	/** Of one stream; the connection's own is four times as large. */
	private static final int WINDOW = 16 * 1024;

	private final ConnectionProvider connections = ConnectionProvider.create("http2-tests", 1);

	private final LoopResources loops = LoopResources.create("http2-tests", 1, true);

	private final HttpClient client = HttpClient.create(this.connections)
		.runOn(this.loops)
		.protocol(HttpProtocol.H2C)
		.http2Settings((settings) -> settings.initialWindowSize(WINDOW));

	@AfterEach
	void close() {
		this.connections.disposeLater().block(TIMEOUT);
		this.loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void getTheirAnswers(WebApplicationType type, CapturedOutput output) {
		try (ChatServer server = start(type)) {
			String body = get(server, "/ticks").responseSingle((response, content) -> {
				assertThat(response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE))
					.startsWith("text/event-stream");
				assertThat(response.responseHeaders().contains(HttpHeaderNames.CONNECTION)).isFalse();
				assertThat(response.version().majorVersion()).isEqualTo(2);
				return content.asString();
			}).block(TIMEOUT);
			assertThat(body).contains("\"index\":99}").endsWith("\"outcome\":\"complete\"}\n\n");
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void holdUpNobodyWhenOneStopsReading(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = start(type, "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.response.send-timeout=4s")) {
			Floods.flood(provider.respond());
			Reader stalled = new Reader(0);
			get(server, "/chat").responseContent().subscribe(stalled);
			await().atMost(TIMEOUT).until(() -> Floods.openCalls(provider) == 1);
			CompletableFuture<String> pensive = body(server, "/pensive?silence=PT14S").toFuture();
			assertThat(body(server, "/ticks").block(TIMEOUT)).contains("\"index\":99}");
			assertThat(Floods.openCalls(provider)).isEqualTo(1);
			// One may be at it for a moment, as the sockets take a little more
			await().atMost(SOON).until(() -> Floods.threadsThatWrite() == 0);
			await().atMost(TIMEOUT)
				.until(() -> Floods.openCalls(provider) == 0 && server.controller().closed.get() == 1);
			assertThat(pensive).isNotDone();
			assertThat(pensive.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).contains("\"Hm\"", "\"Yes\"")
				.endsWith("\"outcome\":\"complete\"}\n\n");
			stalled.request(Long.MAX_VALUE);
			await().atMost(TIMEOUT).until(stalled::isDisposed);
			assertThat(stalled.text()).doesNotContain("\"outcome\"");
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endTheirCallWhenTheyLeave(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = start(type, "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.response.heartbeat.enabled=false")) {
			provider.respond().tokens("Hel").thenStall();
			Reader reader = new Reader(Long.MAX_VALUE);
			get(server, "/chat").responseContent().subscribe(reader);
			await().atMost(TIMEOUT).until(() -> Floods.openCalls(provider) == 1 && reader.begun);
			reader.cancel();
			await().atMost(TIMEOUT)
				.until(() -> Floods.openCalls(provider) == 0 && server.controller().closed.get() == 1);
			// The reader's library may be about to close the connection that it has left,
			// and warns then, on its own thread
			assertThat(body(server, "/ticks").retry(1).block(TIMEOUT)).contains("\"index\":99}");
		}
		assertNoWarnings(output, "2-tests-");
	}

	private static ChatServer start(WebApplicationType type, String... properties) {
		return ChatServer.start(type,
				Stream.concat(Stream.of("server.http2.enabled=true"), Stream.of(properties)).toArray(String[]::new));
	}

	private HttpClient.ResponseReceiver<?> get(ChatServer server, String path) {
		return this.client.get().uri("http://localhost:" + server.port() + path);
	}

	private Mono<String> body(ChatServer server, String path) {
		return get(server, path).responseContent().aggregate().asString();
	}

	/** Takes as many buffers as it is let. */
	private static final class Reader extends BaseSubscriber<ByteBuf> {

		private final long first;

		private volatile boolean begun;

		private final StringBuilder text = new StringBuilder();

		Reader(long first) {
			this.first = first;
		}

		synchronized String text() {
			return this.text.toString();
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (this.first > 0) {
				subscription.request(this.first);
			}
		}

		@Override
		protected synchronized void hookOnNext(ByteBuf buffer) {
			this.begun = true;
			this.text.append(buffer.toString(StandardCharsets.UTF_8));
		}

		@Override
		protected void hookOnError(Throwable failure) {
			// Its answer was cut
		}

	}

}

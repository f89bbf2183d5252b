package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers through proxies that are set up as the README says, before both servers.
 */
class ReverseProxyTests {

	private static final Duration SILENCE_ALLOWED = Duration.ofSeconds(4);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final Duration SILENCE = Duration.ofSeconds(9);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** A proxy that keeps pieces back does so for 200 ms each: 20 seconds in all. */
	private static final int TOKENS = 100;

	private static final Duration TOKENS_TIMEOUT = Duration.ofSeconds(10);

	private static final String HM = "data: {\"token\":\"Hm\",\"index\":0}\n\n";

	private static final String HEARTBEAT = ": heartbeat\n\n";

	private static final ScriptedServer provider = ScriptedServer.start();

	private static final List<ChatServer> servers = new ArrayList<>();

	private static final List<Way> ways = new ArrayList<>();

	@BeforeAll
	static void start() throws IOException {
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			ChatServer server = ChatServer.start(type, "server.servlet.context-path=/api",
					"spring.webflux.base-path=/api", "ai-kit.stream.endpoint=" + provider.uri(),
					"ai-kit.response.heartbeat.interval=" + INTERVAL.toMillis() + "ms");
			servers.add(server);
			for (ReverseProxyKind kind : ReverseProxyKind.values()) {
				ways.add(new Way(kind, type, server, ReverseProxy.start(kind, server.port(), SILENCE_ALLOWED)));
			}
		}
	}

	@AfterAll
	static void stop() throws IOException {
		for (Way way : ways) {
			way.proxy.close();
		}
		servers.forEach(ChatServer::close);
		provider.close();
	}

	static List<Way> ways() {
		return ways;
	}

	/**
	 * Each is sent when the one before has arrived. The first one is large: Caddy would
	 * compress and hold back an answer that begins like this.
	 */
	@ParameterizedTest
	@MethodSource("ways")
	void passOnEachTokenWhenItComes(Way way) throws Exception {
		try (SseReader reader = SseReader.get(way.proxy.port(), "/api/written", "gzip")) {
			StreamingResponse response = way.server.controller().written.take();
			reader.readPast("event: start");
			long begun = System.nanoTime();
			response.sendToken("t".repeat(2000));
			reader.readPast("\"index\":0}\n\n");
			for (int i = 1; i <= TOKENS; i++) {
				response.sendToken("t");
				reader.readPast("\"index\":" + i + "}\n\n");
			}
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TOKENS_TIMEOUT);
			response.end();
			assertThat(reader.readAll()).endsWith("\"outcome\":\"complete\"}\n\n");
		}
	}

	/** All at once: each of them takes its time. */
	@Test
	void leaveOpenWhatGivesSignsOfLife() throws Exception {
		List<CompletableFuture<String>> alive = new ArrayList<>();
		List<CompletableFuture<String>> lifeless = new ArrayList<>();
		for (Way way : ways) {
			alive.add(read(way, "/api/pensive?silence=" + SILENCE));
			if (way.kind.cutsSilence()) {
				lifeless.add(read(way, "/api/lifeless?silence=" + SILENCE));
			}
		}
		for (CompletableFuture<String> answer : alive) {
			assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
				.contains(HM + HEARTBEAT + HEARTBEAT + HEARTBEAT + HEARTBEAT)
				.contains("{\"token\":\"Yes\",\"index\":1}")
				.endsWith("\"outcome\":\"complete\"}\n\n");
		}
		for (CompletableFuture<String> answer : lifeless) {
			assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).endsWith(HM);
		}
	}

	@Test
	void tellTheProviderOfReadersWhoLeave() throws Exception {
		for (Way way : ways) {
			expectLeave(way.proxy, "/api/chat");
		}
		await().atMost(TIMEOUT).until(() -> provider.requests().stream().allMatch(RecordedRequest::isClosedByClient));
	}

	/** Netty sees them go; Tomcat would have to write something. */
	@ParameterizedTest
	@EnumSource(names = "CADDY_COMPRESSING", mode = EnumSource.Mode.EXCLUDE)
	void tellTheProviderOfReadersWhoLeaveInSilence(ReverseProxyKind kind) throws Exception {
		ChatServer netty = servers.get(servers.size() - 1);
		Duration longerThanTheTest = TIMEOUT.multipliedBy(10);
		try (ReverseProxy proxy = ReverseProxy.start(kind, netty.port(), longerThanTheTest)) {
			expectLeave(proxy, "/api/chat/lifeless");
			await().atMost(TIMEOUT)
				.until(() -> provider.requests().stream().allMatch(RecordedRequest::isClosedByClient));
		}
	}

	/** A reader who leaves in order, and one whose connection is reset. */
	private static void expectLeave(ReverseProxy proxy, String path) throws IOException {
		for (boolean reset : new boolean[] { false, true }) {
			provider.respond("Hm").thenStall();
			try (SseReader reader = SseReader.get(proxy.port(), path)) {
				reader.readPast("\"index\":0}");
				assertThat(provider.lastRequest().isOpen()).isTrue();
				if (reset) {
					reader.reset();
				}
			}
		}
	}

	/** What comes until the end, or the cut. */
	private static CompletableFuture<String> read(Way way, String path) {
		CompletableFuture<String> text = new CompletableFuture<>();
		new Thread(() -> {
			try (SseReader reader = SseReader.get(way.proxy.port(), path)) {
				try {
					text.complete(reader.readAll());
				}
				catch (IOException ex) {
					text.complete(reader.text());
				}
			}
			catch (IOException ex) {
				text.completeExceptionally(ex);
			}
		}, "reader").start();
		return text;
	}

	/**
	 * One proxy before one server.
	 *
	 * @param kind which proxy
	 * @param type which server
	 * @param server the application
	 * @param proxy the process
	 */
	private record Way(ReverseProxyKind kind, WebApplicationType type, ChatServer server, ReverseProxy proxy) {

		@Override
		public String toString() {
			return this.kind + " before " + this.type;
		}

	}

}

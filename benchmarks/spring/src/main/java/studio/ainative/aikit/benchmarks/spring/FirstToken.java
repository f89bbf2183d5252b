package studio.ainative.aikit.benchmarks.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * How long the first token takes from the provider's socket to the reader's: provider,
 * {@code AIStream}, {@code StreamingResponse} and reader in one process, over loopback.
 * The provider waits a little after its headers, so that the measured token travels
 * alone.
 */
public final class FirstToken {

	private static final int MEASURED = 1000;

	private static final String BODY = """
			{"messages":[{"role":"user","content":"Hello"}]}""";

	private static final String TOKEN = chunk("""
			{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}""");

	private static final String END = chunk("""
			{"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""") + chunk("[DONE]");

	private static final Duration BEFORE_THE_TOKEN = Duration.ofMillis(5);

	private final AtomicLong written = new AtomicLong();

	private final int measured;

	private FirstToken(int measured) {
		this.measured = measured;
	}

	/**
	 * Print the latency on Tomcat and on Netty.
	 * @param arguments how many calls are measured, {@value #MEASURED} unless given
	 * @throws IOException if a socket fails
	 */
	public static void main(String[] arguments) throws IOException {
		int measured = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : MEASURED;
		System.out.printf(Locale.ROOT, "%-8s %10s %10s %10s   (ms from provider's write to reader's read, %d calls)%n",
				"server", "p50", "p99", "max", measured);
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			new FirstToken(measured).measure(type);
		}
	}

	private void measure(WebApplicationType type) throws IOException {
		DisposableServer provider = provider();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "logging.level.root=warn",
					"ai-kit.stream.provider=openai",
					"ai-kit.stream.endpoint=http://localhost:" + provider.port() + "/v1/chat/completions")
			.run()) {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			for (int call = 0; call < 3 * this.measured / 10; call++) {
				latency(port);
			}
			long[] nanos = new long[this.measured];
			for (int call = 0; call < this.measured; call++) {
				nanos[call] = latency(port);
			}
			Arrays.sort(nanos);
			System.out.printf(Locale.ROOT, "%-8s %10.3f %10.3f %10.3f%n",
					(type == WebApplicationType.SERVLET) ? "Tomcat" : "Netty", nanos[this.measured / 2] / 1e6,
					nanos[this.measured * 99 / 100] / 1e6, nanos[this.measured - 1] / 1e6);
		}
		finally {
			provider.disposeNow();
		}
	}

	private DisposableServer provider() {
		return HttpServer.create()
			.host("localhost")
			.port(0)
			.route((routes) -> routes.post("/v1/chat/completions", (request, response) -> request.receive()
				.then(response.sse().sendString(Flux.concat(Mono.delay(BEFORE_THE_TOKEN).map((tick) -> {
					this.written.set(System.nanoTime());
					return TOKEN;
				}), Mono.delay(Duration.ofMillis(1)).thenReturn(END)), StandardCharsets.UTF_8).then())))
			.bindNow();
	}

	private long latency(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setTcpNoDelay(true);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Connection: close\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
				.getBytes(StandardCharsets.US_ASCII));
			out.flush();
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			long read = 0;
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (read == 0 && line.equals("event: token")) {
					read = System.nanoTime();
				}
			}
			if (read == 0) {
				throw new IllegalStateException("No token came");
			}
			return read - this.written.get();
		}
	}

	private static String chunk(String json) {
		return "data: " + json + "\n\n";
	}

	record ChatRequest(List<Message> messages) {
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(ChatController.class)
	static class Application {

	}

	@RestController
	static class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat")
		StreamingResponse chat(@RequestBody ChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.messages()));
		}

	}

}

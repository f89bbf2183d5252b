package studio.ainative.aikit.benchmarks.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * What readers who stop reading cost one who reads: the gaps between the tokens of a
 * healthy stream, alone and beside fifty stalled ones; of a server, and of callers of a
 * provider who share a connection of HTTP/2. Both sides run in one process, over
 * loopback.
 */
public final class StalledReaders {

	private static final int STALLED = 50;

	private static final int MEASURED = 2000;

	private static final Duration PACE = Duration.ofMillis(5);

	/** By then the sockets of all stalled readers are full. */
	private static final Duration UNTIL_FULL = Duration.ofSeconds(5);

	private StalledReaders() {
	}

	/**
	 * Print the gaps on Tomcat and on Netty, and of calls over HTTP/2.
	 * @param arguments how many tokens are measured, {@value #MEASURED} unless given
	 * @throws Exception if a socket fails
	 */
	public static void main(String[] arguments) throws Exception {
		int measured = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : MEASURED;
		System.out.printf(Locale.ROOT, "%-8s %14s %10s %10s   (ms between tokens sent every %d ms, %d tokens)%n",
				"server", "stalled", "p50", "p99", PACE.toMillis(), measured);
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			measure(type, measured);
		}
		measureHttp2(measured);
	}

	private static void measureHttp2(int measured) throws Exception {
		try (Http2Provider provider = Http2Provider.start()) {
			provider.trust();
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Caller.class)
				.web(WebApplicationType.NONE)
				.properties("spring.main.banner-mode=off", "logging.level.root=warn", "ai-kit.stream.provider=openai",
						"ai-kit.stream.endpoint=" + provider.server().uri())
				.run()) {
				measure(provider.server(), context.getBean(AIStream.class), measured);
			}
		}
	}

	private static void measure(ScriptedServer provider, AIStream stream, int measured) throws Exception {
		gaps(provider, stream, measured / 4);
		double alone = print("HTTP/2", 0, gaps(provider, stream, measured));
		for (int i = 0; i < STALLED; i++) {
			ScriptedResponse flood = provider.respond();
			// More than the window of a stream
			IntStream.range(0, 20).forEach((number) -> flood.tokens("t".repeat(16 * 1024)));
			flood.thenStall();
			stream.stream("flood").subscribe(new Stalled());
		}
		Thread.sleep(UNTIL_FULL.toMillis());
		double beside = print("HTTP/2", STALLED, gaps(provider, stream, measured));
		long connections = provider.requests().stream().map(RecordedRequest::connection).distinct().count();
		System.out.printf(Locale.ROOT, "%-8s p99 ratio %.2f, %d connections%n", "HTTP/2", beside / alone, connections);
	}

	private static long[] gaps(ScriptedServer provider, AIStream stream, int count) {
		ScriptedResponse ticks = provider.respond();
		for (int i = 0; i <= count; i++) {
			ticks.tokens("token").pause(PACE);
		}
		long[] arrivals = stream.stream("ticks")
			.ofType(Token.class)
			.map((token) -> System.nanoTime())
			.collectList()
			.blockOptional()
			.orElseThrow()
			.stream()
			.mapToLong(Long::longValue)
			.toArray();
		return IntStream.range(0, count).mapToLong((i) -> arrivals[i + 1] - arrivals[i]).toArray();
	}

	private static void measure(WebApplicationType type, int measured) throws Exception {
		List<Socket> stalled = new ArrayList<>();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "server.shutdown=immediate", "spring.main.banner-mode=off",
					"logging.level.root=warn", "ai-kit.stream.provider=openai", "ai-kit.stream.api-key=none",
					"ai-kit.response.send-timeout=10m", "ai-kit.response.drain-timeout=0s")
			.run()) {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			gaps(port, measured / 4);
			double alone = print(name(type), 0, gaps(port, measured));
			for (int i = 0; i < STALLED; i++) {
				stalled.add(open(port, "/flood", 4096));
			}
			Thread.sleep(UNTIL_FULL.toMillis());
			double beside = print(name(type), STALLED, gaps(port, measured));
			System.out.printf(Locale.ROOT, "%-8s p99 ratio %.2f%n", name(type), beside / alone);
			for (Socket socket : stalled) {
				socket.close();
			}
		}
	}

	private static double print(String name, int stalled, long[] gaps) {
		Arrays.sort(gaps);
		double p99 = gaps[gaps.length * 99 / 100] / 1e6;
		System.out.printf(Locale.ROOT, "%-8s %14d %10.2f %10.2f%n", name, stalled, gaps[gaps.length / 2] / 1e6, p99);
		return p99;
	}

	private static String name(WebApplicationType type) {
		return (type == WebApplicationType.SERVLET) ? "Tomcat" : "Netty";
	}

	private static long[] gaps(int port, int count) throws IOException {
		long[] gaps = new long[count];
		try (Socket socket = open(port, "/ticks", 64 * 1024)) {
			InputStream input = socket.getInputStream();
			BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
			int read = -1;
			long before = 0;
			while (read < count) {
				String line = reader.readLine();
				if (line == null) {
					throw new IOException("The answer ended early");
				}
				if (line.equals("event: token")) {
					long now = System.nanoTime();
					if (read >= 0) {
						gaps[read] = now - before;
					}
					before = now;
					read++;
				}
			}
		}
		return gaps;
	}

	private static Socket open(int port, String path, int receiveBuffer) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(receiveBuffer);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	/** An application that is no more than its calls. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Caller {

	}

	/** Takes one event and no more. */
	private static final class Stalled extends BaseSubscriber<StreamEvent> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(1);
		}

		@Override
		protected void hookOnError(Throwable failure) {
			// The benchmark is over
		}

	}

	@RestController
	static class Controller {

		private final StreamingResponses responses;

		Controller(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/ticks")
		StreamingResponse ticks() {
			return this.responses
				.from(Flux.interval(PACE).onBackpressureBuffer().map((tick) -> new Token("token", tick.intValue())));
		}

		/**
		 * A token a millisecond or as fast as the reader takes them, larger than most.
		 */
		@GetMapping("/flood")
		StreamingResponse flood() {
			String text = "t".repeat(16 * 1024);
			return this.responses.from(Flux.<StreamEvent>generate((sink) -> sink.next(new Token(text, 0))));
		}

	}

}

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
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * How long a cancel takes to the provider: {@code dispose}, {@code stop} and a reader who
 * leaves, before the first token, mid-stream, in a stall and between two tries, with a
 * provider of HTTP/1.1 and one of HTTP/2 over TLS. Provider, {@code AIStream}, server and
 * reader run in one process, over loopback.
 */
public final class CancelLatency {

	private static final int MEASURED = 200;

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Duration RETRY_DELAY = Duration.ofMillis(500);

	/** On Tomcat, only a write finds out that a silent reader has left. */
	private static final String HEARTBEAT = "25ms";

	private final ScriptedServer provider;

	private final String protocol;

	private final int measured;

	private CancelLatency(ScriptedServer provider, String protocol, int measured) {
		this.provider = provider;
		this.protocol = protocol;
		this.measured = measured;
	}

	/**
	 * Print the latencies.
	 * @param arguments how many cancels are measured, {@value #MEASURED} unless given
	 * @throws Exception if a call fails
	 */
	public static void main(String[] arguments) throws Exception {
		int measured = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : MEASURED;
		System.out.printf(Locale.ROOT, "%d runs each, ms; heartbeat of the servers %s%n", measured, HEARTBEAT);
		System.out.printf(Locale.ROOT, "%-9s%-16s %-20s %27s %27s %10s%n", "", "", "", "cancel to provider's close",
				"cancel call", "requests");
		System.out.printf(Locale.ROOT, "%-9s%-16s %-20s %8s %8s %9s %8s %8s %9s %10s%n", "", "way", "phase", "p50",
				"p99", "max", "p50", "p99", "max", "afterwards");
		try (ScriptedServer provider = ScriptedServer.start()) {
			new CancelLatency(provider, "HTTP/1.1", measured).measure();
		}
		try (Http2Provider provider = Http2Provider.start()) {
			provider.trust();
			new CancelLatency(provider.server(), "HTTP/2", measured).measure();
		}
	}

	private void measure() throws Exception {
		measure("dispose", (phase) -> call(phase, false));
		measure("stop", (phase) -> call(phase, true));
		measure("reader, Tomcat", WebApplicationType.SERVLET);
		measure("reader, Netty", WebApplicationType.REACTIVE);
	}

	private void measure(String way, WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "logging.level.root=warn",
					"ai-kit.response.heartbeat.interval=" + HEARTBEAT, "ai-kit.stream.provider=openai",
					"ai-kit.stream.endpoint=" + this.provider.uri(), "ai-kit.stream.retry.jitter=0",
					"ai-kit.stream.retry.initial-delay=" + RETRY_DELAY.toMillis() + "ms")
			.run()) {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			measure(way, (phase) -> read(port, phase));
		}
	}

	private void measure(String way, Caller caller) throws Exception {
		for (Phase phase : Phase.values()) {
			for (int run = 0; run < 15 * this.measured / 100; run++) {
				cancel(phase, caller);
			}
			int before = this.provider.requests().size();
			long[] close = new long[this.measured];
			long[] call = new long[this.measured];
			for (int run = 0; run < this.measured; run++) {
				Cancelled cancelled = cancel(phase, caller);
				close[run] = cancelled.close();
				call[run] = cancelled.call();
			}
			// Whatever might still be sent would be sent by then
			TimeUnit.NANOSECONDS.sleep(RETRY_DELAY.multipliedBy(2).toNanos());
			int afterwards = this.provider.requests().size() - before - this.measured;
			System.out.printf(Locale.ROOT, "%-9s%-16s %-20s %s %s %10d%n", this.protocol, way, phase,
					(phase != Phase.BETWEEN_TRIES) ? figures(close) : "       -        -         -",
					way.startsWith("reader") ? "       -        -         -" : figures(call), afterwards);
		}
	}

	private static String figures(long[] nanos) {
		Arrays.sort(nanos);
		return String.format(Locale.ROOT, "%8.2f %8.2f %9.2f", nanos[nanos.length / 2] / 1e6,
				nanos[nanos.length * 99 / 100] / 1e6, nanos[nanos.length - 1] / 1e6);
	}

	private Cancelled cancel(Phase phase, Caller caller) throws Exception {
		phase.script(this.provider.respond());
		Cancel cancel = caller.call(phase);
		RecordedRequest request = this.provider.lastRequest();
		long start = System.nanoTime();
		cancel.run();
		long returned = System.nanoTime();
		if (phase == Phase.BETWEEN_TRIES) {
			return new Cancelled(0, returned - start);
		}
		Long closed = request.closed();
		while (closed == null) {
			if (System.nanoTime() - start > TIMEOUT.toNanos()) {
				throw new IllegalStateException("The provider saw no close: " + phase);
			}
			LockSupport.parkNanos(100_000);
			closed = request.closed();
		}
		if (closed < start) {
			throw new IllegalStateException("Closed before the cancel: " + phase);
		}
		return new Cancelled(closed - start, returned - start);
	}

	/** Call in this process, until the phase is reached. */
	private Cancel call(Phase phase, boolean stop) throws InterruptedException {
		int requests = this.provider.requests().size();
		CountDownLatch reached = new CountDownLatch(phase.count);
		AtomicInteger errors = new AtomicInteger();
		AIStream aiStream = AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.provider.uri())
			.retry(RetryConfig.defaults().withJitter(0).withDelay(RETRY_DELAY, RETRY_DELAY))
			.build();
		Flux<StreamEvent> answer = stop ? aiStream.send("Hello") : aiStream.stream("Hello");
		Disposable subscription = answer.filter(phase::isAwaited)
			.subscribe((event) -> reached.countDown(), (ex) -> errors.incrementAndGet());
		await(() -> this.provider.requests().size() > requests);
		if (!reached.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			throw new IllegalStateException("Not reached: " + phase);
		}
		return () -> {
			if (stop) {
				aiStream.stop();
			}
			else {
				subscription.dispose();
			}
			if (errors.get() != 0) {
				throw new IllegalStateException("An error was raised: " + phase);
			}
		};
	}

	/** Read over HTTP, until the phase is reached. */
	private Cancel read(int port, Phase phase) throws IOException {
		int requests = this.provider.requests().size();
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
		socket.setSoTimeout((int) TIMEOUT.toMillis());
		OutputStream out = socket.getOutputStream();
		out.write("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
			.getBytes(StandardCharsets.US_ASCII));
		out.flush();
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		await(() -> this.provider.requests().size() > requests);
		for (int seen = 0; seen < phase.count;) {
			String line = reader.readLine();
			if (line == null) {
				throw new IllegalStateException("Not reached: " + phase);
			}
			if (line.equals("event: " + phase.event)) {
				seen++;
			}
		}
		return socket::close;
	}

	private static void await(BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > TIMEOUT.toNanos()) {
				throw new IllegalStateException("Waited in vain");
			}
			LockSupport.parkNanos(100_000);
		}
	}

	/** When the cancel comes. */
	private enum Phase {

		BEFORE_FIRST_TOKEN("token", 0) {

			@Override
			void script(ScriptedResponse response) {
				response.headers().comment().thenStall();
			}

		},

		MID_STREAM("token", 3) {

			@Override
			void script(ScriptedResponse response) {
				for (int token = 0; token < 2000; token++) {
					response.tokens("word ").pause(Duration.ofMillis(5));
				}
			}

		},

		IN_A_STALL("token", 1) {

			@Override
			void script(ScriptedResponse response) {
				response.tokens("word ").thenStall();
			}

		},

		BETWEEN_TRIES("retry", 1) {

			@Override
			void script(ScriptedResponse response) {
				response.status(503);
			}

		};

		private final String event;

		private final int count;

		Phase(String event, int count) {
			this.event = event;
			this.count = count;
		}

		abstract void script(ScriptedResponse response);

		boolean isAwaited(StreamEvent event) {
			return (this == BETWEEN_TRIES) ? event instanceof StreamEvent.Retry : event instanceof StreamEvent.Token;
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

	/**
	 * What a cancel took.
	 *
	 * @param close nanoseconds until the provider saw the close
	 * @param call nanoseconds until the call returned
	 */
	private record Cancelled(long close, long call) {
	}

	/** Starts a call and comes back when it has reached a phase. */
	@FunctionalInterface
	private interface Caller {

		Cancel call(Phase phase) throws Exception;

	}

	/** Ends a call. */
	@FunctionalInterface
	private interface Cancel {

		void run() throws Exception;

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
		StreamingResponse chat() {
			return this.responses.from(this.aiStream.stream("Hello"));
		}

	}

}

package studio.ainative.aikit.benchmarks.spring;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Spring MVC on Tomcat.
 */
public abstract class MvcServer extends SpringServer {

	private MvcServer(String path, String... properties) {
		super(Application.class, WebApplicationType.SERVLET, path, properties);
	}

	/**
	 * {@code SseEmitter} fed by a thread, heartbeats of all by one scheduled executor.
	 */
	public static final class Emitter extends MvcServer {

		/** For the worker. */
		public Emitter() {
			super("/emitter");
		}

	}

	/**
	 * The same, with a scheduled executor for each emitter.
	 */
	public static final class EmitterWithExecutor extends MvcServer {

		/** For the worker. */
		public EmitterWithExecutor() {
			super("/emitter-with-executor");
		}

	}

	/**
	 * {@code StreamingResponse}.
	 */
	public static final class AiKit extends MvcServer {

		/** For the worker. */
		public AiKit() {
			super("/ai-kit");
		}

	}

	/**
	 * {@code StreamingResponse} as an {@code SseEmitter}.
	 */
	public static final class AiKitEmitter extends MvcServer {

		/** For the worker. */
		public AiKitEmitter() {
			super("/ai-kit-emitter");
		}

	}

	/**
	 * {@code StreamingResponse} as a {@code Flux} of {@code ServerSentEvent}.
	 */
	public static final class AiKitFlux extends MvcServer {

		/** For the worker. */
		public AiKitFlux() {
			super("/ai-kit-flux");
		}

	}

	/**
	 * {@code StreamingResponse} as a functional route.
	 */
	public static final class AiKitFunctional extends MvcServer {

		/** For the worker. */
		public AiKitFunctional() {
			super("/ai-kit-functional");
		}

	}

	/**
	 * A {@code Flux} of {@code ServerSentEvent}.
	 */
	public static final class Sse extends MvcServer {

		/** For the worker. */
		public Sse() {
			super("/flux");
		}

	}

	/**
	 * {@code ServerResponse.sse}, fed by a thread as {@link Emitter} is.
	 */
	public static final class Functional extends MvcServer {

		/** For the worker. */
		public Functional() {
			super("/functional");
		}

	}

	/**
	 * {@code StreamingResponse} with compression on.
	 */
	public static final class Compressing extends MvcServer {

		/** For the worker. */
		public Compressing() {
			super("/ai-kit", "ai-kit.response.compression=true");
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Controller.class, Routes.class })
	static class Application {

	}

	@RestController
	static class Controller {

		private final StreamingResponses responses;

		private final StreamingOptions idle;

		private final ExecutorService threads = Executors.newCachedThreadPool();

		private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

		Controller(StreamingResponses responses) {
			this.responses = responses;
			this.idle = responses.options().withHeartbeat(Heartbeat.every(Duration.ofSeconds(1)));
		}

		@GetMapping("/emitter/stream")
		SseEmitter emitter(@RequestParam int tokens, @RequestParam int rate) {
			SseEmitter emitter = new SseEmitter(0L);
			this.threads.execute(() -> {
				try {
					feed((name, id, data) -> send(emitter, name, id, data), tokens, rate);
					emitter.complete();
				}
				catch (IOException | InterruptedException ex) {
					emitter.completeWithError(ex);
				}
			});
			return emitter;
		}

		ServerResponse functional(int tokens, int rate) {
			return ServerResponse.sse((events) -> this.threads.execute(() -> {
				try {
					feed((name, id, data) -> events.event(name).id(id).data(data), tokens, rate);
					events.complete();
				}
				catch (IOException | InterruptedException ex) {
					events.error(ex);
				}
			}));
		}

		private static void feed(Events events, int count, int rate) throws IOException, InterruptedException {
			long next = System.nanoTime() + ((rate > 0) ? Model.phase(rate).toNanos() : 0);
			int index = 0;
			for (String token : Model.tokens(count)) {
				if (rate > 0) {
					TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
					next += Model.period(rate).toNanos();
				}
				events.send("token", String.valueOf(index + 1), StockEvents.token(token, index));
				index++;
			}
			events.send("usage", String.valueOf(count + 1), StockEvents.usage(Payloads.PROMPT_TOKENS, count));
			events.send("done", String.valueOf(count + 2), StockEvents.done());
		}

		private static void send(SseEmitter emitter, String name, String id, Map<String, Object> data)
				throws IOException {
			emitter.send(SseEmitter.event().name(name).id(id).data(data));
		}

		@GetMapping("/emitter/idle")
		SseEmitter idleEmitter() {
			SseEmitter emitter = new SseEmitter(0L);
			ScheduledFuture<?> heartbeat = beat(emitter, this.timer);
			emitter.onCompletion(() -> heartbeat.cancel(false));
			return emitter;
		}

		@GetMapping("/emitter-with-executor/idle")
		SseEmitter idleEmitterWithExecutor() {
			SseEmitter emitter = new SseEmitter(0L);
			ScheduledExecutorService own = Executors.newSingleThreadScheduledExecutor();
			ScheduledFuture<?> heartbeat = beat(emitter, own);
			emitter.onCompletion(() -> {
				heartbeat.cancel(false);
				own.shutdown();
			});
			return emitter;
		}

		private static ScheduledFuture<?> beat(SseEmitter emitter, ScheduledExecutorService executor) {
			long phase = ThreadLocalRandom.current().nextLong(1000);
			return executor.scheduleAtFixedRate(() -> {
				try {
					emitter.send(SseEmitter.event().comment("heartbeat"));
				}
				catch (IOException ex) {
					emitter.completeWithError(ex);
				}
			}, phase, 1000, TimeUnit.MILLISECONDS);
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate));
		}

		@GetMapping("/ai-kit-emitter/stream")
		SseEmitter aiKitEmitter(@RequestParam int tokens, @RequestParam int rate) {
			return aiKit(tokens, rate).toSseEmitter();
		}

		@GetMapping("/ai-kit-flux/stream")
		Flux<ServerSentEvent<Object>> aiKitFlux(@RequestParam int tokens, @RequestParam int rate) {
			return aiKit(tokens, rate).toFlux();
		}

		@GetMapping(path = "/flux/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Map<String, Object>>> flux(@RequestParam int tokens, @RequestParam int rate) {
			return StockEvents.of(Model.stream(tokens, rate), tokens);
		}

		@GetMapping("/ai-kit/idle")
		StreamingResponse idleAiKit() {
			return this.responses.from(Flux.never(), this.idle);
		}

	}

	static class Routes {

		@Bean
		RouterFunction<ServerResponse> functional(Controller controller) {
			return RouterFunctions.route()
				.GET("/ai-kit-functional/stream",
						(request) -> controller.aiKit(number(request, "tokens"), number(request, "rate"))
							.toMvcServerResponse())
				.GET("/functional/stream",
						(request) -> controller.functional(number(request, "tokens"), number(request, "rate")))
				.build();
		}

		private static int number(ServerRequest request, String name) {
			return Integer.parseInt(request.param(name).orElseThrow());
		}

	}

	/**
	 * Where a thread sends the events of an answer.
	 */
	private interface Events {

		void send(String name, String id, Map<String, Object> data) throws IOException;

	}

}

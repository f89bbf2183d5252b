package studio.ainative.aikit.benchmarks.spring;

import java.time.Duration;
import java.util.Map;

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
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

import studio.ainative.aikit.server.StreamingOptions.Heartbeat;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Spring WebFlux on Reactor Netty.
 */
public abstract class WebFluxServer extends SpringServer {

	private WebFluxServer(String path, String... properties) {
		super(Application.class, WebApplicationType.REACTIVE, path, properties);
	}

	/**
	 * A {@code Flux} of {@code ServerSentEvent}, heartbeats merged in from an interval.
	 */
	public static final class Sse extends WebFluxServer {

		/** For the worker. */
		public Sse() {
			super("/sse");
		}

	}

	/**
	 * {@code StreamingResponse}.
	 */
	public static final class AiKit extends WebFluxServer {

		/** For the worker. */
		public AiKit() {
			super("/ai-kit");
		}

	}

	/**
	 * {@code StreamingResponse} as a {@code Flux} of {@code ServerSentEvent}.
	 */
	public static final class AiKitFlux extends WebFluxServer {

		/** For the worker. */
		public AiKitFlux() {
			super("/ai-kit-flux");
		}

	}

	/**
	 * {@code StreamingResponse} as a functional route.
	 */
	public static final class AiKitFunctional extends WebFluxServer {

		/** For the worker. */
		public AiKitFunctional() {
			super("/ai-kit-functional");
		}

	}

	/**
	 * {@link Sse} as a functional route.
	 */
	public static final class SseFunctional extends WebFluxServer {

		/** For the worker. */
		public SseFunctional() {
			super("/sse-functional");
		}

	}

	/**
	 * {@code StreamingResponse} with compression on.
	 */
	public static final class Compressing extends WebFluxServer {

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

		Controller(StreamingResponses responses) {
			this.responses = responses;
			this.idle = responses.options().withHeartbeat(Heartbeat.every(Duration.ofSeconds(1)));
		}

		@GetMapping(path = "/sse/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Map<String, Object>>> sse(@RequestParam int tokens, @RequestParam int rate) {
			return StockEvents.of(Model.stream(tokens, rate), tokens);
		}

		@GetMapping(path = "/sse/idle", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<String>> idleSse() {
			return Flux.merge(Flux.never(),
					Flux.interval(Duration.ofSeconds(1))
						.onBackpressureDrop()
						.map((tick) -> ServerSentEvent.<String>builder().comment("heartbeat").build()));
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate));
		}

		@GetMapping(path = "/ai-kit-flux/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Object>> aiKitFlux(@RequestParam int tokens, @RequestParam int rate) {
			return aiKit(tokens, rate).toFlux();
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
							.toServerResponse())
				.GET("/sse-functional/stream",
						(request) -> ServerResponse.ok()
							.body(BodyInserters.fromServerSentEvents(
									controller.sse(number(request, "tokens"), number(request, "rate")))))
				.build();
		}

		private static int number(ServerRequest request, String name) {
			return Integer.parseInt(request.queryParam(name).orElseThrow());
		}

	}

}

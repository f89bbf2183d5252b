package studio.ainative.aikit.benchmarks.spring;

import java.time.Duration;
import java.util.Map;

import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

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
	@Import(Controller.class)
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

		@GetMapping("/ai-kit/idle")
		StreamingResponse idleAiKit() {
			return this.responses.from(Flux.never(), this.idle);
		}

	}

}

package studio.ainative.aikit.benchmarks.spring;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Sends answers of a provider in the format of OpenAI on as AI Kit's events, on WebFlux.
 */
public abstract class WebFluxRelay extends SpringServer {

	/**
	 * Make a relay.
	 * @param path what its answers' paths begin with
	 * @param properties further properties of the application
	 */
	protected WebFluxRelay(String path, String... properties) {
		super(Application.class, WebApplicationType.REACTIVE, path, withAiStream(properties));
	}

	/**
	 * The floor: the provider's bytes, which are AI Kit's events already, handed on
	 * unread.
	 */
	public static final class PassThrough extends WebFluxRelay {

		/** For the worker. */
		public PassThrough() {
			super("/pass-through");
		}

	}

	/**
	 * {@code WebClient} with {@code ServerSentEvent} and a tree of Jackson's on one side,
	 * a {@code Flux} of {@code ServerSentEvent} on the other.
	 */
	public static final class Tree extends WebFluxRelay {

		/** For the worker. */
		public Tree() {
			super("/tree");
		}

	}

	/**
	 * {@code AIStream} and {@code StreamingResponse}.
	 */
	public static final class AiKit extends WebFluxRelay {

		/** For the worker. */
		public AiKit() {
			super("/ai-kit");
		}

	}

	/**
	 * The same as a {@code Flux} of {@code ServerSentEvent}.
	 */
	public static final class AiKitFlux extends WebFluxRelay {

		/** For the worker. */
		public AiKitFlux() {
			super("/ai-kit-flux");
		}

	}

	/**
	 * {@link AiKit} in the UI message stream.
	 */
	public static final class AiKitUiMessage extends WebFluxRelay {

		/** For the worker. */
		public AiKitUiMessage() {
			super("/ai-kit", "ai-kit.response.format=ui-message");
		}

	}

	/**
	 * {@link AiKit} as a functional route.
	 */
	public static final class AiKitFunctional extends WebFluxRelay {

		/** For the worker. */
		public AiKitFunctional() {
			super("/ai-kit-functional");
		}

	}

	/**
	 * {@link Tree} as a functional route.
	 */
	public static final class TreeFunctional extends WebFluxRelay {

		/** For the worker. */
		public TreeFunctional() {
			super("/tree-functional");
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Controller.class, Routes.class })
	static class Application {

	}

	@RestController
	static class Controller {

		private final WebClient client = WebClients.create(SpringServer.MAX_CONNECTIONS);

		private final String sourceUrl;

		private final JsonMapper mapper;

		private final AIStream aiStream;

		private final StreamingResponses responses;

		Controller(@Value("${source.url}") String sourceUrl, JsonMapper mapper, AIStream aiStream,
				StreamingResponses responses) {
			this.sourceUrl = sourceUrl;
			this.mapper = mapper;
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@GetMapping("/pass-through/stream")
		Mono<Void> passThrough(ServerHttpResponse response) {
			response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
			return response.writeWith(
					WebClients.post(this.client, this.sourceUrl + Format.AIKIT.path()).bodyToFlux(DataBuffer.class));
		}

		@GetMapping(path = "/tree/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Map<String, Object>>> tree() {
			return TreeRelay.stream(this.client, this.sourceUrl, this.mapper);
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

		@GetMapping(path = "/ai-kit-flux/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Object>> aiKitFlux() {
			return aiKit().toFlux();
		}

	}

	static class Routes {

		@Bean
		RouterFunction<ServerResponse> functional(Controller controller) {
			return RouterFunctions.route()
				.GET("/ai-kit-functional/stream", (request) -> controller.aiKit().toServerResponse())
				.GET("/tree-functional/stream",
						(request) -> ServerResponse.ok().body(BodyInserters.fromServerSentEvents(controller.tree())))
				.build();
		}

	}

}

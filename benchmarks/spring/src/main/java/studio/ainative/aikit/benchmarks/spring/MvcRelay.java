package studio.ainative.aikit.benchmarks.spring;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;

import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Sends answers of a provider in the format of OpenAI on as AI Kit's events, on Spring
 * MVC.
 */
public abstract class MvcRelay extends SpringServer {

	private MvcRelay(String path, String... properties) {
		super(Application.class, WebApplicationType.SERVLET, path, withAiStream(properties));
	}

	/**
	 * {@code AIStream} and {@code StreamingResponse}.
	 */
	public static final class AiKit extends MvcRelay {

		/** For the worker. */
		public AiKit() {
			super("/ai-kit");
		}

	}

	/**
	 * The same as an {@code SseEmitter}.
	 */
	public static final class AiKitEmitter extends MvcRelay {

		/** For the worker. */
		public AiKitEmitter() {
			super("/ai-kit-emitter");
		}

	}

	/**
	 * The same as a {@code Flux} of {@code ServerSentEvent}.
	 */
	public static final class AiKitFlux extends MvcRelay {

		/** For the worker. */
		public AiKitFlux() {
			super("/ai-kit-flux");
		}

	}

	/**
	 * {@link AiKit} in the UI message stream.
	 */
	public static final class AiKitUiMessage extends MvcRelay {

		/** For the worker. */
		public AiKitUiMessage() {
			super("/ai-kit", "ai-kit.response.format=ui-message");
		}

	}

	/**
	 * {@link AiKit} as a functional route.
	 */
	public static final class AiKitFunctional extends MvcRelay {

		/** For the worker. */
		public AiKitFunctional() {
			super("/ai-kit-functional");
		}

	}

	/**
	 * {@code WebClient} with {@code ServerSentEvent} and a tree of Jackson's on one side,
	 * an {@code SseEmitter} on the other.
	 */
	public static final class Emitter extends MvcRelay {

		/** For the worker. */
		public Emitter() {
			super("/emitter");
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

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

		@GetMapping("/ai-kit-emitter/stream")
		SseEmitter aiKitEmitter() {
			return aiKit().toSseEmitter();
		}

		@GetMapping("/ai-kit-flux/stream")
		Flux<ServerSentEvent<Object>> aiKitFlux() {
			return aiKit().toFlux();
		}

		@GetMapping("/emitter/stream")
		SseEmitter emitter() {
			SseEmitter emitter = new SseEmitter(0L);
			TreeRelay.stream(this.client, this.sourceUrl, this.mapper)
				.subscribe((event) -> send(emitter, event), emitter::completeWithError, emitter::complete);
			return emitter;
		}

		private static void send(SseEmitter emitter, ServerSentEvent<Map<String, Object>> event) {
			try {
				emitter.send(SseEmitter.event()
					.name(Objects.requireNonNull(event.event()))
					.id(Objects.requireNonNull(event.id()))
					.data(Objects.requireNonNull(event.data())));
			}
			catch (IOException ex) {
				emitter.completeWithError(ex);
			}
		}

	}

	static class Routes {

		@Bean
		RouterFunction<ServerResponse> functional(Controller controller) {
			return RouterFunctions.route()
				.GET("/ai-kit-functional/stream", (request) -> controller.aiKit().toMvcServerResponse())
				.build();
		}

	}

}

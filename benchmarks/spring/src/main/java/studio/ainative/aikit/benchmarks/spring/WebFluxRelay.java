package studio.ainative.aikit.benchmarks.spring;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Sends answers of a provider in the format of OpenAI on as AI Kit's events, on WebFlux.
 */
public abstract class WebFluxRelay extends SpringServer {

	private WebFluxRelay(String path) {
		super(Application.class, WebApplicationType.REACTIVE, path, AI_STREAM);
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

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final WebClient client = WebClients.create(2000);

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
			return Flux.defer(() -> {
				TreeRelay relay = new TreeRelay(this.mapper);
				return WebClients.post(this.client, this.sourceUrl + Format.OPENAI.path())
					.bodyToFlux(WebClientTree.EVENT)
					.handle(relay::read)
					.concatWith(Mono.fromSupplier(relay::done));
			});
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

	}

	/**
	 * One answer on its way through the tree.
	 */
	private static final class TreeRelay {

		private final JsonMapper mapper;

		private long index;

		TreeRelay(JsonMapper mapper) {
			this.mapper = mapper;
		}

		void read(ServerSentEvent<String> event, SynchronousSink<ServerSentEvent<Map<String, Object>>> sink) {
			String data = event.data();
			if (data == null || data.equals("[DONE]")) {
				return;
			}
			JsonNode node = this.mapper.readTree(data);
			String text = node.path("choices").path(0).path("delta").path("content").asString("");
			JsonNode usage = node.path("usage");
			if (!text.isEmpty()) {
				sink.next(StockEvents.event("token", this.index + 1, StockEvents.token(text, this.index)));
				this.index++;
			}
			else if (usage.isObject()) {
				sink.next(StockEvents.event("usage", this.index + 1, StockEvents
					.usage(usage.path("prompt_tokens").asLong(), usage.path("completion_tokens").asLong())));
			}
		}

		ServerSentEvent<Map<String, Object>> done() {
			return StockEvents.event("done", this.index + 2, StockEvents.done());
		}

	}

}

package studio.ainative.aikit.benchmarks.springai;

import java.time.Instant;
import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.benchmarks.harness.ServerPeer;

/**
 * {@code ChatClient.stream()} in a controller of WebFlux.
 */
public final class WebFluxRelay implements ServerPeer {

	@Override
	public int start(String sourceUrl) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"logging.level.root=error", "source.url=" + sourceUrl)
			.run()
			.getEnvironment()
			.getRequiredProperty("local.server.port", Integer.class);
	}

	@Override
	public String streamPath(int tokens, int rate) {
		return "/chat";
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final ChatClient client;

		Controller(@Value("${source.url}") String sourceUrl) {
			this.client = ChatClient.create(Models.create(sourceUrl));
		}

		@GetMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Map<String, Object>>> chat() {
			return Flux.defer(() -> {
				Relay relay = new Relay();
				return this.client.prompt("Tell me about streams")
					.stream()
					.chatResponse()
					.handle(relay::read)
					.concatWith(Mono.fromSupplier(relay::done));
			});
		}

	}

	/**
	 * One answer on its way.
	 */
	private static final class Relay {

		private long index;

		void read(ChatResponse response, SynchronousSink<ServerSentEvent<Map<String, Object>>> sink) {
			String text = (response.getResult() != null) ? response.getResult().getOutput().getText() : null;
			Usage usage = response.getMetadata().getUsage();
			if (text != null && !text.isEmpty()) {
				sink.next(event("token", Map.of("token", text, "index", this.index)));
				this.index++;
			}
			else if (usage.getCompletionTokens() > 0) {
				sink.next(event("usage", Map.of("promptTokens", usage.getPromptTokens(), "completionTokens",
						usage.getCompletionTokens(), "totalTokens", usage.getTotalTokens())));
			}
		}

		ServerSentEvent<Map<String, Object>> done() {
			return event("done", Map.of("timestamp", Instant.now().toString()));
		}

		private ServerSentEvent<Map<String, Object>> event(String name, Map<String, Object> data) {
			return ServerSentEvent.builder(data).event(name).id(String.valueOf(this.index + 1)).build();
		}

	}

}

package studio.ainative.aikit.benchmarks.langchain4j;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.TokenUsage;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.benchmarks.harness.ServerPeer;

/**
 * {@code OpenAiStreamingChatModel} feeds an {@code SseEmitter} in a controller of Spring
 * MVC.
 */
public final class MvcRelay implements ServerPeer {

	@Override
	public int start(String sourceUrl) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"logging.level.root=error", "server.tomcat.max-keep-alive-requests=-1", "source.url=" + sourceUrl)
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

		private final OpenAiStreamingChatModel model;

		Controller(@Value("${source.url}") String sourceUrl) {
			this.model = Models.create(sourceUrl);
		}

		@GetMapping("/chat")
		SseEmitter chat() {
			SseEmitter emitter = new SseEmitter(0L);
			this.model.chat("Tell me about streams", new Relay(emitter));
			return emitter;
		}

	}

	/**
	 * One answer on its way.
	 */
	private static final class Relay implements StreamingChatResponseHandler {

		private final SseEmitter emitter;

		private int index;

		Relay(SseEmitter emitter) {
			this.emitter = emitter;
		}

		@Override
		public void onPartialResponse(String text) {
			send("token", Map.of("token", text, "index", this.index));
			this.index++;
		}

		@Override
		public void onCompleteResponse(ChatResponse response) {
			TokenUsage usage = response.tokenUsage();
			send("usage", Map.of("promptTokens", usage.inputTokenCount(), "completionTokens", usage.outputTokenCount(),
					"totalTokens", usage.totalTokenCount()));
			send("done", Map.of("timestamp", Instant.now().toString()));
			this.emitter.complete();
		}

		@Override
		public void onError(Throwable error) {
			this.emitter.completeWithError(error);
		}

		private void send(String name, Map<String, Object> data) {
			try {
				this.emitter.send(SseEmitter.event().name(name).id(String.valueOf(this.index + 1)).data(data));
			}
			catch (IOException ex) {
				this.emitter.completeWithError(ex);
			}
		}

	}

}

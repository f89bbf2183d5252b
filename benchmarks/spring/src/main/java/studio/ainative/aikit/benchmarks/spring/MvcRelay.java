package studio.ainative.aikit.benchmarks.spring;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * {@code AIStream} and {@code StreamingResponse} on Spring MVC.
 */
public final class MvcRelay extends SpringServer {

	/** For the worker. */
	public MvcRelay() {
		super(Application.class, WebApplicationType.SERVLET, "/ai-kit", AI_STREAM);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		Controller(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

	}

}

package studio.ainative.aikit.benchmarks.spring;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.ServerPeer;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * {@code AIStream} and {@code StreamingResponse} on Spring MVC.
 */
public final class MvcRelay implements ServerPeer {

	@Override
	public int start(String sourceUrl) {
		return Applications.start(Application.class, WebApplicationType.SERVLET, "ai-kit.stream.provider=openai",
				"ai-kit.stream.endpoint=" + sourceUrl + Format.OPENAI.path(), "ai-kit.stream.api-key=none",
				"ai-kit.stream.model=gpt-4o-mini");
	}

	@Override
	public String streamPath(int tokens, int rate) {
		return "/ai-kit";
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

		@GetMapping("/ai-kit")
		StreamingResponse aiKit() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

	}

}

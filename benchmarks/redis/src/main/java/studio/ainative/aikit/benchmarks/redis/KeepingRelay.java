package studio.ainative.aikit.benchmarks.redis;

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
 * {@code AIStream} and {@code StreamingResponse}, with and without
 * {@code ai-kit.response.resume}.
 */
public abstract class KeepingRelay extends RelayServer {

	private static final String[] MEMORY = { "ai-kit.response.resume.enabled=true",
			"ai-kit.response.resume.base-path=/streams" };

	private static final String[] REDIS = { "ai-kit.response.resume.enabled=true",
			"ai-kit.response.resume.base-path=/streams", "ai-kit.response.resume.store=redis" };

	private KeepingRelay(WebApplicationType type, String... properties) {
		super(Application.class, type, properties);
	}

	/**
	 * The floor: on WebFlux, nothing is kept.
	 */
	public static final class WebFlux extends KeepingRelay {

		/** For the worker. */
		public WebFlux() {
			super(WebApplicationType.REACTIVE);
		}

	}

	/**
	 * On WebFlux, kept in memory.
	 */
	public static final class WebFluxMemory extends KeepingRelay {

		/** For the worker. */
		public WebFluxMemory() {
			super(WebApplicationType.REACTIVE, MEMORY);
		}

	}

	/**
	 * On WebFlux, kept in Redis.
	 */
	public static final class WebFluxRedis extends KeepingRelay {

		/** For the worker. */
		public WebFluxRedis() {
			super(WebApplicationType.REACTIVE, REDIS);
		}

	}

	/**
	 * The floor: on Spring MVC, nothing is kept.
	 */
	public static final class Mvc extends KeepingRelay {

		/** For the worker. */
		public Mvc() {
			super(WebApplicationType.SERVLET);
		}

	}

	/**
	 * On Spring MVC, kept in memory.
	 */
	public static final class MvcMemory extends KeepingRelay {

		/** For the worker. */
		public MvcMemory() {
			super(WebApplicationType.SERVLET, MEMORY);
		}

	}

	/**
	 * On Spring MVC, kept in Redis.
	 */
	public static final class MvcRedis extends KeepingRelay {

		/** For the worker. */
		public MvcRedis() {
			super(WebApplicationType.SERVLET, REDIS);
		}

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

		@GetMapping("/stream")
		StreamingResponse stream() {
			return this.responses.from(this.aiStream.stream("Tell me about streams"));
		}

	}

}

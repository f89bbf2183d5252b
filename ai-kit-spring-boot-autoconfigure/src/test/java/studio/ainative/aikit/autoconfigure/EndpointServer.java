package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.readme.OpenAiController;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * An application without a controller for its chats, which a scripted provider answers.
 */
public final class EndpointServer implements AutoCloseable {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final ScriptedServer provider = ScriptedServer.start();

	private final ConfigurableApplicationContext context;

	private EndpointServer(WebApplicationType type, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(type)
			.properties(
					Stream
						.concat(Stream.of("server.port=0", "spring.main.banner-mode=off",
								"ai-kit.stream.provider=openai", "ai-kit.stream.api-key=key",
								"ai-kit.stream.endpoint=" + this.provider.uri(), "ai-kit.stream.retry.enabled=false",
								"ai-kit.streams.fast.model=gpt-fast", "ai-kit.streams.careful.model=gpt-careful"),
								Arrays.stream(properties))
						.toArray(String[]::new))
			.run();
	}

	/**
	 * Start one with two named streams, {@code fast} and {@code careful}.
	 * @param type which stack
	 * @param properties more settings
	 * @return the server
	 */
	public static EndpointServer start(WebApplicationType type, String... properties) {
		return new EndpointServer(type, properties);
	}

	/**
	 * Who is asked.
	 * @return the provider
	 */
	public ScriptedServer provider() {
		return this.provider;
	}

	/**
	 * Where the server listens.
	 * @return the port
	 */
	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/**
	 * Where the server listens.
	 * @return the address without a path
	 */
	public String url() {
		return "http://localhost:" + port();
	}

	/**
	 * Post JSON.
	 * @param path the path
	 * @param json the body
	 * @return what came back
	 * @throws Exception if nothing did
	 */
	public HttpResponse<String> post(String path, String json) throws Exception {
		return send(HttpRequest.newBuilder(URI.create(url() + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json)));
	}

	/**
	 * Send a request.
	 * @param method the method
	 * @param path the path
	 * @return what came back
	 * @throws Exception if nothing did
	 */
	public HttpResponse<String> send(String method, String path) throws Exception {
		return send(
				HttpRequest.newBuilder(URI.create(url() + path)).method(method, HttpRequest.BodyPublishers.noBody()));
	}

	/**
	 * Send a request.
	 * @param request the request
	 * @return what came back
	 * @throws Exception if nothing did
	 */
	public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return CLIENT.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
	}

	@Override
	public void close() {
		this.context.close();
		this.provider.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ OwnController.class, OpenAiController.class })
	static class Application {

		/** Shared with no other context: the first to close would take them along. */
		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setShutdownQuietPeriod(Duration.ZERO);
			return resources;
		}

	}

	/** What the application itself has below the same paths. */
	@RestController
	static class OwnController {

		@GetMapping("/v1/own")
		String own() {
			return "own";
		}

	}

}

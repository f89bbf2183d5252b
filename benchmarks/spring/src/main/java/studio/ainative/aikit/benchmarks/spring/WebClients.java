package studio.ainative.aikit.benchmarks.spring;

import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The HTTP client of the peers that use {@code WebClient} by hand.
 */
final class WebClients {

	private static final String BODY = "{\"model\":\"gpt-4o-mini\",\"stream\":true,"
			+ "\"stream_options\":{\"include_usage\":true},"
			+ "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about streams\"}]}";

	private WebClients() {
	}

	static WebClient create(int connections) {
		ConnectionProvider provider = ConnectionProvider.builder("benchmarks")
			.maxConnections(connections)
			.pendingAcquireMaxCount(-1)
			.build();
		return WebClient.builder().clientConnector(new ReactorClientHttpConnector(HttpClient.create(provider))).build();
	}

	static WebClient.ResponseSpec post(WebClient client, String url) {
		return client.post()
			.uri(url)
			.contentType(MediaType.APPLICATION_JSON)
			.accept(MediaType.TEXT_EVENT_STREAM)
			.bodyValue(BODY)
			.retrieve();
	}

}

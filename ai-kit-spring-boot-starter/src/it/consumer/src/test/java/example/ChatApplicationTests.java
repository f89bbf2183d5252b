package example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=env", "management.endpoint.env.show-values=always" })
class ChatApplicationTests {

	private static final String ANSWER = """
			data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

			data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

			data: {"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

			data: {"id":"1","model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}

			data: [DONE]

			""";

	private static final HttpServer PROVIDER = startProvider();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void stream(DynamicPropertyRegistry registry) {
		registry.add("ai-kit.stream.provider", () -> "openai");
		registry.add("ai-kit.stream.api-key", () -> "sk-secret");
		registry.add("ai-kit.stream.endpoint",
				() -> "http://localhost:" + PROVIDER.getAddress().getPort() + "/v1/chat/completions");
	}

	@AfterAll
	static void stopProvider() {
		PROVIDER.stop(0);
	}

	@Test
	void streamsAnAnswer() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/api/chat"))
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("""
					{"messages":[{"role":"user","content":"Say hello"}]}"""))
			.build();
		HttpResponse<String> response = send(request);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.body()).contains("event: start", "{\"token\":\"Hel\",\"index\":0}",
				"{\"token\":\"lo\",\"index\":1}", "\"totalTokens\":11", "event: done", "\"outcome\":\"complete\"");
	}

	@Test
	void hidesTheKeyFromTheActuatorsPages() throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/actuator/env/ai-kit.stream.api-key"))
			.timeout(Duration.ofSeconds(20))
			.build();
		HttpResponse<String> response = send(request);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("******").doesNotContain("sk-secret");
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static HttpServer startProvider() {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.createContext("/v1/chat/completions", (exchange) -> {
				exchange.getRequestBody().readAllBytes();
				exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
				exchange.sendResponseHeaders(200, 0);
				exchange.getResponseBody().write(ANSWER.getBytes(StandardCharsets.UTF_8));
				exchange.close();
			});
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

package example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=env", "management.endpoint.env.show-values=always" })
class ChatApplicationTests {

	private static final ScriptedServer PROVIDER = ScriptedServer.start();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void stream(DynamicPropertyRegistry registry) {
		registry.add("ai-kit.stream.provider", () -> "openai");
		registry.add("ai-kit.stream.api-key", () -> "sk-secret");
		registry.add("ai-kit.stream.endpoint", PROVIDER::uri);
	}

	@AfterAll
	static void stopProvider() {
		PROVIDER.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/chat", "/api/object", "/api/entity", "/api/mono", "/api/mono-entity", "/api/future" })
	void streamsAnAnswer(String path) throws Exception {
		PROVIDER.respond("Hel", "lo").usage(9, 2);
		HttpResponse<String> response = ask(path);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.body()).contains("event: start", "{\"token\":\"Hel\",\"index\":0}",
				"{\"token\":\"lo\",\"index\":1}", "\"totalTokens\":11", "event: done", "\"outcome\":\"complete\"");
	}

	@Test
	void writesNoAnswerAsJson() throws Exception {
		assertThat(ask("/api/list").statusCode()).isEqualTo(500);
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

	private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
		return send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("""
					{"messages":[{"role":"user","content":"Say hello"}]}"""))
			.build());
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

}

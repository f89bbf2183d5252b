package example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

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
		properties = { "management.endpoints.web.exposure.include=env,prometheus",
				"management.endpoint.env.show-values=always", "ai-kit.stream.retry.enabled=false" })
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

	/** The Micrometer of Boot 4.0 drops what has other tags than before. */
	@Test
	void countsHoweverACallEnds() throws Exception {
		PROVIDER.respond("Hello").usage(9, 2);
		ask("/api/chat");
		PROVIDER.respond().status(400);
		ask("/api/chat");
		String calls = "gen_ai_client_inference_duration_seconds_count";
		String input = "gen_ai_client_inference_usage_input_tokens_total";
		List<String> samples = scrape();
		for (String name : List.of(calls, input, "gen_ai_client_inference_time_to_first_chunk_seconds_count",
				"gen_ai_client_inference_time_per_output_chunk_seconds_count",
				"aikit_client_time_to_first_token_seconds_count")) {
			assertThat(samples).anyMatch(sample(name, "complete", "none"));
			assertThat(samples).anyMatch(sample(name, "error", "400"));
		}
		assertThat(samples).anyMatch(sample("aikit_server_readers_total", "complete", ""))
			.anyMatch(sample("aikit_server_readers_total", "error", ""))
			.anyMatch((line) -> line.startsWith("aikit_server_answers{"))
			.anyMatch((line) -> line.startsWith("aikit_server_time_to_first_token_seconds_bucket{"))
			.anyMatch((line) -> line.startsWith(calls) && line.contains("server_port=\"" + PROVIDER.uri().getPort()));
	}

	private static Predicate<String> sample(String name, String outcome, String errorType) {
		return (line) -> line.startsWith(name + "{") && line.contains("aikit_outcome=\"" + outcome + "\"")
				&& (errorType.isEmpty() || line.contains("error_type=\"" + errorType + "\""));
	}

	private List<String> scrape() throws IOException, InterruptedException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/actuator/prometheus"))
			.timeout(Duration.ofSeconds(20))
			.build();
		HttpResponse<String> response = send(request);
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body().lines().toList();
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

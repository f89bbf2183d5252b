package example;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class SpringAiControllerTests {

	private static final ScriptedServer PROVIDER = ScriptedServer.start();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void providers(DynamicPropertyRegistry registry) {
		registry.add("ai-kit.stream.endpoint", PROVIDER::uri);
		registry.add("spring.ai.openai.base-url", () -> PROVIDER.uri().resolve("/v1"));
	}

	@AfterAll
	static void stopProvider() {
		PROVIDER.close();
	}

	@Test
	void streamsWhatSpringAiAnswers() throws Exception {
		PROVIDER.respond()
			.raw(chunk("{\"content\":\"Hel\"}", "null"))
			.raw(chunk("{\"content\":\"lo\"}", "null"))
			.raw(chunk("{}", "\"stop\""))
			.raw("data: [DONE]\n\n")
			.thenEnd();
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/api/spring-ai"))
				.timeout(Duration.ofSeconds(60))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"Say hello\"}"))
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("{\"token\":\"Hel\",\"index\":0}", "{\"token\":\"lo\",\"index\":1}",
				"\"outcome\":\"complete\"");
	}

	private static String chunk(String delta, String finishReason) {
		return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
				+ "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}]}\n\n";
	}

}

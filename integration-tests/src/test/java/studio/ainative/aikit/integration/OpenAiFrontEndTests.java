package studio.ainative.aikit.integration;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * OpenAI's API behind Spring Security: nobody is answered without the key.
 */
@ExtendWith(OutputCaptureExtension.class)
class OpenAiFrontEndTests {

	@Test
	void answersWhoeverHasTheKey(CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = new SpringApplicationBuilder(OpenAiFrontEnd.class)
					.web(WebApplicationType.SERVLET)
					.properties("server.port=0", "front-end.key=secret", "ai-kit.endpoints.openai.enabled=true",
							"ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + provider.uri())
					.run()) {
			String url = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			assertThat(send(url, "Bearer wrong").statusCode()).isEqualTo(401);
			assertThat(provider.requests()).isEmpty();
			provider.respond("Hel", "lo");
			HttpResponse<String> answer = send(url, "Bearer secret");
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).contains("Hel", "lo", "[DONE]");
		}
		assertThat(output).doesNotContain("ai-kit.endpoints.openai.enabled");
	}

	private static HttpResponse<String> send(String url, String key) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
				.timeout(Duration.ofSeconds(60))
				.header("Authorization", key)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"default\",\"stream\":true,"
						+ "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

}

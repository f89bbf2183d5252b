package studio.ainative.aikit.integration;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers of Spring AI and of LangChain4j reach a browser like those of AI Kit's own
 * client.
 */
@ExtendWith(OutputCaptureExtension.class)
class BridgesTests {

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void servesTheAnswersOfBothLibraries(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = new SpringApplicationBuilder(Bridges.class).web(type)
					.properties("server.port=0", "ai-kit.stream.endpoint=" + provider.uri(),
							"provider=" + provider.uri().resolve("/v1"))
					.run()) {
			String url = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			for (String path : new String[] { "/api/chat/spring-ai", "/api/chat/langchain4j" }) {
				provider.respond()
					.raw(BridgeContract.chunk("{\"content\":\"Hel\"}", "null"))
					.raw(BridgeContract.chunk("{\"content\":\"lo\"}", "null"))
					.raw(BridgeContract.END)
					.raw(BridgeContract.USAGE)
					.raw(BridgeContract.DONE)
					.thenEnd();
				assertThat(send(url + path)).as(path)
					.contains("{\"token\":\"Hel\",\"index\":0}", "{\"token\":\"lo\",\"index\":1}", "\"totalTokens\":11",
							"\"finishReason\":\"stop\"", "\"outcome\":\"complete\"");
				provider.respond().raw(BridgeContract.chunk("{\"content\":\"Hel\"}", "null")).thenCut();
				assertThat(send(url + path)).as(path)
					.contains("{\"token\":\"Hel\",\"index\":0}", "\"code\":\"INTERRUPTED\"", "\"outcome\":\"error\"")
					.doesNotContain("\"outcome\":\"complete\"");
			}
		}
		// Spring AI logs what breaks; for AI Kit a provider that hangs up is no news
		assertThat(output).doesNotContain("A streamed answer has failed unexpectedly");
	}

	private static String send(String url) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url))
				.timeout(Duration.ofSeconds(60))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"Say hello\"}"))
				.build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

}

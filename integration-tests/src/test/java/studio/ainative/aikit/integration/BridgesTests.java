package studio.ainative.aikit.integration;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers of Spring AI and of LangChain4j reach a browser like those of AI Kit's own
 * client.
 */
@ExtendWith(OutputCaptureExtension.class)
class BridgesTests {

	private static final List<String> PATHS = List.of("/api/chat/spring-ai", "/api/chat/langchain4j");

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void servesTheAnswersOfBothLibraries(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = start(type, provider)) {
			String url = url(context);
			for (String path : PATHS) {
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

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endTheCallOfAReaderWhoLeaves(WebApplicationType type) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = start(type, provider)) {
			for (String path : PATHS) {
				ScriptedResponse answer = provider.respond();
				for (int i = 0; i < 2_000; i++) {
					answer.raw(BridgeContract.chunk("{\"content\":\"Hel\"}", "null")).pause(Duration.ofMillis(20));
				}
				answer.thenStall();
				try (InputStream body = HttpClient.newHttpClient()
					.send(question(url(context) + path), HttpResponse.BodyHandlers.ofInputStream())
					.body()) {
					assertThat(new String(body.readNBytes(300), StandardCharsets.UTF_8)).as(path).contains("event:");
				}
				await(path).atMost(BridgeContract.TIMEOUT).until(() -> provider.lastRequest().isClosedByClient());
			}
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, ScriptedServer provider) {
		return new SpringApplicationBuilder(Bridges.class).web(type)
			.properties("server.port=0", "ai-kit.stream.endpoint=" + provider.uri(),
					"provider=" + provider.uri().resolve("/v1"))
			.run();
	}

	private static String url(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
	}

	private static String send(String url) throws Exception {
		return HttpClient.newHttpClient().send(question(url), HttpResponse.BodyHandlers.ofString()).body();
	}

	private static HttpRequest question(String url) {
		return HttpRequest.newBuilder(URI.create(url))
			.timeout(Duration.ofSeconds(60))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"Say hello\"}"))
			.build();
	}

}

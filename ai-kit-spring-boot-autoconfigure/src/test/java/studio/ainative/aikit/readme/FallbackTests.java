package studio.ainative.aikit.readme;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's fallbacks, over sockets, as a page reads them.
 */
class FallbackTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer main = ScriptedServer.start();

	private final ScriptedServer backup = ScriptedServer.start(Dialect.ANTHROPIC);

	private final ScriptedServer cheap = ScriptedServer.start();

	@AfterEach
	void stop() {
		this.main.close();
		this.backup.close();
		this.cheap.close();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void readersGetTheAnswerOfWhoCan(WebApplicationType type) throws Exception {
		this.main.respond().status(503);
		this.main.respond().error("overloaded_error").thenEnd();
		this.main.respond("Hel", "lo");
		this.main.respond("Hel").pause(Duration.ofMillis(20)).thenCut();
		this.backup.respond().status(529);
		this.backup.respond("From ", "backup");
		this.cheap.respond("From ", "cheap");
		try (ConfigurableApplicationContext stack = start(type)) {
			assertThat(post(stack)).containsSubsequence("event: start\n", "\"target\":\"backup\"",
					"\"target\":\"cheap\"",
					"\"failedTargets\":[{\"target\":\"default\",\"error\":\"OVERLOADED\"},{\"target\":\"backup\",\"error\":\"OVERLOADED\"}]",
					"{\"token\":\"From \",\"index\":0}", "{\"token\":\"cheap\",\"index\":1}",
					"\"outcome\":\"complete\"");
			assertThat(post(stack)).containsSubsequence("\"provider\":\"anthropic\",\"target\":\"backup\"",
					"{\"token\":\"From \",\"index\":0}", "{\"token\":\"backup\",\"index\":1}",
					"\"outcome\":\"complete\"");
			assertThat(post(stack))
				.containsSubsequence("\"target\":\"default\"", "{\"token\":\"Hel\",\"index\":0}",
						"{\"token\":\"lo\",\"index\":1}", "\"outcome\":\"complete\"")
				.doesNotContain("event: retry");
			assertThat(post(stack))
				.containsSubsequence("{\"token\":\"Hel\",\"index\":0}", "event: error\n", "\"code\":\"INTERRUPTED\"",
						"\"outcome\":\"error\"")
				.doesNotContain("event: retry");
		}
		assertThat(this.backup.requests()).hasSize(2)
			.allMatch((request) -> request.body().contains("claude-haiku-4-5"))
			.allMatch((request) -> request.header("x-api-key").equals("another-key"));
		assertThat(this.cheap.requests()).hasSize(1)
			.allMatch((request) -> request.body().contains("gpt-4.1-nano"))
			.allMatch((request) -> request.header("Authorization").equals("Bearer test-key"));
	}

	@Test
	void theBuilderHasThemToo() {
		this.main.respond().status(503);
		this.backup.respond("From ", "backup");
		assertThat(answer(this.main.uri(), this.backup.uri())).isEqualTo("From backup");
	}

	private static String answer(URI openAi, URI anthropic) {
		AIStream stream = AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(openAi)
			.model("gpt-4o-mini")
			.fallback("backup",
					AIStream.builder().provider(new AnthropicProvider()).endpoint(anthropic).model("claude-haiku-4-5"))
			.build();
		return stream.stream("Hello")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining())
			.block(TIMEOUT);
	}

	private ConfigurableApplicationContext start(WebApplicationType type) {
		Class<?> application = (type == WebApplicationType.SERVLET) ? QuickStart.ServletApplication.class
				: QuickStart.ReactiveApplication.class;
		String[] properties = Stream.concat(
				Arrays.stream(QuickStartServer.properties("fallback:"))
					.filter((property) -> !property.contains("api.anthropic.com")),
				Stream.of("ANTHROPIC_API_KEY=another-key", "ai-kit.streams.backup.endpoint=" + this.backup.uri(),
						"ai-kit.streams.cheap.endpoint=" + this.cheap.uri()))
			.toArray(String[]::new);
		return QuickStartServer.start(application, type, this.main.uri().toString(), properties);
	}

	private static String post(ConfigurableApplicationContext stack) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(QuickStartServer.uri(stack, "/api/chat"))
			.header("Content-Type", "application/json")
			.header("Accept", "text/event-stream")
			.timeout(TIMEOUT)
			.POST(HttpRequest.BodyPublishers.ofString("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

}

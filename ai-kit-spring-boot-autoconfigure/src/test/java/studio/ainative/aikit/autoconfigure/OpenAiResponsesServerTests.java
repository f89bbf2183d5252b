package studio.ainative.aikit.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * From the Responses API to readers, on both stacks.
 */
class OpenAiResponsesServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void readersGetWholeAnswersErrorsAndLeave(WebApplicationType type) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start(Dialect.OPENAI_RESPONSES);
				ChatServer server = ChatServer.start(type, "ai-kit.stream.provider=openai-responses",
						"ai-kit.stream.endpoint=" + provider.uri(), "ai-kit.stream.retry.enabled=false",
						"ai-kit.response.heartbeat.interval=500ms", "ai-kit.stream.options.reasoning.effort=low",
						"ai-kit.stream.options.max_tokens=9")) {
			provider.respond("Hel", "lo").usage(9, 2);
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				assertThat(reader.readAll()).contains("{\"token\":\"Hel\",\"index\":0}",
						"{\"token\":\"lo\",\"index\":1}", "\"totalTokens\":11", "\"outcome\":\"complete\"");
			}
			assertThat(provider.lastRequest().body()).contains("\"input\":[{\"role\":\"user\",\"content\":\"Hello\"}]",
					"\"store\":false", "\"reasoning\":{\"effort\":\"low\"}", "\"max_output_tokens\":9");
			provider.respond("Hel").thenEnd();
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				assertThat(reader.readAll()).contains("\"code\":\"INTERRUPTED\"", "\"outcome\":\"error\"");
			}
			provider.respond("Hel").thenStall();
			SseReader reader = SseReader.get(server.port(), "/chat");
			reader.readPast("\"Hel\"");
			reader.reset();
			await().atMost(TIMEOUT).until(() -> provider.lastRequest().isClosedByClient());
		}
	}

}

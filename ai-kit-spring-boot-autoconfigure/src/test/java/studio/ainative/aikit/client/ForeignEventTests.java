package studio.ainative.aikit.client;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Events that nobody asked for, as gateways and newer servers put them between those of
 * an answer: whatever their data is, they are nothing to it.
 */
class ForeignEventTests {

	private static final List<String> EVENTS = List.of("event: ping\ndata: 2026-11-28 12:00\n\n",
			"event: ping\ndata: \"text\"\n\n", "event: ping\ndata: null\n\n", "event: ping\ndata: [1]\n\n",
			"event: ping\ndata: {\"cut\":\n\n", "event: ping\ndata: {\"type\":\"error\",\"error\":\"refused\"}\n\n",
			"event: keepalive\ndata\n\n", "event: Error\ndata: {\"error\":{\"message\":\"not the answer's\"}}\n\n",
			"event: trace\ndata: {\"error\":{\"type\":\"rate_limit_error\",\"message\":\"not the answer's\"}}\n\n",
			"event: problem\ndata: {\"detail\":\"not the answer's\"}\n\n",
			"event: copy\ndata: {\"type\":\"message_stop\",\"token\":\"no\",\"choices\":[{\"delta\":{\"content\":\"no\"}}]}\n\n",
			"event: delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"no\"}}\n\n");

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource
	void isNothingToTheAnswer(Dialect dialect, String event) {
		try (ScriptedServer server = ScriptedServer.start(dialect)) {
			server.respond()
				.raw(event)
				.tokens("Hel")
				.raw(event)
				.tokens("lo")
				.raw(event)
				.usage(9, 2)
				.finishReason()
				.raw(event);
			AIStream stream = stream(dialect, server);
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			assertThat(server.requests()).hasSize(1);
		}
	}

	static Stream<Arguments> isNothingToTheAnswer() {
		return Arrays.stream(Dialect.values())
			.flatMap((dialect) -> EVENTS.stream().map((event) -> arguments(dialect, event)));
	}

	@Test
	void namesOfTheFormatMayBeLeftOutOrSaidInFull() {
		try (ScriptedServer server = ScriptedServer.start(Dialect.OPENAI)) {
			server.respond().raw("""
					event: message
					data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

					event: chat.completion.chunk
					data: {"choices":[{"index":0,"delta":{"content":"lo"}}]}

					event: done
					data: [DONE]

					""").thenEnd();
			assertThat(Answers.text(stream(Dialect.OPENAI, server).stream("Hi"))).isEqualTo("Hello");
		}
	}

	private static AIStream stream(Dialect dialect, ScriptedServer server) {
		return AIStream.builder()
			.provider(provider(dialect))
			.endpoint(server.uri())
			.model("a-model")
			.retry(RetryConfig.none())
			.build();
	}

	private static Provider provider(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> new OpenAIProvider();
			case OPENAI_RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AI_KIT -> new AiKitProvider();
		};
	}

}

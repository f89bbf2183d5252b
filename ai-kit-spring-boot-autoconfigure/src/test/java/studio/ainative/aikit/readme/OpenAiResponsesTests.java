package studio.ainative.aikit.readme;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's stream by the Responses API, over a socket.
 */
class OpenAiResponsesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Test
	void asksForASummaryOfTheReasoningAndGetsIt() {
		try (ScriptedServer provider = ScriptedServer.start(Dialect.OPENAI_RESPONSES);
				ConfigurableApplicationContext stack = QuickStartServer.servlet(provider.uri().toString(),
						"ai-kit.streams.thinker.endpoint=" + provider.uri())) {
			provider.respond()
				.raw("data: {\"type\":\"response.reasoning_summary_text.delta\",\"item_id\":\"rs_1\","
						+ "\"output_index\":0,\"summary_index\":0,\"delta\":\"Hm\"}\n\n")
				.tokens("Hel", "lo");
			List<StreamEvent> events = Objects.requireNonNull(stack.getBean("thinkerAiStream", AIStream.class)
				.stream("Who are you?")
				.collectList()
				.block(TIMEOUT));
			assertThat(events)
				.filteredOn((event) -> event instanceof StreamEvent.Reasoning || event instanceof StreamEvent.Token)
				.containsExactly(new StreamEvent.Reasoning("Hm"), new StreamEvent.Token("Hel", 0),
						new StreamEvent.Token("lo", 1));
			JsonNode request = JsonMapper.shared().readTree(provider.lastRequest().body());
			assertThat(request.at("/model").asString()).isEqualTo("gpt-5-mini");
			assertThat(request.at("/reasoning/effort").asString()).isEqualTo("low");
			assertThat(request.at("/reasoning/summary").asString()).isEqualTo("auto");
			assertThat(request.at("/store")).isEqualTo(JsonMapper.shared().readTree("false"));
		}
	}

}

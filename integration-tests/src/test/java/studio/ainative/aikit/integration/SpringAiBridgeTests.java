package studio.ainative.aikit.integration;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.bridge.springai.SpringAiStreams;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring AI's own model for OpenAI, and its {@code ChatClient}.
 */
class SpringAiBridgeTests extends BridgeContract {

	@Override
	Flux<StreamEvent> events(String baseUrl) {
		return SpringAiStreams.events(model(baseUrl).stream(new Prompt("Hello")));
	}

	@Override
	String codeOfNamedError() {
		return "OVERLOADED";
	}

	@Override
	String codeOfUnnamedError() {
		return "OVERLOADED";
	}

	@Override
	boolean endsSilentCalls() {
		return false;
	}

	@Test
	void readsAChatClientThatRunsTools() {
		this.provider.respond()
			.raw(call(0, "call_1", "weather", "{}"))
			.raw(chunk("{}", "\"tool_calls\""))
			.raw(USAGE)
			.raw(DONE)
			.thenEnd();
		this.provider.respond()
			.raw(chunk("{\"content\":\"Sunny.\"}", "null").replace("chatcmpl-1", "chatcmpl-2"))
			.raw(END.replace("chatcmpl-1", "chatcmpl-2"))
			.raw(USAGE.replace("chatcmpl-1", "chatcmpl-2"))
			.raw(DONE)
			.thenEnd();
		ChatClient client = ChatClient.create(model(baseUrl()));
		List<StreamEvent> events = SpringAiStreams
			.events(client.prompt("How is the weather?").tools(new Weather()).stream().chatResponse())
			.collectList()
			.block(TIMEOUT);
		assertThat(this.provider.lastRequest().body()).contains("The sun shines");
		assertThat(text(events)).isEqualTo("Sunny.");
		assertThat(fact(events, "finishReason")).isEqualTo("stop");
		assertThat(errors(events)).isEmpty();
		assertThat(events).contains(new StreamEvent.UsageReport(Usage.of(18, 4)));
	}

	private static OpenAiChatModel model(String baseUrl) {
		return OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder().baseUrl(baseUrl).apiKey("none").model("m").streamUsage(true).build())
			.build();
	}

	static class Weather {

		@Tool(description = "Tells the weather")
		String weather() {
			return "The sun shines";
		}

	}

}

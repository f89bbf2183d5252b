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
	Flux<StreamEvent> eventsWithTool(String baseUrl, Runnable tool) {
		return SpringAiStreams.events(ChatClient.create(model(baseUrl))
			.prompt("How is the weather?")
			.tools(new Weather(tool))
			.stream()
			.chatResponse());
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
		respondCall();
		this.provider.respond()
			.raw(chunk("{\"content\":\"Sunny.\"}", "null").replace("chatcmpl-1", "chatcmpl-2"))
			.raw(END.replace("chatcmpl-1", "chatcmpl-2"))
			.raw(USAGE.replace("chatcmpl-1", "chatcmpl-2"))
			.raw(DONE)
			.thenEnd();
		List<StreamEvent> events = eventsWithTool(baseUrl(), () -> {
		}).collectList().block(TIMEOUT);
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

	static final class Weather {

		private final Runnable work;

		Weather(Runnable work) {
			this.work = work;
		}

		@Tool(description = "Tells the weather")
		String weather() {
			this.work.run();
			return "The sun shines";
		}

	}

}

package studio.ainative.aikit.integration;

import java.util.List;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.bridge.langchain4j.LangChain4jStreams;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * LangChain4j's own model for OpenAI, and an AI service.
 */
class LangChain4jBridgeTests extends BridgeContract {

	@Override
	Flux<StreamEvent> events(String baseUrl) {
		return LangChain4jStreams.events(model(baseUrl),
				ChatRequest.builder().messages(UserMessage.from("Hello")).build());
	}

	@Override
	Flux<StreamEvent> eventsWithTool(String baseUrl, Runnable tool) {
		Assistant assistant = AiServices.builder(Assistant.class)
			.streamingChatModel(model(baseUrl))
			.tools(new Weather(tool))
			.build();
		return LangChain4jStreams.events(assistant.chat("How is the weather?"));
	}

	@Override
	String codeOfNamedError() {
		return "PROVIDER_ERROR";
	}

	@Override
	String codeOfUnnamedError() {
		return "INTERRUPTED";
	}

	@Override
	boolean endsSilentCalls() {
		return true;
	}

	@Test
	void readsAServiceThatRunsTools() {
		respondCall();
		this.provider.respond().raw(chunk("{\"content\":\"Sunny.\"}", "null")).raw(END).raw(USAGE).raw(DONE).thenEnd();
		List<StreamEvent> events = eventsWithTool(baseUrl(), () -> {
		}).collectList().block(TIMEOUT);
		assertThat(this.provider.lastRequest().body()).contains("The sun shines");
		assertThat(calls(events, 0)).isEqualTo("call_1 weather {}");
		assertThat(text(events)).isEqualTo("Sunny.");
		assertThat(fact(events, "finishReason")).isEqualTo("stop");
		assertThat(errors(events)).isEmpty();
		assertThat(events).contains(new StreamEvent.UsageReport(Usage.of(18, 4)));
	}

	private static OpenAiStreamingChatModel model(String baseUrl) {
		return OpenAiStreamingChatModel.builder()
			.baseUrl(baseUrl)
			.apiKey("none")
			.modelName("m")
			.returnThinking(true)
			.httpClientBuilder(JdkHttpClient.builder())
			.build();
	}

	interface Assistant {

		TokenStream chat(String message);

	}

	static final class Weather {

		private final Runnable work;

		Weather(Runnable work) {
			this.work = work;
		}

		@Tool("Tells the weather")
		String weather() {
			this.work.run();
			return "The sun shines";
		}

	}

}

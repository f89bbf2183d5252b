package studio.ainative.aikit.integration;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.bridge.langchain4j.LangChain4jStreams;
import studio.ainative.aikit.bridge.springai.SpringAiStreams;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's code, word for word: an application whose answers come from Spring AI and
 * from LangChain4j.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		exclude = { ReactiveWebSecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class })
@Import({ Bridges.SpringAiController.class, Bridges.LangChain4jController.class })
class Bridges {

	@Bean
	ChatClient chatClient(@Value("${provider}") String baseUrl) {
		return ChatClient.create(OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder().baseUrl(baseUrl).apiKey("none").model("m").build())
			.build());
	}

	@Bean
	Assistant assistant(@Value("${provider}") String baseUrl) {
		return AiServices.create(Assistant.class,
				OpenAiStreamingChatModel.builder()
					.baseUrl(baseUrl)
					.apiKey("none")
					.modelName("m")
					.httpClientBuilder(JdkHttpClient.builder())
					.build());
	}

	interface Assistant {

		TokenStream chat(String message);

	}

	record Question(String text) {
	}

	@RestController
	static class SpringAiController {

		private final ChatClient chatClient;

		private final StreamingResponses responses;

		SpringAiController(ChatClient chatClient, StreamingResponses responses) {
			this.chatClient = chatClient;
			this.responses = responses;
		}

		@PostMapping("/api/chat/spring-ai")
		StreamingResponse chat(@RequestBody Question question) {
			return this.responses
				.from(SpringAiStreams.events(this.chatClient.prompt(question.text()).stream().chatResponse()));
		}

	}

	@RestController
	static class LangChain4jController {

		private final Assistant assistant;

		private final StreamingResponses responses;

		LangChain4jController(Assistant assistant, StreamingResponses responses) {
			this.assistant = assistant;
			this.responses = responses;
		}

		@PostMapping("/api/chat/langchain4j")
		StreamingResponse chat(@RequestBody Question question) {
			return this.responses.from(LangChain4jStreams.events(this.assistant.chat(question.text())));
		}

	}

}

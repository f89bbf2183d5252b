package studio.ainative.aikit.benchmarks.springai;

import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * Makes the model.
 */
final class Models {

	private Models() {
	}

	static OpenAiChatModel create(String baseUrl) {
		return OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder()
				.baseUrl(baseUrl)
				.apiKey("none")
				.model("gpt-4o-mini")
				.streamUsage(true)
				.build())
			.build();
	}

}

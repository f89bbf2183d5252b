package studio.ainative.aikit.benchmarks.langchain4j;

import java.net.http.HttpClient;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

/**
 * Makes the model on LangChain4j's JDK client.
 */
final class Models {

	private Models() {
	}

	static OpenAiStreamingChatModel create(String baseUrl) {
		// The source without TLS does not answer the upgrade to HTTP/2 that the client
		// would
		// ask for
		HttpClient.Version version = baseUrl.startsWith("https:") ? HttpClient.Version.HTTP_2
				: HttpClient.Version.HTTP_1_1;
		return OpenAiStreamingChatModel.builder()
			.baseUrl(baseUrl)
			.apiKey("none")
			.modelName("gpt-4o-mini")
			.httpClientBuilder(JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(version)))
			.build();
	}

}

package studio.ainative.aikit.benchmarks.openaijava;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * The blocking client of openai-java: a thread for each stream.
 */
public final class OpenAiClient implements ClientPeer {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final ChatCompletionCreateParams parameters = ChatCompletionCreateParams.builder()
		.model("gpt-4o-mini")
		.addUserMessage("Tell me about streams")
		.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
		.build();

	private final ResponseCreateParams responseParameters = ResponseCreateParams.builder()
		.model("gpt-4o-mini")
		.input("Tell me about streams")
		.store(false)
		.build();

	private @Nullable OpenAIClient client;

	private Format format = Format.OPENAI;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.format = format;
		this.client = OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey("none").build();
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return CompletableFuture
			.runAsync((this.format == Format.RESPONSES) ? () -> readResponse(sink) : () -> read(sink), this.threads);
	}

	private void read(TokenSink sink) {
		try (StreamResponse<ChatCompletionChunk> response = Objects.requireNonNull(this.client)
			.chat()
			.completions()
			.createStreaming(this.parameters)) {
			response.stream().forEach((chunk) -> {
				chunk.choices().forEach((choice) -> choice.delta().content().ifPresent(sink::token));
				chunk.usage().ifPresent((usage) -> sink.usage(usage.promptTokens(), usage.completionTokens()));
			});
		}
	}

	private void readResponse(TokenSink sink) {
		try (StreamResponse<ResponseStreamEvent> response = Objects.requireNonNull(this.client)
			.responses()
			.createStreaming(this.responseParameters)) {
			response.stream().forEach((event) -> {
				event.outputTextDelta().ifPresent((delta) -> sink.token(delta.delta()));
				event.completed()
					.flatMap((end) -> end.response().usage())
					.ifPresent((usage) -> sink.usage(usage.inputTokens(), usage.outputTokens()));
			});
		}
	}

}

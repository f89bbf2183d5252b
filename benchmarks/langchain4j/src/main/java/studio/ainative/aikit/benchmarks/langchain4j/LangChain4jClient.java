package studio.ainative.aikit.benchmarks.langchain4j;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * {@code OpenAiStreamingChatModel}.
 */
public final class LangChain4jClient implements ClientPeer {

	private @Nullable OpenAiStreamingChatModel model;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.model = Models.create(baseUrl);
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Objects.requireNonNull(this.model).chat("Tell me about streams", new StreamingChatResponseHandler() {

			@Override
			public void onPartialResponse(String text) {
				sink.token(text);
			}

			@Override
			public void onCompleteResponse(ChatResponse response) {
				sink.usage(response.tokenUsage().inputTokenCount(), response.tokenUsage().outputTokenCount());
				done.complete(null);
			}

			@Override
			public void onError(Throwable error) {
				done.completeExceptionally(error);
			}

		});
		return done;
	}

}

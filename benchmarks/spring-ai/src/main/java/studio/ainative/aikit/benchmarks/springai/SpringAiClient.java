package studio.ainative.aikit.benchmarks.springai;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * {@code OpenAiChatModel.stream}.
 */
public final class SpringAiClient implements ClientPeer {

	private @Nullable OpenAiChatModel model;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.model = Models.create(baseUrl);
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return Objects.requireNonNull(this.model)
			.stream(new Prompt("Tell me about streams"))
			.doOnNext((response) -> read(response, sink))
			.then()
			.toFuture();
	}

	private static void read(ChatResponse response, TokenSink sink) {
		if (response.getResult() != null && response.getResult().getOutput().getText() != null) {
			sink.token(response.getResult().getOutput().getText());
		}
		Usage usage = response.getMetadata().getUsage();
		if (usage.getCompletionTokens() > 0) {
			sink.usage(usage.getPromptTokens(), usage.getCompletionTokens());
		}
	}

}

package studio.ainative.aikit.benchmarks.anthropicjava;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * The blocking client of anthropic-java: a thread for each stream.
 */
public final class AnthropicClientPeer implements ClientPeer {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final MessageCreateParams parameters = MessageCreateParams.builder()
		.model("claude-sonnet-4-20250514")
		.maxTokens(4096)
		.addUserMessage("Tell me about streams")
		.build();

	private @Nullable AnthropicClient client;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.client = AnthropicOkHttpClient.builder().baseUrl(baseUrl).apiKey("none").build();
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return CompletableFuture.runAsync(() -> read(sink), this.threads);
	}

	private void read(TokenSink sink) {
		try (StreamResponse<RawMessageStreamEvent> response = Objects.requireNonNull(this.client)
			.messages()
			.createStreaming(this.parameters)) {
			response.stream().forEach((event) -> {
				event.contentBlockDelta()
					.flatMap((block) -> block.delta().text())
					.ifPresent((text) -> sink.token(text.text()));
				event.messageStart().ifPresent((start) -> sink.usage(start.message().usage().inputTokens(), -1));
				event.messageDelta().ifPresent((delta) -> sink.usage(-1, delta.usage().outputTokens()));
			});
		}
	}

}

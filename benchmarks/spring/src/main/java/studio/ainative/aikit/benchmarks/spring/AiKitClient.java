package studio.ainative.aikit.benchmarks.spring;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

/**
 * {@code AIStream} with all its defaults.
 */
public final class AiKitClient implements ClientPeer {

	private @Nullable AIStream stream;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.stream = AIStream.builder()
			.provider(provider(format))
			.endpoint(baseUrl + format.path())
			.apiKey("none")
			.model("gpt-4o-mini")
			.build();
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return read(Objects.requireNonNull(this.stream), sink);
	}

	static CompletionStage<?> read(AIStream stream, TokenSink sink) {
		return stream.stream("Tell me about streams").doOnNext((event) -> read(event, sink)).then().toFuture();
	}

	private static void read(StreamEvent event, TokenSink sink) {
		if (event instanceof StreamEvent.Token token) {
			sink.token(token.text());
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			sink.usage(report.usage().promptTokens(), report.usage().completionTokens());
		}
	}

	private static Provider provider(Format format) {
		return switch (format) {
			case OPENAI -> new OpenAIProvider();
			case RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AIKIT -> new AiKitProvider();
		};
	}

}

package studio.ainative.aikit.benchmarks.spring;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;
import studio.ainative.aikit.client.AIStream;

/**
 * {@code AIStream} as the starter makes it. System properties change its settings, so
 * that {@code --jvm -Dai-kit.stream.…} compares them.
 */
public final class BootAiKit implements ClientPeer {

	private @Nullable AIStream stream;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		String provider = switch (format) {
			case OPENAI -> "openai";
			case RESPONSES -> "openai-responses";
			case ANTHROPIC -> "anthropic";
			case AIKIT -> "ai-kit";
		};
		this.stream = BootClients
			.start(Application.class, "ai-kit.stream.provider=" + provider,
					"ai-kit.stream.endpoint=" + baseUrl + format.path(), "ai-kit.stream.api-key=none",
					"ai-kit.stream.model=gpt-4o-mini")
			.getBean(AIStream.class);
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return AiKitClient.read(Objects.requireNonNull(this.stream), sink);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}

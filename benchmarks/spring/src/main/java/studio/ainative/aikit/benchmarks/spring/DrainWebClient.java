package studio.ainative.aikit.benchmarks.spring;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * The floor: {@code WebClient} reads buffers, which are released unread.
 */
public final class DrainWebClient implements ClientPeer {

	private @Nullable WebClient client;

	private String url = "";

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.client = WebClients.create(lanes);
		this.url = baseUrl + format.path();
	}

	@Override
	public boolean drainsOnly() {
		return true;
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return WebClients.post(Objects.requireNonNull(this.client), this.url)
			.bodyToFlux(DataBuffer.class)
			.doOnNext((buffer) -> {
				sink.drained(buffer.readableByteCount());
				DataBufferUtils.release(buffer);
			})
			.then()
			.toFuture();
	}

}

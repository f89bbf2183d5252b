package studio.ainative.aikit.benchmarks.tcnative;

import java.util.concurrent.CompletionStage;

import io.netty.handler.ssl.OpenSsl;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;
import studio.ainative.aikit.benchmarks.spring.BootAiKit;

/**
 * {@link BootAiKit} where {@code netty-tcnative-boringssl-static} is on the class path:
 * Netty takes it for TLS by itself.
 */
public final class OpenSslAiKit implements ClientPeer {

	private final ClientPeer aiKit = new BootAiKit();

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		// Or it would be measured with the JDK's TLS, without a word
		OpenSsl.ensureAvailability();
		this.aiKit.open(baseUrl, format, lanes);
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return this.aiKit.stream(sink);
	}

}

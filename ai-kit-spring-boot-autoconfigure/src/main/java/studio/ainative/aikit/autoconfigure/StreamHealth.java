package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether a stream's endpoint takes connections. Asks nothing of it, so costs no tokens,
 * and tells nothing of whether it would answer.
 */
final class StreamHealth extends AbstractHealthIndicator {

	/** Health is looked at often, and by somebody who waits. */
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final StreamSummary stream;

	StreamHealth(StreamSummary stream) {
		super("No connection to the provider");
		this.stream = stream;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws IOException {
		builder.withDetail("provider", this.stream.provider()).withDetail("host", this.stream.host());
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(this.stream.host(), this.stream.port()), (int) TIMEOUT.toMillis());
			builder.up();
		}
	}

}

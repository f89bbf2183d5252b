package studio.ainative.aikit.autoconfigure;

import java.io.UncheckedIOException;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;

import studio.ainative.aikit.client.AiStreamConnections;

/**
 * TLS that offers HTTP/2 and HTTP/1.1, with the application's keys and trust.
 */
final class Http2Tls {

	private Http2Tls() {
	}

	/**
	 * Make the context of connections to providers.
	 * @param bundle the application's keys and trust, {@code null} for the platform's
	 * @return the context
	 */
	static SslContext context(@Nullable SslBundle bundle) {
		SslContextBuilder builder = AiStreamConnections.http2Tls();
		if (bundle != null) {
			SslManagerBundle managers = bundle.getManagers();
			SslOptions options = bundle.getOptions();
			builder.keyManager(managers.getKeyManagerFactory())
				.trustManager(managers.getTrustManagerFactory())
				.ciphers(SslOptions.asSet(options.getCiphers()))
				.protocols(options.getEnabledProtocols());
		}
		try {
			return builder.build();
		}
		catch (SSLException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

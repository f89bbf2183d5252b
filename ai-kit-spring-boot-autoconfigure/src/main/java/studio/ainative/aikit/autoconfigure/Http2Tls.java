package studio.ainative.aikit.autoconfigure;

import java.io.UncheckedIOException;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * TLS that offers HTTP/2 and HTTP/1.1. The ciphers are those that HTTP/1.1 has, not only
 * what HTTP/2 allows: servers that lack the latter choose HTTP/1.1.
 */
final class Http2Tls {

	private static final ApplicationProtocolConfig PROTOCOLS = new ApplicationProtocolConfig(
			ApplicationProtocolConfig.Protocol.ALPN, ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
			ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2,
			ApplicationProtocolNames.HTTP_1_1);

	private Http2Tls() {
	}

	/**
	 * Make the context of connections to providers.
	 * @param bundle the application's keys and trust, {@code null} for the platform's
	 * @return the context
	 */
	static SslContext context(@Nullable SslBundle bundle) {
		SslContextBuilder builder = SslContextBuilder.forClient().applicationProtocolConfig(PROTOCOLS);
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

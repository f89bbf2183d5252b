package studio.ainative.aikit.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

import javax.net.ssl.TrustManagerFactory;

import io.netty.handler.ssl.SslContext;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * How calls reach a provider that plays a script.
 */
public enum Transport {

	/** Without TLS. */
	HTTP11 {

		@Override
		public ScriptedServer start(Dialect dialect) {
			return ScriptedServer.start(dialect);
		}

		@Override
		WebClient.Builder webClient() {
			return WebClient.builder();
		}

		@Override
		public List<String> properties() {
			return List.of();
		}

	},

	/** Over TLS. */
	HTTP2 {

		@Override
		public ScriptedServer start(Dialect dialect) {
			return ScriptedServer.startWithHttp2(dialect, TestCertificate.shared().keys());
		}

		@Override
		WebClient.Builder webClient() {
			return WebClient.builder().clientConnector(Http2.CONNECTOR);
		}

		@Override
		public List<String> properties() {
			return List.of("spring.http.clients.ssl.bundle=provider",
					"spring.ssl.bundle.jks.provider.truststore.location=file:" + TestCertificate.shared().trustStore(),
					"spring.ssl.bundle.jks.provider.truststore.password=" + TestCertificate.PASSWORD);
		}

	};

	/** Starts the provider. */
	public abstract ScriptedServer start(Dialect dialect);

	/** Makes clients whose calls get through to it. */
	abstract WebClient.Builder webClient();

	/** What makes an application trust it. */
	public abstract List<String> properties();

	/** A connector over a given pool that trusts the provider's certificate. */
	static ClientHttpConnector http2Connector(ConnectionProvider pool) {
		HttpClient http11 = AiStreamConnections.httpClient(StreamTimeouts.defaults());
		HttpClient http2 = AiStreamConnections.configure(HttpClient.create(pool), StreamTimeouts.defaults())
			.secure((spec) -> spec.sslContext(tls()));
		return AiStreamConnections.negotiating(new ReactorClientHttpConnector(http11),
				() -> new ReactorClientHttpConnector(AiStreamConnections.offerHttp2(http2)), StreamTimeouts.defaults());
	}

	private static SslContext tls() {
		try (InputStream store = Files.newInputStream(TestCertificate.shared().trustStore())) {
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(store, TestCertificate.PASSWORD.toCharArray());
			TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			managers.init(trusted);
			return AiStreamConnections.http2Tls().trustManager(managers).build();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Http2 {

		static final ClientHttpConnector CONNECTOR = http2Connector(AiStreamConnections.newHttp2Pool(1000));

	}

}

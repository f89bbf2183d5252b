package studio.ainative.aikit.benchmarks.tcnative;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import studio.ainative.aikit.benchmarks.harness.Certificate;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * OpenSSL is on the class path of these tests.
 */
class OpenSslAiKitTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@TempDir
	private Path folder;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callsProvidersByOpenSsl(boolean http2) throws Exception {
		Certificate certificate = Certificate.create(this.folder);
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(Certificate.load(certificate.keys()), Certificate.PASSWORD.toCharArray());
		try (ScriptedServer provider = ScriptedServer.startWithHttp2(Dialect.OPENAI, keys);
				ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
					.web(WebApplicationType.NONE)
					.properties("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + provider.uri(),
							"ai-kit.stream.api-key=none", "ai-kit.stream.http2=" + http2,
							"spring.http.clients.ssl.bundle=provider",
							"spring.ssl.bundle.jks.provider.truststore.location=file:" + certificate.trust(),
							"spring.ssl.bundle.jks.provider.truststore.password=" + Certificate.PASSWORD)
					.run()) {
			provider.respond("Hel", "lo");
			assertThat(context.getBean(AIStream.class)
				.stream("Hi")
				.ofType(StreamEvent.Token.class)
				.map(StreamEvent.Token::text)
				.collect(Collectors.joining())
				.block(TIMEOUT)).isEqualTo("Hello");
			assertThat(context.getBean(Application.class).engines).singleElement()
				.isInstanceOf(ReferenceCountedOpenSslEngine.class);
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		/** Of the connections that were made. */
		final Set<SSLEngine> engines = ConcurrentHashMap.newKeySet();

		@Bean
		ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> engines() {
			return (builder) -> builder.withHttpClientCustomizer((client) -> client.doOnConnected((connection) -> {
				Channel channel = connection.channel();
				// A stream of HTTP/2 is a channel of its own
				Channel tls = (channel.parent() != null) ? channel.parent() : channel;
				this.engines.add(tls.pipeline().get(SslHandler.class).engine());
			}));
		}

	}

}

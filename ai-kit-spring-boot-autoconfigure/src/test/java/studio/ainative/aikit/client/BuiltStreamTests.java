package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams that are built without Spring Boot and without a {@code WebClient}. They trust
 * whom the platform does.
 */
class BuiltStreamTests {

	/** No other test has it: connections that others have made trust others. */
	private static final Duration CONNECT = Duration.ofMillis(19_871);

	private final Map<String, String> trust = Map.of("javax.net.ssl.trustStore",
			TestCertificate.shared().trustStore().toString(), "javax.net.ssl.trustStoreType", "PKCS12",
			"javax.net.ssl.trustStorePassword", TestCertificate.PASSWORD);

	@BeforeEach
	void trustTheServer() {
		this.trust.forEach(System::setProperty);
	}

	@AfterEach
	void trustWhomThePlatformDoes() {
		this.trust.keySet().forEach(System::clearProperty);
	}

	@Test
	void shareAConnectionOfHttp2() {
		try (ScriptedServer server = Transport.HTTP2.start(Dialect.OPENAI)) {
			for (int call = 0; call < 3; call++) {
				server.respond("Hel", "lo");
				AIStream stream = AIStream.builder()
					.provider(new OpenAIProvider())
					.endpoint(server.uri())
					.timeouts(StreamTimeouts.defaults().withConnect(CONNECT))
					.retry(RetryConfig.none())
					.build();
				assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			}
			assertThat(server.requests()).hasSize(3).allMatch(RecordedRequest::isHttp2);
			assertThat(server.requests().stream().map(RecordedRequest::connection).distinct()).hasSize(1);
		}
	}

}

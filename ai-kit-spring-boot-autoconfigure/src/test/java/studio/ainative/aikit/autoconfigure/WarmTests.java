package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.TestCertificate;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Connections that are there before the first call.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class WarmTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(40);

	private final TestCertificate certificate = TestCertificate.shared();

	@Test
	void overHttp2NothingIsAskedForIt(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(this.certificate, (call) -> call.head("200"))) {
			runner(provider.endpoint()).withPropertyValues("ai-kit.stream.warm=true").run((context) -> {
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 1);
				assertThat(provider.calls()).isEmpty();
				AIStream stream = context.getBean(AIStream.class);
				// Knows that the connection is there
				CompletableFuture<String> first = answer(stream).toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				// All that share one, so it takes up no place of theirs
				List<CompletableFuture<String>> others = IntStream.range(1, 100)
					.mapToObj((call) -> answer(stream).toFuture())
					.toList();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 100);
				assertThat(provider.connections()).isOne();
				assertThat(provider.resets()).isEmpty();
				provider.calls().forEach((call) -> call.send(FakeProvider.HELLO).end());
				assertThat(first).succeedsWithin(TIMEOUT).isEqualTo("Hello");
				assertThat(others).allSatisfy((other) -> assertThat(other).succeedsWithin(TIMEOUT).isEqualTo("Hello"));
			});
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void overHttp11ItTakesARequestThatAsksForNothing(boolean http2) throws Exception {
		try (TlsServer server = TlsServer.start(this.certificate)) {
			runner(server.endpoint()).withPropertyValues("ai-kit.stream.warm=true", "ai-kit.stream.http2=" + http2)
				.run((context) -> {
					await().atMost(TIMEOUT).until(() -> server.connectionsOfRequests().size() == 1);
					// It is free a moment later
					await().atMost(TIMEOUT).until(() -> {
						assertThat(text(context.getBean(AIStream.class))).isEqualTo("Hello");
						List<String> used = server.connectionsOfRequests();
						return used.get(used.size() - 1).equals(used.get(0));
					});
				});
		}
	}

	@Test
	void noKeyAndNoPromptGoesAlong() {
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond().status(405);
			runner(server.uri().toString()).withPropertyValues("ai-kit.stream.warm=true").run((context) -> {
				await().atMost(TIMEOUT).until(() -> server.requests().size() == 1);
				RecordedRequest first = server.lastRequest();
				assertThat(first.method()).isEqualTo("OPTIONS");
				assertThat(first.path()).isEqualTo("/v1/chat");
				assertThat(first.body()).isEmpty();
				assertThat(first.header("Authorization")).isNull();
				// It is free a moment later
				await().atMost(TIMEOUT).until(() -> {
					server.respond("Hello");
					assertThat(text(context.getBean(AIStream.class))).isEqualTo("Hello");
					return server.lastRequest().connection().equals(first.connection());
				});
				assertThat(server.requests()).filteredOn((request) -> !request.method().equals("POST")).hasSize(1);
			});
		}
	}

	@Test
	void eachStreamSaysWhetherItWantsOne() throws Exception {
		try (Http2Provider provider = Http2Provider.start(this.certificate, Http2Provider.Call::answer);
				Http2Provider other = Http2Provider.start(this.certificate, Http2Provider.Call::answer)) {
			runner(provider.endpoint())
				.withPropertyValues("ai-kit.streams.other.endpoint=" + other.endpoint(),
						"ai-kit.streams.other.warm=true", "ai-kit.streams.third.endpoint=" + other.endpoint(),
						"ai-kit.streams.third.warm=true")
				.run((context) -> {
					await().atMost(TIMEOUT).until(() -> other.openConnections() == 1);
					assertThat(text(context.getBean("otherAiStream", AIStream.class))).isEqualTo("Hello");
					assertThat(text(context.getBean("thirdAiStream", AIStream.class))).isEqualTo("Hello");
					assertThat(other.connections()).isOne();
					assertThat(provider.connections()).isZero();
				});
		}
	}

	@Test
	void theyEndWithTheApplicationAndComeBackWithIt(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(this.certificate, Http2Provider.Call::answer)) {
			runner(provider.endpoint()).withPropertyValues("ai-kit.stream.warm=true").run((context) -> {
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 1);
				context.stop();
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 0);
				context.start();
				await().atMost(TIMEOUT).until(() -> provider.connections() == 2);
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void aProviderThatIsNotThereKeepsNobodyFromStarting(CapturedOutput output) {
		// Event loops that end at once have Netty log what their connection attempts say
		runner("https://localhost:1/v1")
			.withPropertyValues("ai-kit.stream.warm=true", "spring.reactor.netty.shutdown-quiet-period=1s")
			.run((context) -> assertThat(context).hasNotFailed());
		assertNoWarnings(output);
	}

	@Test
	void connectionsOfTheApplicationsOwnCannotBeKeptWarm() {
		runner("https://localhost:1/v1").withBean(WebClient.Builder.class, WebClient::builder)
			.withPropertyValues("ai-kit.stream.warm=true")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(AiKitConfigurationException.class)
				.hasMessageContaining("ai-kit.stream.warm"));
	}

	private ApplicationContextRunner runner(String endpoint) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitConnectorAutoConfiguration.class,
							HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
							WebClientAutoConfiguration.class, SslAutoConfiguration.class))
			.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + endpoint,
					"ai-kit.stream.api-key=key", "ai-kit.stream.retry.enabled=false",
					"spring.reactor.netty.shutdown-quiet-period=0s", "spring.http.clients.ssl.bundle=provider",
					"spring.ssl.bundle.jks.provider.truststore.location=file:" + this.certificate.trustStore(),
					"spring.ssl.bundle.jks.provider.truststore.password=" + TestCertificate.PASSWORD);
	}

	private static String text(AIStream stream) {
		return answer(stream).block(TIMEOUT);
	}

	private static Mono<String> answer(AIStream stream) {
		return stream.stream("Hi")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.reduce("", String::concat);
	}

}

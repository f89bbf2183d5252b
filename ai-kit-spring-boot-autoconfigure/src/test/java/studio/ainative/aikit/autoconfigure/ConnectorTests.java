package studio.ainative.aikit.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.ProxyProvider;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AIStreamException;
import studio.ainative.aikit.client.ProviderException;
import studio.ainative.aikit.client.StreamInterruptedException;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * What the application's HTTP client does with a stream's key: its TLS and its proxy
 * apply, other origins don't get it, and another client than Reactor Netty is warned of.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String KEY = "my-very-own-key-123456";

	private final ScriptedServer server = ScriptedServer.start();

	private final ScriptedServer elsewhere = ScriptedServer.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitConnectorAutoConfiguration.class,
						HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
						WebClientAutoConfiguration.class, SslAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=anthropic", "ai-kit.stream.endpoint=" + this.server.uri(),
				"ai-kit.stream.api-key=" + KEY, "ai-kit.stream.headers.x-team-key=" + KEY,
				"ai-kit.stream.retry.initial-delay=10ms", "spring.reactor.netty.shutdown-quiet-period=0s");

	@AfterEach
	void stopServers() {
		this.server.close();
		this.elsewhere.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void keysDoNotFollowARedirect(int status) {
		redirect(status);
		AIStream stream = AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.apiKey(KEY)
			.build();
		verifyNoRedirect(stream, status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.http.clients.redirects=follow", "spring.http.clients.reactive.connector=reactor",
			"spring.http.clients.reactive.connector=jdk" })
	void keysDoNotFollowARedirectInAnApplication(String property) {
		redirect(307);
		this.contextRunner.withPropertyValues(property)
			.run((context) -> verifyNoRedirect(context.getBean(AIStream.class), 307));
	}

	@Test
	void keysDoNotFollowARedirectThatTheApplicationsOwnBuilderFollows() {
		redirect(307);
		HttpClient following = HttpClient.create().followRedirect(true);
		this.contextRunner
			.withBean(WebClient.Builder.class,
					() -> WebClient.builder().clientConnector(new ReactorClientHttpConnector(following)))
			.run((context) -> {
				AIStreamException ex = failure(context.getBean(AIStream.class));
				assertThat(ex).isInstanceOf(StreamInterruptedException.class).hasMessageContaining("redirect");
				assertThat(ex.isTransient()).isFalse();
				assertThat(this.server.requests()).hasSize(1);
				assertThat(this.elsewhere.requests()).isEmpty();
			});
	}

	@Test
	void aHeaderWithALineBreakFailsAtStartup() {
		this.contextRunner.withPropertyValues("ai-kit.stream.headers.x-team=red\r\nx-evil: 1")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(AiKitConfigurationException.class)
				.hasMessageContaining("ai-kit.stream.headers.x-team")
				.hasMessageContaining("line breaks")
				.hasMessageNotContaining("evil"));
	}

	@Test
	void theApplicationsTrustAppliesToStreams(@TempDir Path folder) throws Exception {
		try (TlsServer tls = TlsServer.start(folder)) {
			this.contextRunner
				.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + tls.endpoint(),
						"spring.http.clients.ssl.bundle=provider",
						"spring.ssl.bundle.jks.provider.truststore.location=file:" + tls.trustStore(),
						"spring.ssl.bundle.jks.provider.truststore.password=" + TlsServer.PASSWORD)
				.run((context) -> assertThat(text(context.getBean(AIStream.class))).isEqualTo("Hello"));
		}
	}

	@Test
	void withoutTrustTheCallFailsOnceAndSaysWhy(@TempDir Path folder) throws Exception {
		try (TlsServer tls = TlsServer.start(folder)) {
			this.contextRunner
				.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + tls.endpoint())
				.run((context) -> {
					AIStreamException ex = failure(context.getBean(AIStream.class));
					assertThat(ex).isInstanceOf(StreamInterruptedException.class)
						.hasMessageContaining("SSLHandshakeException")
						.hasStackTraceContaining("unable to find valid certification path");
					assertThat(ex.isTransient()).isFalse();
					assertThat(tls.connections()).isOne();
				});
		}
	}

	@Test
	void theApplicationsProxyIsUsed() {
		this.server.respond("by ", "proxy");
		try (TunnelProxy proxy = TunnelProxy.to(this.server.uri())) {
			this.contextRunner.withBean(ProxyCustomizer.class, () -> new ProxyCustomizer(proxy.port()))
				.withPropertyValues("ai-kit.stream.provider=openai",
						"ai-kit.stream.endpoint=http://provider.invalid:8080/v1/chat")
				.run((context) -> assertThat(text(context.getBean(AIStream.class))).isEqualTo("by proxy"));
			assertThat(proxy.tunnels()).containsExactly("CONNECT provider.invalid:8080");
		}
	}

	@Test
	void connectionsAreClosedWithTheApplicationThoughEventLoopsRunOn() {
		this.server.respond("Hel", "lo");
		LoopResources loops = LoopResources.create("of-others-too", 1, true);
		this.contextRunner.withPropertyValues("ai-kit.stream.provider=openai")
			.withBean(ReactorResourceFactory.class, () -> resources(loops))
			.run((context) -> {
				assertThat(text(context.getBean(AIStream.class))).isEqualTo("Hello");
				RecordedRequest request = this.server.lastRequest();
				assertThat(request.isOpen()).isTrue();
				context.close();
				await().atMost(TIMEOUT).until(request::isClosedByClient);
			});
		loops.dispose();
	}

	@Test
	void aCallThatRunsEndsWithTheApplication() {
		this.server.respond("Hel", "lo").thenStall();
		this.contextRunner.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.retry.max-retries=0")
			.withBean(ReactorResourceFactory.class, ConnectorTests::resources)
			.run((context) -> {
				CompletableFuture<StreamEvent> answer = context.getBean(AIStream.class).stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> !this.server.requests().isEmpty());
				context.close();
				assertThat(answer).failsWithin(TIMEOUT)
					.withThrowableThat()
					.withCauseInstanceOf(StreamInterruptedException.class);
			});
	}

	/** Twice as many calls may wait as run. */
	@Test
	void callsWaitForAConnectionAndAreToldWhenTooManyDo() {
		this.server.respond("Hel", "lo").thenStall();
		this.server.respond("sec", "ond");
		this.server.respond("thi", "rd");
		this.contextRunner
			.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.retry.max-retries=0",
					"ai-kit.max-connections=1")
			.run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				Disposable running = stream.stream("Hi").subscribe();
				await().atMost(TIMEOUT).until(() -> this.server.requests().size() == 1);
				CompletableFuture<StreamEvent> second = stream.stream("Hi").last().toFuture();
				CompletableFuture<StreamEvent> third = stream.stream("Hi").last().toFuture();
				AIStreamException ex = failure(stream);
				assertThat(ex).isInstanceOf(StreamInterruptedException.class)
					.hasMessageStartingWith("All connections to the provider are in use");
				assertThat(ex.isTransient()).isTrue();
				assertThat(this.server.requests()).hasSize(1);
				running.dispose();
				assertThat(second).succeedsWithin(TIMEOUT);
				assertThat(third).succeedsWithin(TIMEOUT);
			});
	}

	@Test
	void noConnectionsAtAllFailAtStartup() {
		this.contextRunner.withPropertyValues("ai-kit.max-connections=0")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(AiKitConfigurationException.class)
				.hasMessageStartingWith("'ai-kit.max-connections' must be 1 or more"));
	}

	@Test
	void anApplicationThatStartsAgainHasNewConnections() {
		this.server.respond("Hel", "lo");
		this.server.respond("Hello ", "again");
		this.contextRunner.withPropertyValues("ai-kit.stream.provider=openai")
			.withBean(ReactorResourceFactory.class, ConnectorTests::resources)
			.run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				assertThat(text(stream)).isEqualTo("Hello");
				context.stop();
				await().atMost(TIMEOUT).until(this.server.lastRequest()::isClosedByClient);
				context.start();
				assertThat(text(stream)).isEqualTo("Hello again");
			});
	}

	@Test
	void aPoolThatFailsToCloseKeepsNoOtherOpen() {
		ConnectionProvider failing = mock();
		given(failing.disposeLater()).willReturn(Mono.error(new IllegalStateException("closed under our hands")));
		ConnectionProvider other = ConnectionProvider.create("other");
		StreamConnector.close(failing, other);
		assertThat(other.isDisposed()).isTrue();
	}

	@Test
	void anotherHttpClientIsWarnedOf(CapturedOutput output) {
		this.server.respond("Hel", "lo");
		this.contextRunner
			.withPropertyValues("spring.http.clients.reactive.connector=jdk", "ai-kit.stream.provider=openai",
					"spring.http.clients.read-timeout=1ms")
			.run((context) -> {
				assertThat(output).containsOnlyOnce(" WARN ")
					.contains("not Reactor Netty but JdkClientHttpConnector", "cancel", "connections");
				assertThat(text(context.getBean(AIStream.class))).isEqualTo("Hello");
				context.getBean(AIStream.class);
				assertThat(output).containsOnlyOnce(" WARN ");
			});
	}

	@Test
	void anotherConnectorOfTheApplicationIsWarnedOf(CapturedOutput output) {
		this.contextRunner.withBean(ClientHttpConnector.class, JdkClientHttpConnector::new)
			.run((context) -> assertThat(output).contains("not Reactor Netty but JdkClientHttpConnector", "redirects"));
	}

	@Test
	void reactorNettyIsNotWarnedOf(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(ClientHttpConnector.class, ReactorClientHttpConnector::new)
			.run((context) -> assertThat(context).hasNotFailed());
		assertNoWarnings(output);
	}

	@Test
	void nobodyIsWarnedWithoutAStream(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class,
					AiKitConnectorAutoConfiguration.class, HttpClientAutoConfiguration.class,
					ReactiveHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class))
			.withPropertyValues("spring.http.clients.reactive.connector=jdk")
			.run((context) -> assertThat(context).hasNotFailed());
		assertNoWarnings(output);
	}

	/** Event loops of the application's own, which end at once. */
	private static ReactorResourceFactory resources() {
		ReactorResourceFactory resources = new ReactorResourceFactory();
		resources.setUseGlobalResources(false);
		resources.setShutdownQuietPeriod(Duration.ZERO);
		return resources;
	}

	private static ReactorResourceFactory resources(LoopResources loops) {
		ReactorResourceFactory resources = resources();
		resources.setLoopResources(loops);
		return resources;
	}

	private void redirect(int status) {
		this.server.respond().status(status).header("Location", this.elsewhere.uri().toString());
		this.elsewhere.respond("Hello");
	}

	private void verifyNoRedirect(AIStream stream, int status) {
		AIStreamException ex = failure(stream);
		assertThat(ex).isInstanceOf(ProviderException.class)
			.hasMessage("HTTP " + status + ": redirects are not followed");
		assertThat(this.server.requests()).hasSize(1);
		assertThat(this.elsewhere.requests()).isEmpty();
	}

	private static AIStreamException failure(AIStream stream) {
		return catchThrowableOfType(AIStreamException.class, () -> stream.stream("Hi").blockLast(TIMEOUT));
	}

	private static String text(AIStream stream) {
		StringBuilder text = new StringBuilder();
		stream.stream("Hi")
			.ofType(StreamEvent.Token.class)
			.doOnNext((token) -> text.append(token.text()))
			.blockLast(TIMEOUT);
		return text.toString();
	}

	/** What an application writes that has a proxy. */
	record ProxyCustomizer(
			int port) implements ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> {

		@Override
		public ReactorClientHttpConnectorBuilder customize(ReactorClientHttpConnectorBuilder builder) {
			return builder.withHttpClientCustomizer((HttpClient client) -> client
				.proxy((proxy) -> proxy.type(ProxyProvider.Proxy.HTTP).host("127.0.0.1").port(this.port)));
		}

	}

}

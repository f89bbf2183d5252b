package studio.ainative.aikit.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.StreamInterruptedException;
import studio.ainative.aikit.client.TestCertificate;
import studio.ainative.aikit.event.StreamEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Calls to a provider that speaks HTTP/2. None is retried by the rules for retries.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class Http2ProviderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(40);

	/** Of which a connection holds 64 KB. */
	private static final String FLOOD = token("x".repeat(1000)).repeat(200);

	private static TestCertificate certificate;

	@BeforeAll
	static void createCertificate(@TempDir Path folder) throws Exception {
		certificate = TestCertificate.in(folder);
	}

	@Test
	void callsShareAConnection(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, Http2Provider.Call::answer)) {
			run(provider, (stream) -> {
				assertThat(texts(stream, 50)).hasSize(50).containsOnly("Hello");
				assertThat(text(stream)).isEqualTo("Hello");
				assertThat(provider.connections()).isOne();
				assertThat(provider.calls()).hasSize(51).allMatch((call) -> call.body().contains("Hi"));
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void callersWhoReadNothingHoldUpNobody() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.body().contains("flood")) {
				call.head("200").send(FLOOD).send(FLOOD);
			}
			else {
				call.head("200").send(FLOOD).send(FakeProvider.HELLO).end();
			}
		})) {
			run(provider, (stream) -> {
				List<Stalled> stalled = IntStream.range(0, 50).mapToObj((number) -> new Stalled()).toList();
				stalled.forEach(stream.stream("flood")::subscribe);
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 50);
				assertThat(texts(stream, 20)).hasSize(20).allMatch((text) -> text.endsWith("xHello"));
				assertThat(provider.connections()).isOne();
				stalled.forEach(Disposable::dispose);
				await().atMost(TIMEOUT).until(() -> provider.resets().size() == 50);
				assertThat(text(stream)).endsWith("xHello");
				assertThat(provider.connections()).isOne();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "before the answer", "after its head", "after a token" })
	void aCallerWhoLeavesEndsTheStreamAndNoOther(String phase) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (!phase.startsWith("before")) {
				call.head("200");
			}
			if (phase.endsWith("token")) {
				call.send(token("Hel"));
			}
		})) {
			run(provider, (stream) -> {
				CompletableFuture<StreamEvent> other = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				Disposable call = stream.stream("Hi").subscribe();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 2);
				call.dispose();
				await().atMost(TIMEOUT).until(() -> provider.resets().contains(Http2Error.CANCEL.code()));
				assertThat(provider.openConnections()).isOne();
				assertThat(other).isNotDone();
				Http2Provider.Call first = provider.calls().get(0);
				if (phase.startsWith("before")) {
					first.head("200");
				}
				first.send(FakeProvider.HELLO).end();
				assertThat(other).succeedsWithin(TIMEOUT);
				assertThat(provider.connections()).isOne();
				assertThat(provider.resets()).hasSize(1);
			});
		}
	}

	@Test
	void refusedCallsAreSentAgain(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.number() < 5) {
				call.reset(Http2Error.REFUSED_STREAM);
			}
			else {
				call.answer();
			}
		})) {
			run(provider, (stream) -> {
				assertThat(text(stream)).isEqualTo("Hello");
				assertThat(provider.calls()).hasSize(6);
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void callsThatAreRefusedForeverFail() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate,
				(call) -> call.reset(Http2Error.REFUSED_STREAM))) {
			run(provider, (stream) -> {
				assertThatExceptionOfType(StreamInterruptedException.class).isThrownBy(() -> text(stream))
					.matches(StreamInterruptedException::isTransient);
				assertThat(provider.calls()).hasSize(9);
			});
		}
	}

	@Test
	void callsBeyondAGoAwayAreSentAgainOnAnotherConnection(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.number() == 1) {
				call.leave();
			}
			else if (call.number() > 1) {
				call.answer();
			}
		})) {
			run(provider, (stream) -> {
				CompletableFuture<StreamEvent> before = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				assertThat(text(stream)).isEqualTo("Hello");
				assertThat(provider.connections()).isEqualTo(2);
				provider.calls().get(0).answer();
				assertThat(before).succeedsWithin(TIMEOUT);
			});
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@EnumSource(value = Http2Error.class, names = { "INTERNAL_ERROR", "ENHANCE_YOUR_CALM", "CANCEL" })
	void aCallThatIsResetMayHaveBeenProcessed(Http2Error error) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> call.reset(error))) {
			run(provider, (stream) -> {
				assertThatExceptionOfType(StreamInterruptedException.class).isThrownBy(() -> text(stream))
					.matches(StreamInterruptedException::isTransient);
				assertThat(provider.calls()).hasSize(1);
				assertThat(provider.openConnections()).isOne();
			});
		}
	}

	@Test
	void anAnswerThatIsResetIsInterrupted() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate,
				(call) -> call.head("200").send(token("Hel")).reset(Http2Error.INTERNAL_ERROR))) {
			run(provider, (stream) -> {
				assertThatExceptionOfType(StreamInterruptedException.class).isThrownBy(() -> text(stream));
				assertThat(provider.calls()).hasSize(1);
			});
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10 })
	void limitsOfStreamsAreKept(int maxStreams) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, maxStreams, (call) -> call.head("200"))) {
			run(provider, (stream) -> {
				for (int round = 1; round <= 2; round++) {
					int expected = round * 20;
					CompletableFuture<List<String>> answers = CompletableFuture.supplyAsync(() -> texts(stream, 20));
					// All at once, none of which has an answer before the others are
					// there
					await().atMost(TIMEOUT).until(() -> provider.calls().size() == expected);
					provider.calls()
						.subList(expected - 20, expected)
						.forEach((call) -> call.send(FakeProvider.HELLO).end());
					assertThat(answers).succeedsWithin(TIMEOUT).asInstanceOf(LIST).hasSize(20).containsOnly("Hello");
					if (round == 1) {
						assertThat(provider.connections()).isEqualTo(20 / maxStreams);
					}
				}
				// An answer ends a moment before its place is free for another
				assertThat(provider.connections()).isLessThan(2 * 20 / maxStreams);
			});
		}
	}

	@Test
	void interimResponsesAreReadPast() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> call.head("103").answer())) {
			run(provider, (stream) -> assertThat(texts(stream, 3)).hasSize(3).containsOnly("Hello"));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aConnectionThatDiedWithoutASignIsFound(boolean quiet, CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, Http2Provider.Call::answer)) {
			run(provider, (stream) -> {
				assertThat(text(stream)).isEqualTo("Hello");
				provider.cutLines();
				if (quiet) {
					await().atMost(TIMEOUT)
						.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				}
				assertThat(texts(stream, 5)).hasSize(5).containsOnly("Hello");
				assertThat(provider.connections()).isEqualTo(2);
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 1);
			});
		}
		assertNoWarnings(output);
	}

	/** The last sign of life, the answer to a PING, comes before the later calls. */
	@Test
	void aConnectionThatDiesWhileACallRunsIsFound(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.number() != 1) {
				call.answer();
			}
		})) {
			run(provider, (stream) -> {
				assertThat(text(stream)).isEqualTo("Hello");
				await().atMost(TIMEOUT)
					.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				long silentSince = provider.lastWrite();
				CompletableFuture<StreamEvent> running = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT)
					.until(() -> provider.calls().size() == 2 && provider.lastWrite() != silentSince);
				provider.cutLines();
				assertThat(texts(stream, 5)).hasSize(5).containsOnly("Hello");
				assertThat(provider.connections()).isEqualTo(2);
				assertThat(running).failsWithin(TIMEOUT)
					.withThrowableThat()
					.withCauseInstanceOf(StreamInterruptedException.class);
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void aConnectionThatIsSilentButLivesIsKept() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.number() != 1) {
				call.answer();
			}
		})) {
			run(provider, (stream) -> {
				assertThat(text(stream)).isEqualTo("Hello");
				await().atMost(TIMEOUT)
					.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				CompletableFuture<StreamEvent> pensive = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 2);
				await().atMost(TIMEOUT)
					.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				provider.calls().get(1).answer();
				assertThat(pensive).succeedsWithin(TIMEOUT);
				assertThat(provider.calls()).hasSize(2);
				assertThat(provider.connections()).isOne();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aClosedConnectionIsReplaced(boolean reset, CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, Http2Provider.Call::answer)) {
			run(provider, (stream) -> {
				for (int call = 0; call < 3; call++) {
					assertThat(text(stream)).isEqualTo("Hello");
					Http2Provider.Call last = provider.calls().get(call);
					if (reset) {
						last.resetConnection();
					}
					else {
						last.closeConnection();
					}
					await().atMost(TIMEOUT).until(() -> provider.openConnections() == 0);
				}
				assertThat(provider.connections()).isEqualTo(3);
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void manyCallsLearnTogetherThatNobodyIsThere() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, Http2Provider.Call::answer)) {
			runner(provider.endpoint()).withPropertyValues("ai-kit.stream.timeout.connect=500ms").run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				assertThat(text(stream)).isEqualTo("Hello");
				provider.becomeUnreachable();
				provider.calls().get(0).closeConnection();
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 0);
				// Each handshake alone is given 10 s
				List<String> failures = Flux.range(0, 10)
					.flatMap((call) -> answer(stream).onErrorResume((ex) -> Mono.just(ex.getClass().getSimpleName())),
							10)
					.collectList()
					.block(TIMEOUT);
				assertThat(failures).hasSize(10).containsOnly("StreamTimeoutException");
			});
		}
	}

	@Test
	void callsThatRunAreNotCutAsSoonAsAServerIsSlow() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> call.head("200"))) {
			run(provider, (stream) -> {
				CompletableFuture<StreamEvent> running = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				provider.holdLines();
				await().atMost(TIMEOUT)
					.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				CompletableFuture<StreamEvent> other = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 2);
				assertThat(provider.openConnections()).isEqualTo(2);
				provider.releaseLines();
				// The other's first try, which has been given up
				await().atMost(TIMEOUT).until(() -> provider.resets().size() == 1);
				provider.calls().forEach((call) -> call.send(FakeProvider.HELLO).end());
				assertThat(running).succeedsWithin(TIMEOUT);
				assertThat(other).succeedsWithin(TIMEOUT);
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 1);
				assertThat(provider.connections()).isEqualTo(2);
			});
		}
	}

	@Test
	void noCallWaitsForOlderOnesOnAConnectionThatDied(CapturedOutput output) throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> {
			if (call.number() == 0) {
				call.head("200");
			}
			else {
				call.answer();
			}
		})) {
			run(provider, (stream) -> {
				CompletableFuture<StreamEvent> running = stream.stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				provider.cutLines();
				await().atMost(TIMEOUT)
					.until(() -> System.nanoTime() - provider.lastWrite() > TimeUnit.SECONDS.toNanos(2));
				assertThat(texts(stream, 5)).hasSize(5).containsOnly("Hello");
				assertThat(running).isNotDone();
				assertThat(provider.connections()).isEqualTo(2);
				assertThat(running).failsWithin(TIMEOUT)
					.withThrowableThat()
					.withCauseInstanceOf(StreamInterruptedException.class);
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 1);
			});
		}
		assertNoWarnings(output);
	}

	@Test
	void anApplicationThatStartsAgainHasNewConnections() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, Http2Provider.Call::answer)) {
			runner(provider.endpoint()).run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				assertThat(text(stream)).isEqualTo("Hello");
				context.stop();
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 0);
				context.start();
				assertThat(texts(stream, 5)).hasSize(5).containsOnly("Hello");
				assertThat(provider.connections()).isEqualTo(2);
			});
		}
	}

	@Test
	void runningCallsEndWithTheApplication() throws Exception {
		try (Http2Provider provider = Http2Provider.start(certificate, (call) -> call.head("200"))) {
			runner(provider.endpoint()).run((context) -> {
				CompletableFuture<StreamEvent> answer = context.getBean(AIStream.class).stream("Hi").last().toFuture();
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == 1);
				context.close();
				assertThat(answer).failsWithin(TIMEOUT)
					.withThrowableThat()
					.withCauseInstanceOf(StreamInterruptedException.class);
				await().atMost(TIMEOUT).until(() -> provider.openConnections() == 0);
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ai-kit.stream.http2=true", "ai-kit.stream.http2=false" })
	void providersWithoutHttp2AreCalledAllTheSame(String property) throws Exception {
		try (TlsServer server = TlsServer.start(certificate)) {
			runner(server.endpoint()).withPropertyValues(property).run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				assertThat(texts(stream, 20)).hasSize(20).containsOnly("Hello");
				assertThat(texts(stream, 20)).hasSize(20).containsOnly("Hello");
				assertThat(server.protocols()).containsOnly("HTTP/1.1");
			});
		}
	}

	/** A server that lacks HTTP/2 is asked for it once, in a session of its own. */
	@ParameterizedTest
	@CsvSource({ "true, true, 1", "false, false, 1", "false, true, 2" })
	void newConnectionsTakeUpTheSessionOfEarlierOnes(boolean offered, boolean wanted, int fullHandshakes)
			throws Exception {
		try (TlsServer server = offered ? TlsServer.startWithHttp2(certificate) : TlsServer.start(certificate)) {
			// A call may be sent just when its connection is closed
			runner(server.endpoint())
				.withPropertyValues("ai-kit.stream.http2=" + wanted, "ai-kit.stream.retry.enabled=true",
						"ai-kit.stream.retry.initial-delay=1ms")
				.run((context) -> {
					AIStream stream = context.getBean(AIStream.class);
					for (int call = 1; call <= 4; call++) {
						assertThat(text(stream)).isEqualTo("Hello");
						server.closeConnections();
						assertThat(server.connections()).isEqualTo(call);
					}
					assertThat(server.fullHandshakes()).isEqualTo(fullHandshakes);
				});
		}
	}

	@Test
	void http2IsSpokenPerStream() throws Exception {
		try (TlsServer server = TlsServer.startWithHttp2(certificate)) {
			runner(server.endpoint())
				.withPropertyValues("ai-kit.streams.inherits.model=m", "ai-kit.streams.older.http2=false")
				.run((context) -> {
					assertThat(text(context.getBean("inheritsAiStream", AIStream.class))).isEqualTo("Hello");
					assertThat(server.protocols()).containsExactly("HTTP/2.0");
					assertThat(text(context.getBean("olderAiStream", AIStream.class))).isEqualTo("Hello");
					assertThat(server.protocols()).containsExactly("HTTP/2.0", "HTTP/1.1");
				});
		}
	}

	private static void run(Http2Provider provider, Consumer<AIStream> test) {
		runner(provider.endpoint()).run((context) -> test.accept(context.getBean(AIStream.class)));
	}

	private static ApplicationContextRunner runner(String endpoint) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitConnectorAutoConfiguration.class,
							HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
							WebClientAutoConfiguration.class, SslAutoConfiguration.class))
			.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + endpoint,
					"ai-kit.stream.retry.enabled=false", "spring.reactor.netty.shutdown-quiet-period=0s",
					"spring.http.clients.ssl.bundle=provider",
					"spring.ssl.bundle.jks.provider.truststore.location=file:" + certificate.trustStore(),
					"spring.ssl.bundle.jks.provider.truststore.password=" + TestCertificate.PASSWORD);
	}

	private static String token(String text) {
		return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
	}

	private static List<String> texts(AIStream stream, int calls) {
		return Objects
			.requireNonNull(Flux.range(0, calls).flatMap((call) -> answer(stream), calls).collectList().block(TIMEOUT));
	}

	private static String text(AIStream stream) {
		return Objects.requireNonNull(answer(stream).block(TIMEOUT));
	}

	private static Mono<String> answer(AIStream stream) {
		return stream.stream("Hi")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining());
	}

	/** Takes one event and no more. */
	private static final class Stalled extends BaseSubscriber<StreamEvent> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(1);
		}

	}

}

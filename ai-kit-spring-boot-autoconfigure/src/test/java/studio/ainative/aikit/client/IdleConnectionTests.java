package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.RawProvider.Call;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Connections that the provider closes while nobody uses them, or before it answers:
 * whoever calls again gets an answer, and nothing is said of it.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class IdleConnectionTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Duration KEEP_ALIVE = Duration.ofMillis(20);

	private static final int CALLERS = 32;

	private static final int ROUNDS = 50;

	@Test
	void areNobodysTroubleWhenTheProviderHasClosedThem(CapturedOutput output) {
		try (RawProvider provider = RawProvider.start(KEEP_ALIVE, IdleConnectionTests::answer)) {
			AIStream stream = stream(provider);
			// All call at once, and again about when their connections are closed: one is
			// often just ahead of the other
			Flux<String> wrong = Flux.range(0, ROUNDS)
				.concatMap((round) -> Mono.delay(KEEP_ALIVE.plusMillis(round % 11 - 5))
					.thenMany(Flux.range(0, CALLERS).flatMap((caller) -> {
						String id = caller + "x" + round;
						return Answers.tokens(stream.stream("q" + id))
							.reduce("", String::concat)
							.filter((answer) -> !answer.equals("a" + id));
					}, CALLERS)));
			assertThat(wrong.collectList().block(TIMEOUT)).isEmpty();
			assertThat(provider.connections()).isGreaterThan(CALLERS);
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void areNobodysTroubleWhenTheyBreakBeforeTheAnswer(boolean reset, CapturedOutput output) {
		try (RawProvider provider = RawProvider.start((call) -> {
			if (call.number() == 0 && call.connection() != 1) {
				answer(call);
			}
			else if (reset) {
				call.reset();
			}
			else {
				call.close();
			}
		})) {
			AIStream stream = stream(provider);
			for (int call = 0; call < 4; call++) {
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
			}
		}
		assertNoWarnings(output);
	}

	@Test
	void takeNoRequestOnceTheirEndHasArrived(CapturedOutput output) throws Exception {
		LoopResources loops = LoopResources.create("idle-connection-tests", 1, true);
		ConnectionProvider pool = ConnectionProvider.create("idle-connection-tests", 2);
		try (RawProvider provider = RawProvider.start(IdleConnectionTests::answer)) {
			AIStream stream = stream(provider).mutate()
				.webClientBuilder(WebClient.builder()
					.clientConnector(new ReactorClientHttpConnector(HttpClient.create(pool).runOn(loops))))
				.retry(RetryConfig.none())
				.build();
			assertThat(Answers.text(stream.stream("q0"))).isEqualTo("a0");
			CountDownLatch closed = new CountDownLatch(1);
			// Nobody reads the end meanwhile
			Future<?> busy = loops.onClient(true).next().submit(() -> closed.await(10, TimeUnit.SECONDS));
			provider.calls().get(0).close();
			CompletableFuture<String> answer = Answers.tokens(stream.stream("q1"))
				.reduce("", String::concat)
				.toFuture();
			closed.countDown();
			assertThat(busy.get(10, TimeUnit.SECONDS)).isEqualTo(true);
			assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("a1");
			assertThat(provider.connections()).isEqualTo(2);
		}
		finally {
			pool.disposeLater().block(TIMEOUT);
			loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@CsvSource({ "timeout=0, 3", "'max=99, Timeout=1', 1", "max=99, 1" })
	void areKeptForAsLongAsTheServerSays(String keepAlive, int connections) {
		try (RawProvider provider = RawProvider.start((call) -> call.send(RawProvider.response("200 OK",
				"text/event-stream\r\nKeep-Alive: " + keepAlive, RawProvider.events("a" + call.id()))))) {
			AIStream stream = stream(provider).mutate()
				.webClientBuilder(
						WebClient.builder()
							.clientConnector(new ReactorClientHttpConnector(
									AiStreamConnections.httpClient(StreamTimeouts.defaults()))))
				.build();
			for (int call = 0; call < 3; call++) {
				assertThat(Answers.text(stream.stream("q" + call))).isEqualTo("a" + call);
				int before = call + 1;
				await().atMost(TIMEOUT).until(() -> provider.calls().size() == before);
			}
			assertThat(provider.connections()).isEqualTo(connections);
		}
	}

	private static void answer(Call call) {
		call.send(RawProvider.answer("a" + call.id()));
	}

	private static AIStream stream(RawProvider provider) {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(provider.uri())
			.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
	}

}

package studio.ainative.aikit.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.client.StreamTimeouts.IdleOn;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What waits for how long.
 */
class StreamTimeoutTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final StreamTimeouts TIMEOUTS = StreamTimeouts.defaults()
		.withFirstToken(Duration.ofSeconds(30))
		.withIdle(Duration.ofSeconds(5));

	@Nested
	class Clock {

		@Test
		void theFirstTokenMayTakeItsTimeAndNoMore() {
			StepVerifier.withVirtualTime(() -> new SilenceClock(TIMEOUTS).watch(Flux.never()))
				.expectSubscription()
				.expectNoEvent(Duration.ofSeconds(30).minusMillis(1))
				.thenAwait(Duration.ofMillis(2))
				.expectErrorSatisfies((ex) -> verify(ex, Timeout.FIRST_TOKEN, Duration.ofSeconds(30)))
				.verify(TIMEOUT);
		}

		@Test
		void silenceAfterATokenIsMeasuredFromTheToken() {
			StepVerifier
				.withVirtualTime(() -> new SilenceClock(TIMEOUTS).watch(tokenAfter(20).concatWith(Flux.never())))
				.thenAwait(Duration.ofSeconds(20))
				.expectNextCount(1)
				.expectNoEvent(Duration.ofSeconds(5).minusMillis(1))
				.thenAwait(Duration.ofMillis(2).plus(TIMEOUTS.idle().dividedBy(16)))
				.expectErrorSatisfies((ex) -> verify(ex, Timeout.IDLE, Duration.ofSeconds(5)))
				.verify(TIMEOUT);
		}

		@Test
		void aLongHealthyAnswerIsNeverCut() {
			StepVerifier
				.withVirtualTime(() -> new SilenceClock(TIMEOUTS).watch(Flux.range(0, 2000)
					.concatMap((index) -> Mono.delay(Duration.ofSeconds(4))
						.map((tick) -> (StreamEvent) new StreamEvent.Token("x", index)), 1)))
				.thenAwait(Duration.ofSeconds(8000))
				.expectNextCount(2000)
				.expectComplete()
				.verify(TIMEOUT);
		}

		@Test
		void theClockStandsStillWhileNothingIsAskedFor() {
			StepVerifier
				.withVirtualTime(() -> new SilenceClock(TIMEOUTS)
					.watch(tokenAfter(1).concatWith(tokenAfter(2)).concatWith(Flux.never())), 0)
				.expectSubscription()
				.expectNoEvent(Duration.ofMinutes(5))
				.thenRequest(1)
				.thenAwait(Duration.ofSeconds(1))
				.expectNextCount(1)
				.expectNoEvent(Duration.ofMinutes(5))
				.thenRequest(2)
				.thenAwait(Duration.ofSeconds(2))
				.expectNextCount(1)
				.thenAwait(Duration.ofSeconds(6))
				.expectError(StreamTimeoutException.class)
				.verify(TIMEOUT);
		}

		@Test
		void silenceAfterManyTokensIsMeasuredFromTheLastAndEndedASixteenthLaterAtMost() {
			for (int millis = 0; millis < 1000; millis += 77) {
				Duration last = Duration.ofSeconds(20).plusMillis(millis);
				StepVerifier
					.withVirtualTime(() -> new SilenceClock(TIMEOUTS).watch(tokenAfter(17)
						.concatWith(Mono.delay(last.minusSeconds(17)).map((tick) -> new StreamEvent.Token("y", 1)))
						.concatWith(Flux.never())))
					.thenAwait(last)
					.expectNextCount(2)
					.expectNoEvent(Duration.ofSeconds(5).minusMillis(1))
					.thenAwait(Duration.ofMillis(2).plus(TIMEOUTS.idle().dividedBy(16)))
					.expectErrorSatisfies((ex) -> verify(ex, Timeout.IDLE, Duration.ofSeconds(5)))
					.verify(TIMEOUT);
			}
		}

		@Test
		void theLimitAfterATokenMayBeTheLongerOne() {
			StreamTimeouts timeouts = TIMEOUTS.withFirstToken(Duration.ofMillis(1500)).withIdle(Duration.ofMinutes(1));
			StepVerifier.withVirtualTime(() -> new SilenceClock(timeouts).watch(tokenAfter(1).concatWith(Flux.never())))
				.thenAwait(Duration.ofSeconds(1))
				.expectNextCount(1)
				.expectNoEvent(Duration.ofMinutes(1).minusMillis(1))
				.thenAwait(Duration.ofMillis(2).plus(timeouts.firstToken().dividedBy(16)))
				.expectErrorSatisfies((ex) -> verify(ex, Timeout.IDLE, Duration.ofMinutes(1)))
				.verify(TIMEOUT);
			StepVerifier.withVirtualTime(() -> new SilenceClock(timeouts).watch(Flux.never()))
				.expectSubscription()
				.expectNoEvent(Duration.ofMillis(1499))
				.thenAwait(Duration.ofMillis(2))
				.expectErrorSatisfies((ex) -> verify(ex, Timeout.FIRST_TOKEN, Duration.ofMillis(1500)))
				.verify(TIMEOUT);
		}

		@Test
		void aLimitWithoutEndIsNone() {
			StreamTimeouts endless = TIMEOUTS.withFirstToken(Duration.ofSeconds(Long.MAX_VALUE))
				.withIdle(Duration.ofSeconds(Long.MAX_VALUE));
			StepVerifier
				.withVirtualTime(() -> new SilenceClock(endless).watch(tokenAfter(1).concatWith(tokenAfter(100_000))))
				.thenAwait(Duration.ofSeconds(100_001))
				.expectNextCount(2)
				.expectComplete()
				.verify(TIMEOUT);
		}

		@Test
		void bytesRestartTheClockOnlyIfTheyShould() {
			verifyBytes(IdleOn.CONTENT, Duration.ofSeconds(30));
			verifyBytes(IdleOn.BYTES, Duration.ofSeconds(50));
		}

		private void verifyBytes(IdleOn idleOn, Duration expected) {
			StepVerifier.withVirtualTime(() -> {
				SilenceClock clock = new SilenceClock(TIMEOUTS.withIdleOn(idleOn));
				Flux<StreamEvent> pings = Mono.delay(Duration.ofSeconds(20))
					.doOnNext((tick) -> clock.bytes())
					.thenMany(Flux.never());
				return clock.watch(pings);
			})
				.expectSubscription()
				.expectNoEvent(expected.minusMillis(5))
				.thenAwait(Duration.ofMillis(10).plus(TIMEOUTS.firstToken().dividedBy(16)))
				.expectError(StreamTimeoutException.class)
				.verify(TIMEOUT);
		}

		@Test
		void aLookThatIsTakenBeforeItsTimerIsKnownDoesNotStopTheClock() {
			HastyScheduler scheduler = new HastyScheduler();
			Schedulers.Snapshot others = Schedulers.setFactoryWithSnapshot(scheduler);
			try {
				List<Throwable> failures = new ArrayList<>();
				new SilenceClock(TIMEOUTS).watch(Flux.never()).subscribe((event) -> {
				}, failures::add);
				scheduler.time.advanceTimeBy(TIMEOUTS.firstToken());
				assertThat(failures).singleElement()
					.satisfies((ex) -> verify(ex, Timeout.FIRST_TOKEN, TIMEOUTS.firstToken()));
			}
			finally {
				Schedulers.resetFrom(others);
			}
		}

		private Flux<StreamEvent> tokenAfter(int seconds) {
			return Mono.delay(Duration.ofSeconds(seconds))
				.<StreamEvent>map((tick) -> new StreamEvent.Token("x", 0))
				.flux();
		}

	}

	@Nested
	class Calls {

		private final ScriptedServer server = ScriptedServer.start();

		@AfterEach
		void stopServer() {
			this.server.close();
		}

		@Test
		void aStallBeforeTheFirstTokenIsRetried() {
			this.server.respond().comment().thenStall();
			this.server.respond("Hello");
			AIStream stream = stream((timeouts) -> timeouts.withFirstToken(Duration.ofSeconds(2)));
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("Hello");
			await().atMost(TIMEOUT).until(() -> this.server.requests().get(0).isClosedByClient());
		}

		@Test
		void aStallAfterATokenFailsWithWhatArrived() {
			this.server.respond("Hel").comment().thenStall();
			AIStream stream = stream((timeouts) -> timeouts.withIdle(Duration.ofMillis(200)));
			StepVerifier.create(Answers.tokens(stream.stream("Hi"))).expectNext("Hel").expectErrorSatisfies((ex) -> {
				verify(ex, Timeout.IDLE, Duration.ofMillis(200));
				assertThat(((AIStreamException) ex).partialAnswer()).isEqualTo("Hel");
			}).verify(TIMEOUT);
			await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
		}

		@Test
		void theTotalCutsAnAnswerWithoutARetry() {
			// The first call of a process takes its time, which is not to be measured
			this.server.respond("Hello");
			assertThat(Answers.text(stream((timeouts) -> timeouts).stream("Hi"))).isEqualTo("Hello");
			this.server.respond("Hel").thenStall();
			AIStream stream = stream((timeouts) -> timeouts.withTotal(Duration.ofSeconds(2)));
			StepVerifier.create(Answers.tokens(stream.stream("Hi")))
				.expectNext("Hel")
				.expectErrorSatisfies((ex) -> verify(ex, Timeout.TOTAL, Duration.ofSeconds(2)))
				.verify(TIMEOUT);
			assertThat(this.server.requests()).hasSize(2);
		}

		@Test
		void aLongHealthyAnswerSurvivesAShorterIdleLimit() {
			ScriptedResponse response = this.server.respond();
			for (int token = 0; token < 12; token++) {
				response.tokens("x").pause(Duration.ofMillis(200));
			}
			AIStream stream = stream(
					(timeouts) -> timeouts.withFirstToken(Duration.ofSeconds(2)).withIdle(Duration.ofSeconds(2)));
			long start = System.nanoTime();
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("x".repeat(12));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(2300));
			assertThat(this.server.requests()).hasSize(1);
		}

		@Test
		void aConnectionThatIsNotMadeIsNamed() throws IOException {
			try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
				List<Socket> waiting = fill(full);
				try {
					AIStream stream = stream((timeouts) -> timeouts.withConnect(Duration.ofMillis(100))).mutate()
						.retry(RetryConfig.none())
						.endpoint("http://localhost:" + full.getLocalPort() + "/")
						.build();
					StepVerifier.create(stream.stream("Hi")).expectErrorSatisfies((ex) -> {
						verify(ex, Timeout.CONNECT, Duration.ofMillis(100));
						assertThat(ex).hasMessage("No connection within 0.1 s");
					}).verify(TIMEOUT);
				}
				finally {
					for (Socket socket : waiting) {
						socket.close();
					}
				}
			}
		}

		/** Linux drops what comes when the queue of connections is full. */
		private List<Socket> fill(ServerSocket server) throws IOException {
			List<Socket> waiting = new ArrayList<>();
			for (int socket = 0; socket < 3; socket++) {
				Socket connection = new Socket();
				waiting.add(connection);
				try {
					connection.connect(server.getLocalSocketAddress(), 200);
				}
				catch (SocketTimeoutException ex) {
					break;
				}
			}
			return waiting;
		}

		@ParameterizedTest
		@ValueSource(strings = { ": heartbeat\n\n", ": OPENROUTER PROCESSING\n\n", "event: ping\ndata: {}\n\n",
				"event: ping\ndata: {\"type\":\"ping\"}\n\n", "data:\n\n", "\n" })
		void signsOfLifeDoNotHideASilentModel(String signOfLife) {
			ScriptedResponse before = this.server.respond();
			ScriptedResponse after = this.server.respond("Hel");
			for (int sign = 0; sign < 100; sign++) {
				before.raw(signOfLife).pause(Duration.ofMillis(50));
				after.raw(signOfLife).pause(Duration.ofMillis(50));
			}
			StreamTimeouts timeouts = StreamTimeouts.defaults();
			Duration limit = Duration.ofMillis(400);
			verifyTimeout(timeouts.withFirstToken(limit), Timeout.FIRST_TOKEN, "No first token within 0.4 s");
			verifyTimeout(timeouts.withIdle(limit), Timeout.IDLE, "No further event within 0.4 s");
		}

		private void verifyTimeout(StreamTimeouts timeouts, Timeout expected, String message) {
			AIStream stream = stream((defaults) -> timeouts).mutate().retry(RetryConfig.none()).build();
			StepVerifier.create(stream.stream("Hi").ignoreElements()).expectErrorSatisfies((ex) -> {
				verify(ex, expected, Duration.ofMillis(400));
				assertThat(ex).hasMessage(message);
			}).verify(TIMEOUT);
			await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
		}

		private AIStream stream(UnaryOperator<StreamTimeouts> change) {
			return AIStream.builder()
				.provider(new OpenAIProvider())
				.endpoint(this.server.uri())
				.model("a-model")
				.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
				.timeouts(change.apply(StreamTimeouts.defaults()))
				.build();
		}

	}

	private static void verify(Throwable failure, Timeout timeout, Duration limit) {
		assertThat(failure).isInstanceOfSatisfying(StreamTimeoutException.class, (ex) -> {
			assertThat(ex.timeout()).isEqualTo(timeout);
			assertThat(ex.limit()).isEqualTo(limit);
			assertThat(ex.toErrorEvent().code()).isEqualTo("TIMEOUT");
		});
	}

	/** Who schedules a task is held up until it has run, at the first time. */
	private static final class HastyScheduler implements Scheduler, Schedulers.Factory {

		private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

		private final AtomicBoolean first = new AtomicBoolean(true);

		@Override
		public Scheduler newParallel(int parallelism, ThreadFactory threadFactory) {
			return this;
		}

		@Override
		public Disposable schedule(Runnable task) {
			return this.time.schedule(task);
		}

		@Override
		public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
			Disposable scheduled = this.time.schedule(task, delay, unit);
			if (this.first.getAndSet(false)) {
				this.time.advanceTimeBy(Duration.of(delay, unit.toChronoUnit()));
			}
			return scheduled;
		}

		@Override
		public Worker createWorker() {
			return this.time.createWorker();
		}

	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.Disposables;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.StreamTimeoutException.Timeout;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Calls that are given up, each while its connection may just be ending on a thread of
 * its own: every one ends, once, whatever the moment and whoever ends it. The system
 * property {@code cancels} says how often each is tried, {@code busy} beside how many
 * other threads.
 */
@ExtendWith(OutputCaptureExtension.class)
class CancelRaceTests {

	private static final int CANCELS = Integer.getInteger("cancels", 100);

	private static final int AT_ONCE = 100;

	private static final int THREADS = 8;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final RetryConfig RETRY = RetryConfig.defaults()
		.withDelay(Duration.ofMinutes(1), Duration.ofMinutes(1));

	private static final Duration LIMIT = Duration.ofMillis(20);

	static Stream<Arguments> races() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of(Phase.values())
				.flatMap((phase) -> Stream.of(Way.values()).map((way) -> Arguments.of(transport, phase, way))));
	}

	@ParameterizedTest
	@MethodSource("races")
	void everyCallEndsOnce(Transport transport, Phase phase, Way way, CapturedOutput output) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		BusyThreads busy = BusyThreads.start();
		try (ScriptedServer server = transport.start(Dialect.OPENAI)) {
			for (int left = CANCELS; left > 0; left -= AT_ONCE) {
				List<Race> races = new ArrayList<>();
				for (int i = 0; i < Math.min(left, AT_ONCE); i++) {
					phase.prepare((i % 2 == 0) ? server.respond() : server.respond().withoutLength());
					races.add(new Race(transport, server, phase, way));
				}
				forAll(threads, races, Race::begin);
				forAll(threads, races, Race::end);
				forAll(threads, races, Race::verify);
			}
			await().atMost(PATIENCE)
				.until(() -> phase == Phase.BETWEEN_TWO_TRIES
						|| server.requests().stream().noneMatch(RecordedRequest::isOpen));
			assertThat(server.requests()).hasSizeLessThanOrEqualTo(CANCELS);
		}
		finally {
			busy.close();
			threads.shutdownNow();
		}
		// The server may warn of a caller who leaves in the handshake. Boot logs the end
		// of a thread's name only
		assertNoWarnings(output, "-server-");
	}

	private static void forAll(ExecutorService threads, List<Race> races, Step step) throws Exception {
		List<Callable<Void>> tasks = new ArrayList<>();
		for (Race race : races) {
			tasks.add(() -> {
				step.apply(race);
				return null;
			});
		}
		for (Future<Void> task : threads.invokeAll(tasks)) {
			task.get();
		}
	}

	@FunctionalInterface
	private interface Step {

		void apply(Race race) throws Exception;

	}

	/** One call. */
	private static final class Race {

		private final Phase phase;

		private final Way way;

		private final AIStream stream;

		private Disposable subscription = Disposables.disposed();

		private final CountDownLatch moment = new CountDownLatch(1);

		private final CountDownLatch over = new CountDownLatch(1);

		private final AtomicInteger ends = new AtomicInteger();

		private final AtomicInteger signals = new AtomicInteger();

		Race(Transport transport, ScriptedServer server, Phase phase, Way way) {
			this.phase = phase;
			this.way = way;
			AIStream.Builder builder = AIStream.builder()
				.provider(new OpenAIProvider())
				.endpoint(server.uri())
				.retry((phase == Phase.BETWEEN_TWO_TRIES) ? RETRY : RetryConfig.none())
				.webClientBuilder(transport.webClient()
					.filter((request, next) -> next.exchange(request).doOnNext((response) -> seen("headers"))))
				.on(AIStreamEvent.STREAMING_END, (end) -> this.ends.incrementAndGet());
			this.stream = ((way == Way.TIMEOUT) ? phase.limited(builder) : builder).build();
		}

		private void seen(String what) {
			if (this.phase.moment.equals(what)) {
				this.moment.countDown();
			}
		}

		void begin() throws InterruptedException {
			this.subscription = this.stream.send("Hi")
				.doOnNext((event) -> seen(event.getClass().getSimpleName()))
				.doFinally((signal) -> {
					this.over.countDown();
					this.moment.countDown(); // What was sent just before a reset may be
												// lost
				})
				.subscribe((event) -> {
				}, (ex) -> this.signals.incrementAndGet(), this.signals::incrementAndGet);
			if (this.way != Way.TIMEOUT) {
				await(this.moment);
			}
		}

		void end() {
			if (this.way == Way.STOP) {
				this.stream.stop();
			}
			else if (this.way == Way.DISPOSE) {
				this.subscription.dispose();
			}
		}

		void verify() throws InterruptedException {
			await(this.over);
			// A caller who leaves is not told of an end that another thread is about to
			// tell
			Awaitility.await().atMost(PATIENCE).until(() -> this.ends.get() > 0 && !this.stream.isStreaming());
			assertThat(this.ends).hasValue(1);
			assertThat(this.signals.get()).isBetween((this.way == Way.DISPOSE) ? 0 : 1, 1);
			assertThat(this.stream.getMessages()).hasSizeBetween(1, 2);
		}

		private static void await(CountDownLatch latch) throws InterruptedException {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}

	}

	/** Who ends the call; readers of a server who leave do it as in {@link #DISPOSE}. */
	private enum Way {

		TIMEOUT, STOP, DISPOSE

	}

	/** Where the answer stands. */
	private enum Phase {

		BEFORE_THE_FIRST_TOKEN("headers", Timeout.FIRST_TOKEN) {

			@Override
			void prepare(ScriptedResponse response) {
				response.headers().thenStall();
			}

		},

		WHILE_TOKENS_COME("Token", Timeout.TOTAL) {

			@Override
			void prepare(ScriptedResponse response) {
				for (int i = 0; i < 1000; i++) {
					response.tokens("t").pause(Duration.ofMillis(1));
				}
				response.thenStall();
			}

		},

		IN_SILENCE("Token", Timeout.IDLE) {

			@Override
			void prepare(ScriptedResponse response) {
				response.tokens("Hello").thenStall();
			}

		},

		BETWEEN_TWO_TRIES("Retry", Timeout.TOTAL) {

			@Override
			void prepare(ScriptedResponse response) {
				response.status(503);
			}

		},

		WHEN_THE_PROVIDER_HANGS_UP("Token", Timeout.IDLE) {

			@Override
			void prepare(ScriptedResponse response) {
				response.tokens("Hello").pause(Duration.ofMillis(1)).thenReset();
			}

		};

		private final String moment;

		private final Timeout limit;

		Phase(String moment, Timeout limit) {
			this.moment = moment;
			this.limit = limit;
		}

		abstract void prepare(ScriptedResponse response);

		AIStream.Builder limited(AIStream.Builder builder) {
			StreamTimeouts timeouts = StreamTimeouts.defaults();
			return builder.timeouts(switch (this.limit) {
				case FIRST_TOKEN -> timeouts.withFirstToken(LIMIT);
				case IDLE -> timeouts.withIdle(LIMIT);
				default -> timeouts.withTotal(LIMIT);
			});
		}

	}

}

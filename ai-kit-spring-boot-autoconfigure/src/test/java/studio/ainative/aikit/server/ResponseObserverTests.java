package studio.ainative.aikit.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.ResponseObserver.Cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an observer sees of responses and their readers.
 */
class ResponseObserverTests {

	private static final StreamingOptions OPTIONS = StreamingOptions.defaults().withDrainTimeout(Duration.ZERO);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final HeartbeatTimer timer = new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS));

	private final Recorder recorder = new Recorder();

	private final StreamingResponses responses = StreamingResponses.builder(OPTIONS)
		.heartbeats(this.timer)
		.executor(Runnable::run)
		.observer(this.recorder)
		.build();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void seesAResponseThatIsWhole() {
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		assertThat(this.recorder.open).hasSize(1);
		assertThat(this.recorder.open.get(0).format()).isEqualTo("ai-kit");
		this.time.advanceTimeBy(Duration.ofMillis(10));
		String text = reader.text();
		this.time.advanceTimeBy(Duration.ofMillis(20));
		response.sendToken("Hello");
		text += reader.text();
		this.time.advanceTimeBy(Duration.ofMillis(40));
		response.end();
		text += reader.text();
		assertThat(this.recorder.open).isEmpty();
		ResponseObserver.Closing closing = this.recorder.closing();
		assertThat(closing.cause()).isEqualTo(Cause.COMPLETE);
		assertThat(closing.bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
		assertThat(closing.heartbeats()).isZero();
		assertThat(closing.firstByte()).isEqualTo(Duration.ofMillis(10));
		assertThat(closing.firstToken()).isEqualTo(Duration.ofMillis(30));
		assertThat(closing.duration()).isEqualTo(Duration.ofMillis(70));
	}

	@Test
	void theFirstTokenIsTakenToHaveComeWhenItWasHandedOn() {
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		reader.text();
		response.sendMetadata(Map.of("model", "m"));
		reader.text();
		response.end();
		reader.text();
		assertThat(this.recorder.closing().firstByte()).isNotNull();
		assertThat(this.recorder.closing().firstToken()).isNull();
	}

	@Test
	void seesAResponseThatFails() {
		StreamingResponse response = this.responses.from(Flux.error(new IllegalStateException("Expected")));
		Frames.of(response).text();
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.ERROR);
	}

	@Test
	void seesAResponseThatIsAborted() {
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		response.abort();
		reader.text();
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.ERROR);
	}

	@Test
	void seesAReaderWhoLeaves() {
		StreamingResponse response = this.responses.from(Flux.never());
		Frames reader = Frames.of(response);
		reader.text();
		reader.leave();
		reader.leave();
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.LEFT);
	}

	@Test
	void seesAReaderWhoIsGivenUp() {
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		response.sendToken("Hel").sendToken("lo");
		reader.take(2);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		ResponseObserver.OpenResponse open = this.recorder.open.get(0);
		assertThat(open.waitingBytes()).isPositive();
		assertThat(open.lag()).isBetween(Duration.ofMillis(999), Duration.ofMillis(1001));
		this.time.advanceTimeBy(OPTIONS.sendTimeout().multipliedBy(2));
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.GIVEN_UP);
	}

	@Test
	void aReaderWhoHasAllDoesNotLag() {
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		response.sendToken("Hello");
		reader.text();
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		ResponseObserver.OpenResponse open = this.recorder.open.get(0);
		assertThat(open.lag()).isZero();
		assertThat(open.waitingBytes()).isZero();
		assertThat(open.age()).isEqualTo(Duration.ofSeconds(5));
		response.sendToken("world");
		assertThat(open.lag()).as("of a reader who had all until now").isZero();
	}

	@Test
	void countsHeartbeats() {
		StreamingResponse response = this.responses
			.create(OPTIONS.withHeartbeat(new StreamingOptions.Heartbeat(true, Duration.ofSeconds(15))));
		Frames reader = Frames.of(response);
		String text = reader.text();
		this.time.advanceTimeBy(Duration.ofSeconds(16));
		text += reader.text();
		response.end();
		text += reader.text();
		assertThat(this.recorder.closing().heartbeats()).isOne();
		assertThat(this.recorder.closing().bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
	}

	@Test
	void seesAShutdown() {
		StreamingResponse response = this.responses.from(Flux.<StreamEvent>never());
		Frames reader = Frames.of(response);
		Thread drain = new Thread(this.responses::drain);
		drain.start();
		await().until(() -> !response.isStreamActive());
		reader.text();
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.SHUTDOWN);
	}

	@Test
	void seesWhoIsRefusedAtAShutdown() {
		this.responses.drain();
		Frames.of(this.responses.create()).text();
		assertThat(this.recorder.closing().cause()).isEqualTo(Cause.REFUSED);
	}

	@Test
	void seesNothingOfAResponseThatNobodyReads() {
		this.responses.create().sendToken("Hello");
		this.responses.create().frames().discard();
		assertThat(this.recorder.open).isEmpty();
		assertThat(this.recorder.closings).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "opened", "closed" })
	void breaksNothing(String where) {
		this.recorder.broken = where;
		StreamingResponse response = this.responses.create();
		response.sendToken("Hello").end();
		assertThat(Frames.textOf(response)).contains("Hello").contains("complete");
	}

	/** Writes down what it sees, or fails. */
	private static final class Recorder implements ResponseObserver {

		final List<OpenResponse> open = new ArrayList<>();

		final List<Closing> closings = new ArrayList<>();

		@Nullable String broken;

		Closing closing() {
			assertThat(this.closings).hasSize(1);
			return this.closings.get(0);
		}

		@Override
		public void opened(OpenResponse response) {
			if ("opened".equals(this.broken)) {
				throw new IllegalStateException("Expected");
			}
			this.open.add(response);
		}

		@Override
		public void closed(OpenResponse response, Closing closing) {
			if ("closed".equals(this.broken)) {
				throw new IllegalStateException("Expected");
			}
			this.open.remove(response);
			this.closings.add(closing);
		}

	}

}

package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.http.codec.ServerSentEvent;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Responses that nobody writes, or goes on writing.
 */
class ForgottenResponseTests {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final HeartbeatTimer timer = new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS));

	private final StreamingResponses responses = StreamingResponses
		.builder(StreamingOptions.defaults().withHeartbeat(Heartbeat.every(Duration.ofSeconds(15))))
		.heartbeats(this.timer)
		.executor(Runnable::run)
		.build();

	private final TestPublisher<StreamEvent> source = TestPublisher.create();

	private final AtomicInteger closed = new AtomicInteger();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void closesAResponseThatNobodyBeginsToWrite() {
		StreamingResponse response = this.responses.create().onClose(this.closed::incrementAndGet);
		pass(100);
		response.sendToken("Hel");
		pass(29);
		assertThat(this.closed).hasValue(0);
		pass(9);
		assertThat(this.closed).hasValue(1);
		assertThat(response.isStreamActive()).isFalse();
		pass(100);
		assertThat(this.timer.size()).isZero();
	}

	@Test
	void closesOneThatTheApplicationHasEnded() {
		this.responses.create().onClose(this.closed::incrementAndGet).sendToken("Hel").end();
		pass(38);
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void keepsNoResponseToWhichNothingWasSent() {
		this.responses.create();
		this.responses.from(this.source.flux());
		assertThat(this.timer.size()).isZero();
	}

	@Test
	void givesUpAReaderWhoTakesNotEvenHeartbeats() {
		this.responses.from(this.source.flux())
			.onClose(this.closed::incrementAndGet)
			.toFlux()
			.subscribe(new TakingOne());
		this.source.assertSubscribers(1);
		pass(15 + 29);
		assertThat(this.closed).hasValue(0);
		pass(9);
		assertThat(this.closed).hasValue(1);
		this.source.assertCancelled();
	}

	@Test
	void leavesAReaderAloneWhoTakesHeartbeatsOnly() {
		this.responses.from(this.source.flux()).onClose(this.closed::incrementAndGet).toFlux().subscribe();
		pass(1000);
		assertThat(this.closed).hasValue(0);
		this.source.assertNotCancelled();
	}

	@Test
	void letsGoOfAResponseThatWasDiscarded() {
		StreamingResponse response = this.responses.from(this.source.flux()).onClose(this.closed::incrementAndGet);
		response.frames().discard();
		response.frames().discard();
		assertThat(this.closed).hasValue(1);
		assertThat(response.isStreamActive()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> response.toFlux().blockFirst());
		this.source.assertWasNotSubscribed();
	}

	@Test
	void discardsNothingThatIsRead() {
		StreamingResponse response = this.responses.from(this.source.flux()).onClose(this.closed::incrementAndGet);
		response.toFlux().subscribe();
		response.frames().discard();
		assertThat(this.closed).hasValue(0);
		this.source.assertNotCancelled();
	}

	@Test
	void tellsWhoseResponseWasOpened() {
		AtomicReference<FrameSource> opened = new AtomicReference<>();
		Consumer<FrameSource> keep = opened::set;
		StreamingResponse response = this.responses.from(this.source.flux());
		response.toFlux().contextWrite((context) -> context.put(FrameSource.OPENED, keep)).subscribe();
		assertThat(opened).hasValue(response.frames());
	}

	private void pass(long seconds) {
		this.time.advanceTimeBy(Duration.ofSeconds(seconds));
	}

	/** Asks for one event and never again. */
	private static final class TakingOne extends BaseSubscriber<ServerSentEvent<Object>> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(1);
		}

	}

}

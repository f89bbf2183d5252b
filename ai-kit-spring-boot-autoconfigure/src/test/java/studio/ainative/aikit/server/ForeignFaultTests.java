package studio.ainative.aikit.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * What is not ours may fail at the worst moment: the response still ends, its listeners
 * run, and nothing of it stays behind.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignFaultTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration INTERVAL = Duration.ofSeconds(15);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final HeartbeatTimer timer = new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS));

	private final StreamingOptions options = StreamingOptions.defaults()
		.withHeartbeat(Heartbeat.every(INTERVAL))
		.withDrainTimeout(Duration.ZERO);

	private final StreamingResponses responses = StreamingResponses.builder(this.options)
		.heartbeats(this.timer)
		.build();

	private final AtomicInteger closed = new AtomicInteger();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void aReaderLeavesASourceThatCannotBeCancelled(CapturedOutput output) {
		for (Throwable fault : faults()) {
			Frames reader = Frames.of(uncancellable(fault).onClose(this.closed::incrementAndGet));
			reader.leave();
			verifyNothingIsLeft(1);
			this.closed.set(0);
		}
		assertNoWarnings(output);
	}

	@Test
	void aResponseEndsThoughItsSourceCannotBeCancelled() {
		for (Throwable fault : faults()) {
			StreamingResponse response = uncancellable(fault).onClose(this.closed::incrementAndGet);
			Frames reader = Frames.of(response);
			response.abort();
			assertThat(reader.text()).contains("\"code\":\"ABORTED\"", "\"outcome\":\"error\"");
			verifyNothingIsLeft(0);
		}
	}

	@Test
	void aShutdownEndsAllThoughOneCannotBeCancelled() throws Exception {
		List<StreamingResponse> open = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			open.add(uncancellable(new IllegalStateException("stuck")));
			Frames.of(open.get(i));
		}
		CompletableFuture.runAsync(this.responses::drain).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(open).noneMatch(StreamingResponse::isStreamActive);
		verifyNothingIsLeft(0);
	}

	@Test
	void aSourceThatCannotBeAskedForMoreFails() {
		StreamingResponse response = this.responses.from(source(new IllegalStateException("unable"), null));
		assertThat(Frames.textOf(response)).contains("\"code\":\"INTERNAL_ERROR\"", "\"outcome\":\"error\"");
		verifyNothingIsLeft(0);
	}

	@Test
	void allListenersRunThoughOneFindsAClassMissing() {
		StreamingResponse response = this.responses.create().onClose(() -> {
			throw new NoClassDefFoundError("gone");
		}).onClose(this.closed::incrementAndGet);
		Frames.of(response).leave();
		verifyNothingIsLeft(1);
	}

	@Test
	void saysNothingOfASourceThatFailsOnceTheReaderHasLeft(CapturedOutput output) {
		TestPublisher<StreamEvent> source = TestPublisher
			.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
		Frames.of(this.responses.from(source.flux())).leave();
		source.error(new IllegalStateException("late"));
		assertNoWarnings(output);
	}

	@Test
	void doesNotCancelASourceThatHasEnded() {
		AtomicInteger cancels = new AtomicInteger();
		Frames reader = Frames
			.of(this.responses.from(Flux.<StreamEvent>from((subscriber) -> subscriber.onSubscribe(new Subscription() {

				@Override
				public void request(long count) {
					subscriber.onComplete();
				}

				@Override
				public void cancel() {
					cancels.incrementAndGet();
				}

			}))));
		assertThat(reader.text()).contains("\"outcome\":\"complete\"");
		assertThat(cancels).hasValue(0);
	}

	@Test
	void aFormatThatCannotSayTheEndLeavesNoTimerBehind() {
		StreamingResponses broken = StreamingResponses.builder(this.options)
			.heartbeats(this.timer)
			.wireFormat(new EndlessFormat())
			.build();
		StreamingResponse response = broken.create();
		response.end();
		StepVerifier.create(response.toFlux()).expectErrorMessage("no end").verify(TIMEOUT);
		assertThat(broken.openResponses()).isZero();
		verifyNothingIsLeft(0);
	}

	@Test
	void anExecutorThatRefusesEndsTheElements() {
		for (Throwable fault : List.of(new RejectedExecutionException("full"), new IllegalStateException("closed"),
				new OutOfMemoryError("unable to create native thread"))) {
			StreamingResponse response = this.responses.create().onClose(this.closed::incrementAndGet);
			StepVerifier.create(response.frames().flux(new FrameSource.Take<Frame>() {

				@Override
				public Frame from(FrameSource frames) {
					return frames.poll();
				}

				@Override
				public Executor executor() {
					return (task) -> ForeignFaultTests.<RuntimeException>raise(fault);
				}

			}))
				.expectNextCount(1)
				.then(() -> response.sendToken("t"))
				.expectErrorMatches(fault::equals)
				.verify(TIMEOUT);
			verifyNothingIsLeft(1);
			this.closed.set(0);
		}
	}

	@Test
	void aStackThatCannotBeToldIsLeft() {
		StreamingResponse response = this.responses.create().onClose(this.closed::incrementAndGet);
		AtomicInteger calls = new AtomicInteger();
		response.frames().open(() -> {
			if (calls.getAndIncrement() > 0) {
				throw new IllegalStateException("deaf");
			}
		});
		response.sendToken("t");
		assertThat(response.isStreamActive()).isFalse();
		verifyNothingIsLeft(1);
	}

	/** Timers forget what has ended when its time comes. */
	private void verifyNothingIsLeft(int closed) {
		assertThat(this.closed).hasValue(closed);
		assertThat(this.responses.openResponses()).isZero();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.timer.size()).isZero();
	}

	private static List<Throwable> faults() {
		return List.of(new IllegalStateException("channel not registered to an event loop"),
				new NoClassDefFoundError("gone"), new AssertionError("never"));
	}

	private StreamingResponse uncancellable(Throwable fault) {
		return this.responses.from(source(null, fault));
	}

	private static Flux<StreamEvent> source(@Nullable Throwable request, @Nullable Throwable cancel) {
		return Flux.from((subscriber) -> subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long count) {
				ForeignFaultTests.<RuntimeException>raise(request);
			}

			@Override
			public void cancel() {
				ForeignFaultTests.<RuntimeException>raise(cancel);
			}

		}));
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void raise(@Nullable Throwable fault) throws T {
		if (fault != null) {
			throw (T) fault;
		}
	}

	private static final class EndlessFormat implements WireFormat, WireFormat.Encoder {

		@Override
		public Encoder encoder() {
			return this;
		}

		@Override
		public void start(Opening opening, Consumer<Frame> frames) {
		}

		@Override
		public void event(StreamEvent event, long number, Consumer<Frame> frames) {
		}

		@Override
		public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
			throw new IllegalStateException("no end");
		}

	}

}

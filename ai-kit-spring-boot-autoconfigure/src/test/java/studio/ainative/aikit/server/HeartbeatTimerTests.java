package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.server.StreamingOptions.Heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Heartbeats in virtual time.
 */
class HeartbeatTimerTests {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final HeartbeatTimer timer = new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS));

	private final StreamingResponses responses = StreamingResponses
		.builder(StreamingOptions.defaults().withHeartbeat(Heartbeat.every(Duration.ofSeconds(15))))
		.heartbeats(this.timer)
		.build();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void beatsAfterEachIntervalOfSilence() {
		List<String> seen = read(this.responses.create());
		pass(14);
		assertThat(seen).containsExactly("start");
		pass(1);
		assertThat(seen).containsExactly("start", ": heartbeat");
		pass(30);
		assertThat(seen).containsExactly("start", ": heartbeat", ": heartbeat", ": heartbeat");
	}

	@Test
	void staysSilentWhereTokensCome() {
		StreamingResponse response = this.responses.create();
		List<String> seen = read(response);
		for (int i = 0; i < 6; i++) {
			pass(10);
			response.sendToken("t");
		}
		pass(14);
		assertThat(seen).doesNotContain(": heartbeat");
		pass(1);
		assertThat(seen).endsWith("token", ": heartbeat");
	}

	@Test
	void keepsTheSilenceOfEachResponseApart() {
		StreamingResponse talking = this.responses.create();
		List<String> talk = read(talking);
		List<String> silence = read(this.responses.create());
		pass(10);
		talking.sendToken("t");
		pass(5);
		assertThat(talk).containsExactly("start", "token");
		assertThat(silence).containsExactly("start", ": heartbeat");
	}

	@Test
	void servesManyResponsesByOneTask() {
		List<List<String>> all = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			all.add(read(this.responses.create()));
		}
		pass(60);
		assertThat(all).allSatisfy((seen) -> assertThat(seen).hasSize(5));
		// One after the other: 4 for heartbeats, 18 for stalls (each ninth of 30
		// seconds)
		assertThat(this.time.getScheduledTaskCount()).isLessThan(30);
	}

	@Test
	void forgetsResponsesThatAreOver() {
		StreamingResponse ended = this.responses.create();
		List<String> seen = read(ended);
		ended.end();
		subscribe(this.responses.create(), new ArrayList<>()).dispose();
		pass(15);
		assertThat(this.timer.size()).isZero();
		pass(60);
		assertThat(seen).containsExactly("start", "done");
	}

	@Test
	void sendsOneBeatToAReaderWhoComesBackFromAPause() {
		List<String> seen = new ArrayList<>();
		StreamingResponse response = this.responses.create();
		Frames reader = Frames.of(response);
		reader.text();
		pass(35); // Two intervals, but not yet a stall
		seen.add(reader.text());
		assertThat(seen).containsExactly(": heartbeat\n\n");
	}

	@Test
	void aTaskThatCameTooLateToBeReplacedDoesNothing() throws Exception {
		SlowToDispose scheduler = new SlowToDispose();
		BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
		// Nothing is due, however long this thread takes between the two
		AtomicLong now = new AtomicLong();
		try (HeartbeatTimer timer = new HeartbeatTimer(() -> scheduler, now::get)) {
			timer.watch(Duration.ofMillis(30), () -> interrupted.add(Thread.currentThread().isInterrupted()));
			timer.watch(Duration.ofMillis(1), () -> {
			});
			now.set(Duration.ofSeconds(1).toNanos());
			assertThat(interrupted.poll(10, TimeUnit.SECONDS)).isFalse();
			assertThat(scheduler.replaced).hasValue(1);
		}
	}

	private void pass(int seconds) {
		this.time.advanceTimeBy(Duration.ofSeconds(seconds));
	}

	private static List<String> read(StreamingResponse response) {
		List<String> seen = new ArrayList<>();
		subscribe(response, seen);
		return seen;
	}

	private static Disposable subscribe(StreamingResponse response, List<String> seen) {
		return response.toFlux()
			.subscribe((event) -> seen.add((event.comment() != null) ? ": " + event.comment() : "" + event.event()));
	}

	/** A task is disposed of when it has begun and waits for who disposes of it. */
	private static final class SlowToDispose implements Scheduler {

		private final Scheduler timer = Schedulers.newSingle("slow-to-dispose");

		private final AtomicInteger replaced = new AtomicInteger();

		@Override
		public Disposable schedule(Runnable task) {
			return this.timer.schedule(task);
		}

		@Override
		public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
			AtomicReference<Thread> thread = new AtomicReference<>();
			Disposable scheduled = this.timer.schedule(() -> {
				thread.set(Thread.currentThread());
				task.run();
			}, delay, unit);
			return () -> {
				await().atMost(Duration.ofSeconds(10))
					.until(() -> thread.get() != null && thread.get().getState() == Thread.State.WAITING);
				this.replaced.incrementAndGet();
				scheduled.dispose();
			};
		}

		@Override
		public Worker createWorker() {
			return this.timer.createWorker();
		}

		@Override
		public void dispose() {
			this.timer.dispose();
		}

	}

}

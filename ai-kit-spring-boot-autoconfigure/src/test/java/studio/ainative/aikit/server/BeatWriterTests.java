package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Heartbeats that are due at once, in virtual time. Threads run when a test says so.
 */
class BeatWriterTests {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final HeartbeatTimer timer = new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS));

	private final List<Runnable> threads = new ArrayList<>();

	private final List<String> written = new ArrayList<>();

	private final BeatWriter writer = new BeatWriter(this.threads::add, this.timer);

	@BeforeEach
	void watchSomething() {
		this.timer.watch(Duration.ofSeconds(15), () -> {
		});
	}

	@AfterEach
	void close() {
		this.timer.close();
	}

	@Test
	void writesThoseOfOneMomentOnOneThread() {
		write("a", "b", "c");
		assertThat(this.threads).hasSize(1);
		this.threads.get(0).run();
		assertThat(this.written).containsExactly("a", "b", "c");
		write("d");
		assertThat(this.threads).hasSize(2);
		this.threads.get(1).run();
		assertThat(this.written).endsWith("d");
	}

	@Test
	void sharesThoseBehindAStalledReaderByTwoThreads() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch reads = new CountDownLatch(1);
		this.writer.execute(() -> {
			begun.countDown();
			awaitQuietly(reads);
		});
		write("b", "c", "d");
		Thread stalled = new Thread(this.threads.get(0));
		stalled.start();
		assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
		this.time.advanceTimeBy(BeatWriter.LOOK);
		assertThat(this.threads).hasSize(1);
		this.time.advanceTimeBy(BeatWriter.LOOK);
		assertThat(this.threads).hasSize(3);
		write("e");
		assertThat(this.threads).hasSize(4);
		this.threads.subList(1, 4).forEach(Runnable::run);
		assertThat(this.written).containsExactly("b", "c", "d", "e");
		reads.countDown();
		stalled.join(5000);
		assertThat(this.written).hasSize(4);
	}

	@Test
	void goesOnAfterOneThatFails() {
		write("a");
		this.writer.execute(() -> {
			throw new IllegalStateException("a defect");
		});
		write("c");
		this.threads.get(0).run();
		assertThat(this.written).containsExactly("a", "c");
	}

	@Test
	void tellsWhoCouldNotBeTaken() {
		BeatWriter refused = new BeatWriter((task) -> {
			throw new RejectedExecutionException();
		}, this.timer);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> refused.execute(() -> {
			}));
		}
	}

	private void write(String... names) {
		for (String name : names) {
			this.writer.execute(() -> this.written.add(name));
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class LingerTests {

	private final Response response = new Response();

	private final Linger linger = new Linger(this.response);

	private VirtualTimeScheduler time;

	@BeforeEach
	void stopTime() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void letTimeRun() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void asksForTheRestAndWaitsForItASecond() {
		this.linger.begin();
		assertThat(this.response.requested).hasValue(Long.MAX_VALUE);
		this.time.advanceTimeBy(Duration.ofMillis(999));
		assertThat(this.response.cancelled).isFalse();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.response.cancelled).isTrue();
	}

	@Test
	void leavesTheConnectionOfAResponseThatEnds() {
		this.linger.begin();
		this.linger.read(64 * 1024);
		this.linger.end();
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.response.cancelled).isFalse();
	}

	@Test
	void closesTheConnectionOfAResponseThatSendsMuch() {
		this.linger.begin();
		this.linger.read(64 * 1024);
		assertThat(this.response.cancelled).isFalse();
		this.linger.read(1);
		assertThat(this.response.cancelled).isTrue();
	}

	private static final class Response implements Subscription {

		private final AtomicLong requested = new AtomicLong();

		private boolean cancelled;

		@Override
		public void request(long count) {
			this.requested.addAndGet(count);
		}

		@Override
		public void cancel() {
			this.cancelled = true;
		}

	}

}

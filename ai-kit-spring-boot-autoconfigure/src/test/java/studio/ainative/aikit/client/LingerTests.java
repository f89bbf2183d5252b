package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.StreamEvent;

import static org.assertj.core.api.Assertions.assertThat;

class LingerTests {

	private final Response response = new Response();

	private final SilenceClock clock = new SilenceClock(StreamTimeouts.defaults());

	private final Linger linger = new Linger(this.clock, this.response);

	private final TestPublisher<StreamEvent> events = TestPublisher.create();

	private VirtualTimeScheduler time;

	@BeforeEach
	void readAnAnswer() {
		this.time = VirtualTimeScheduler.getOrSet();
		this.clock.watch(this.events.flux()).subscribe();
	}

	@AfterEach
	void letTimeRun() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void asksForTheRestAndWaitsForItTwoSeconds() {
		this.time.advanceTimeBy(Duration.ofMillis(500));
		this.linger.begin();
		this.events.complete();
		assertThat(this.response.requested).hasValue(Long.MAX_VALUE);
		this.time.advanceTimeBy(Duration.ofMillis(1999));
		assertThat(this.response.cancelled).isFalse();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.response.cancelled).isTrue();
	}

	/** A reader who is slow has the answer's end only then. */
	@Test
	void waitsNoLongerForAnAnswerThatIsStillRead() {
		this.linger.begin();
		this.time.advanceTimeBy(Duration.ofSeconds(2));
		assertThat(this.response.cancelled).isTrue();
		this.events.complete();
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.time.getScheduledTaskCount()).isLessThan(5);
	}

	/** The clock that sees to it stops with the answer. */
	@Test
	void doesNotBeginOnceTheAnswerHasEnded() {
		this.events.complete();
		this.linger.begin();
		assertThat(this.response.cancelled).isTrue();
		assertThat(this.response.requested).hasValue(0);
	}

	@Test
	void leavesTheConnectionOfAResponseThatEnds() {
		this.linger.begin();
		this.events.complete();
		this.linger.read(64 * 1024);
		this.linger.end();
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.response.cancelled).isFalse();
		assertThat(this.time.getScheduledTaskCount()).isLessThan(5);
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

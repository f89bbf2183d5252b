package studio.ainative.aikit.log.redis;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class FlushTickTests {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final FlushTick tick = new FlushTick(() -> this.flushes++, this.time);

	private int flushes;

	@Test
	void flushesTheFirstAtOnceAndOthersTogether() {
		this.tick.written();
		assertThat(this.flushes).isOne();
		this.tick.written();
		pass(4_999);
		this.tick.written();
		assertThat(this.flushes).isOne();
		pass(1);
		assertThat(this.flushes).isEqualTo(2);
		pass(5_000);
		assertThat(this.flushes).isEqualTo(2);
		this.tick.written();
		assertThat(this.flushes).isEqualTo(3);
	}

	@Test
	void flushesWhatIsWrittenForAnswersOnceAllAreThere() {
		ask();
		ask();
		assertThat(this.flushes).isOne();
		pass(5_000);
		assertThat(this.flushes).isEqualTo(2);
		pass(300);
		answer();
		assertThat(this.flushes).isEqualTo(2);
		answer();
		assertThat(this.flushes).isEqualTo(3);
		pass(10_000);
		assertThat(this.flushes).as("nothing is left").isEqualTo(3);
	}

	@Test
	void flushesNothingEarlyWhereNothingIsWrittenForAnswers() {
		ask();
		ask();
		this.tick.answered();
		this.tick.answered();
		assertThat(this.flushes).isOne();
		pass(5_000);
		assertThat(this.flushes).isEqualTo(2);
	}

	/** Else each answer would bring the next one on. */
	@Test
	void waitsForTheIntervalAfterAFlushForAnswers() {
		ask();
		ask();
		answer();
		answer();
		assertThat(this.flushes).isEqualTo(2);
		ask();
		answer();
		pass(4_999);
		assertThat(this.flushes).isEqualTo(2);
		pass(1);
		assertThat(this.flushes).isEqualTo(3);
		ask();
		answer();
		assertThat(this.flushes).isEqualTo(4);
	}

	/** What is written after a flush for answers has its own interval. */
	@Test
	void flushesNotForATimerOfBefore() {
		ask();
		pass(1_000);
		this.tick.written();
		pass(1_000);
		answer();
		assertThat(this.flushes).isEqualTo(2);
		pass(2_000);
		this.tick.written();
		pass(2_999);
		assertThat(this.flushes).isEqualTo(2);
		pass(1);
		assertThat(this.flushes).isEqualTo(3);
	}

	private void ask() {
		this.tick.asked();
		this.tick.written();
	}

	private void answer() {
		this.tick.answerWritten();
		this.tick.answered();
	}

	private void pass(long micros) {
		this.time.advanceTimeBy(Duration.ofNanos(micros * 1_000));
	}

}

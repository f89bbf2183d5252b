package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a connection counts as dead that says nothing.
 */
class PulseTests {

	private static final Duration IDLE = Duration.ofSeconds(60);

	private VirtualTimeScheduler time;

	private boolean waiting = true;

	private final AtomicInteger lost = new AtomicInteger();

	@BeforeEach
	void setTime() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void resetTime() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void missesTwoSignsOfLifeOfAServerThatIsNotKnown() {
		begin(IDLE);
		pass(29);
		assertThat(this.lost).hasValue(0);
		pass(1);
		assertThat(this.lost).hasValue(1);
		pass(600);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void missesNothingLongerThanHalfOfTheSilenceThatIsAllowed() {
		begin(Duration.ofSeconds(8));
		pass(4);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void waitsNoLongerForOneThatMayBeSilentForLong() {
		begin(Duration.ofHours(1));
		pass(30);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void startsAnewWithWhateverComes() {
		Pulse pulse = begin(IDLE);
		for (int i = 0; i < 20; i++) {
			pass(25);
			pulse.beat();
		}
		assertThat(this.lost).hasValue(0);
		pass(34);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void learnsHowOftenTheServerGivesASign() {
		Pulse pulse = begin(IDLE);
		for (int i = 0; i < 20; i++) {
			pass(5);
			pulse.learn();
		}
		assertThat(this.lost).hasValue(0);
		pass(20);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void learnsNoImpatienceFromTheDefault() {
		Pulse pulse = begin(IDLE);
		for (int i = 0; i < 20; i++) {
			pass(15);
			pulse.learn();
		}
		pass(29);
		assertThat(this.lost).hasValue(0);
	}

	@Test
	void expectsNothingThatNobodyAskedFor() {
		this.waiting = false;
		begin(IDLE);
		pass(3600);
		assertThat(this.lost).hasValue(0);
		this.waiting = true;
		pass(34);
		assertThat(this.lost).hasValue(1);
	}

	@Test
	void expectsNothingAfterTheEnd() {
		begin(IDLE).end();
		pass(3600);
		assertThat(this.lost).hasValue(0);
	}

	private Pulse begin(Duration idle) {
		Pulse pulse = new Pulse(idle, () -> this.waiting, this.lost::incrementAndGet);
		pulse.begin();
		return pulse;
	}

	private void pass(int seconds) {
		this.time.advanceTimeBy(Duration.ofSeconds(seconds));
	}

}

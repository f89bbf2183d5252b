package studio.ainative.aikit.client;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A call without retries that fails while others are left alone, in virtual time.
 */
class CoolingTargetsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final FakeTarget main = new FakeTarget("main");

	private final FakeTarget backup = new FakeTarget("backup");

	private final FakeTarget cheap = new FakeTarget("cheap");

	private final AIStream stream = this.main.builder()
		.fallback("backup", this.backup.builder())
		.fallback("cheap", this.cheap.builder())
		.retry(RetryConfig.none())
		.build();

	/** The fallbacks are left alone: the first for 40 seconds, the second for 30. */
	@BeforeEach
	void coolTheOthers() {
		VirtualTimeScheduler.getOrSet();
		this.main.then(FakeTarget.status(503));
		this.backup.then(FakeTarget.retryAfter(429, 40));
		this.cheap.then(FakeTarget.retryAfter(429, 30));
		fails(429);
	}

	@AfterEach
	void giveTimeBack() {
		VirtualTimeScheduler.reset();
	}

	private void fails(int status) {
		StepVerifier.create(this.stream.stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectErrorSatisfies((ex) -> assertThat(((ProviderException) ex).status()).isEqualTo(status))
			.verify(TIMEOUT);
	}

	private String answer() {
		return Answers.text(this.stream.stream("Hi"));
	}

	@Test
	void nobodyIsAskedWhoIsToBeLeftAlone() {
		this.main.then(FakeTarget.status(503));
		fails(503);
		assertThat(this.main.count()).isEqualTo(2);
		assertThat(this.backup.count()).isOne();
		assertThat(this.cheap.count()).isOne();
		assertThat(answer()).as("it is well still").isEqualTo("main");
	}

	@Test
	void onceAllAreLeftAloneTheOneThatIsFreeFirstIsAskedAtOnce() {
		this.main.then(FakeTarget.retryAfter(503, 50));
		assertThat(answer()).isEqualTo("cheap");
		assertThat(this.backup.count()).isOne();
	}

	@Test
	void whoeverIsFreeAgainIsAskedAsEver() {
		VirtualTimeScheduler.get().advanceTimeBy(Duration.ofSeconds(30));
		this.main.then(FakeTarget.status(503));
		assertThat(answer()).isEqualTo("cheap");
		assertThat(this.backup.count()).isOne();
	}

}

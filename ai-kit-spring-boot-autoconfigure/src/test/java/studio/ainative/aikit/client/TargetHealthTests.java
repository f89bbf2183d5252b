package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a target is left alone, and who may look whether it has come back.
 */
class TargetHealthTests {

	private static final RouteConfig CONFIG = RouteConfig.defaults();

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final TargetHealth health = new TargetHealth();

	@Test
	void failuresCountInARow() {
		fail(0);
		fail(0);
		acquire(0).succeeded();
		fail(0);
		fail(0);
		assertThat(this.health.isCooling(0)).isFalse();
		fail(0);
		assertThat(this.health.isCooling(30 * SECOND - 1)).isTrue();
		assertThat(this.health.isCooling(30 * SECOND)).isFalse();
	}

	@Test
	void noTimeIsLongerThanAnHour() {
		acquire(0).failed(0, Duration.ofDays(365), CONFIG);
		assertThat(this.health.tryAcquire(3600 * SECOND - 1)).isNull();
		assertThat(this.health.tryAcquire(3600 * SECOND)).isNotNull();
	}

	@Test
	void whatIsToldAfterTheEndCountsForNothing() {
		TargetHealth.Permit permit = acquire(0);
		permit.failed(0, null, CONFIG);
		permit.failed(0, null, CONFIG);
		permit.failed(0, Duration.ofMinutes(1), CONFIG);
		permit.succeeded();
		permit.begun();
		fail(0);
		assertThat(this.health.isCooling(0)).isFalse();
		fail(0);
		assertThat(this.health.isCooling(0)).isTrue();
	}

	@Test
	void callsThatBeganEarlierEndNoCooldown() {
		TargetHealth.Permit earlier = acquire(0);
		acquire(0).failed(0, Duration.ofSeconds(20), CONFIG);
		earlier.begun();
		earlier.succeeded();
		assertThat(this.health.isCooling(SECOND)).isTrue();
	}

	@Test
	void aProbeThatIsGivenBackIsTheNextOnes() {
		acquire(0).failed(0, Duration.ofSeconds(20), CONFIG);
		TargetHealth.Permit probe = acquire(20 * SECOND);
		assertThat(this.health.tryAcquire(20 * SECOND)).isNull();
		probe.released();
		assertThat(this.health.tryAcquire(20 * SECOND)).isNotNull();
		assertThat(this.health.tryAcquire(20 * SECOND)).isNull();
	}

	@Test
	void manyAtOnceMakeOneProbe() throws InterruptedException {
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			for (int round = 0; round < 200; round++) {
				long now = round * 100L * SECOND;
				this.health.acquire().failed(now, Duration.ofSeconds(20), CONFIG);
				CountDownLatch together = new CountDownLatch(16);
				CountDownLatch done = new CountDownLatch(16);
				Queue<TargetHealth.Permit> probes = new ConcurrentLinkedQueue<>();
				for (int thread = 0; thread < 16; thread++) {
					threads.execute(() -> {
						together.countDown();
						try {
							together.await();
							TargetHealth.Permit permit = this.health.tryAcquire(now + 20 * SECOND);
							if (permit != null) {
								probes.add(permit);
							}
						}
						catch (InterruptedException ex) {
							Thread.currentThread().interrupt();
						}
						done.countDown();
					});
				}
				assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
				assertThat(probes).hasSize(1);
				probes.forEach(TargetHealth.Permit::succeeded);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private TargetHealth.Permit acquire(long now) {
		return Objects.requireNonNull(this.health.tryAcquire(now));
	}

	private void fail(long now) {
		acquire(now).failed(now, null, CONFIG);
	}

}

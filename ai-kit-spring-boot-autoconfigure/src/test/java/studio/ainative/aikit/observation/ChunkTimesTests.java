package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What a metric is told of the times between chunks.
 */
class ChunkTimesTests {

	@Test
	void boundsAreTheConventions() {
		assertThat(ChunkTimes.BOUNDS).containsExactly(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24,
				20.48, 40.96, 81.92);
	}

	@Test
	void numberSumAndLongestAreExact() {
		assertThat(told(1, 3, 12, 700, 705)).hasSize(5).contains(0.705);
		assertThat(told(1, 3, 12, 700, 705).stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1.421,
				within(1e-9));
	}

	@Test
	void eachTimeStaysInItsBucket() {
		List<Double> told = told(1, 10, 11, 20, 21, 500, 90_000);
		for (double bound : ChunkTimes.BOUNDS) {
			assertThat(told.stream().filter((time) -> time <= bound)).as("up to " + bound)
				.hasSize((int) List.of(1, 10, 11, 20, 21, 500, 90_000)
					.stream()
					.filter((millis) -> millis / 1000.0 <= bound)
					.count());
		}
	}

	@Test
	void tellsNothingOfNothing() {
		assertThat(told()).isEmpty();
	}

	private static List<Double> told(long... millis) {
		ChunkTimes times = new ChunkTimes();
		for (long time : millis) {
			times.add(Duration.ofMillis(time).toNanos());
		}
		List<Double> told = new ArrayList<>();
		times.forEach(told::add);
		return told;
	}

}

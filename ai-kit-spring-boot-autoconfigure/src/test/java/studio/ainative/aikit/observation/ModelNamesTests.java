package studio.ainative.aikit.observation;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How many names metrics tell apart.
 */
class ModelNamesTests {

	@Test
	void lostNamesAreOneNameMoreThanTheCap() {
		ModelNames names = new ModelNames(List.of("configured"), 3);
		Set<String> seen = ConcurrentHashMap.newKeySet();
		IntStream.range(0, 1000).parallel().forEach((number) -> seen.add(names.bound("model-" + number)));
		assertThat(seen).hasSize(4).contains(ModelNames.OTHER);
	}

	@Test
	void whatWasLetThroughStays() {
		ModelNames names = new ModelNames(List.of(), 1);
		assertThat(names.bound("first")).isEqualTo("first");
		assertThat(names.bound("second")).isEqualTo(ModelNames.OTHER);
		assertThat(names.bound("first")).isEqualTo("first");
	}

	@Test
	void theConfiguredNameIsNoneOfThem() {
		ModelNames names = new ModelNames(List.of("configured"), 0);
		assertThat(names.bound("configured")).isEqualTo("configured");
		assertThat(names.bound("another")).isEqualTo(ModelNames.OTHER);
	}

	@Test
	void noNameIsNone() {
		ModelNames names = new ModelNames(List.of(), 1);
		assertThat(names.bound(null)).isEqualTo(ModelNames.NONE);
		assertThat(names.bound("")).isEqualTo(ModelNames.NONE);
		assertThat(names.bound("first")).isEqualTo("first");
	}

	@Test
	void refusesACapBelowZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ModelNames(List.of(), -1))
			.withMessage("'maxModels' must be zero or more (was -1)");
	}

}

package studio.ainative.aikit.tokens;

import java.io.StringReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The table of limits.
 */
class ModelLimitsTests {

	@ParameterizedTest
	@CsvSource({ "gpt-4o, 128000, 128000, 16384", "gpt-4o-2024-08-06, 128000, 128000, 16384",
			"gpt-4o-2024-05-13, 128000, 128000, 4096", "openai/gpt-4.1-mini, 1047576, 1047576, 32768",
			"gpt-5-mini, 400000, 272000, 128000", "o3, 200000, 200000, 100000",
			"claude-sonnet-4-5-20250929, 200000, 200000, 64000", "Claude-Opus-5-5, 1000000, 1000000, 128000",
			"us.anthropic.claude-haiku-4-5-20251001-v1:0, 200000, 200000, 64000" })
	void knowsWellKnownModels(String model, long context, long input, long output) {
		assertThat(ModelLimits.of(model)).contains(new ModelLimits(context, input, output));
	}

	@ParameterizedTest
	@ValueSource(strings = { "gpt-4o-audio", "my-model", "", "gpt", "claude-haiku-4-5-fast" })
	void doesNotGuess(String model) {
		assertThat(ModelLimits.of(model)).isEmpty();
		assertThat(ModelLimits.of(null)).isEmpty();
	}

	@Test
	void eachLineOfTheTableCanBeRead() {
		assertThat(LimitsTable.readShipped()).hasSizeGreaterThan(25)
			.allSatisfy((model, limits) -> assertThat(limits.output()).as(model).isLessThan(limits.context()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "m = context 10", "m = output 10", "m = context 10, output x", "m = context 10, output 11",
			"m = context 10, output 5, input 11", "m = context 0, output 0", "m = context 10, output 5, output 5",
			"m = context 10, output 5, window 5", "m = " })
	void aLineThatCannotBeReadNamesItsModel(String line) {
		assertThatIllegalArgumentException().isThrownBy(() -> LimitsTable.read(new StringReader(line)))
			.withMessageStartingWith("Limits of 'm' can't be read: ");
	}

}

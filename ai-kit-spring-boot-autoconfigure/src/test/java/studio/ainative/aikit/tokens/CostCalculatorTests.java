package studio.ainative.aikit.tokens;

import java.io.StringReader;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.Usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CostCalculator}.
 */
class CostCalculatorTests {

	private static final Usage MILLION = Usage.of(1_000_000, 0);

	/** The price of each is the number that says which entry was used. */
	private final CostCalculator calculator = CostCalculator.of(Map.of("gpt-4", price(1), "gpt-4o", price(2),
			"gpt-4o-2024-05-13", price(3), "o1", price(4), "claude-opus-4", price(5), "claude-opus-4-5", price(6),
			"azure/gpt-4o", price(7), "gpt-4o:free", price(0)));

	@ParameterizedTest
	@CsvSource({ "gpt-4, 1", "gpt-4-0613, 1", "gpt-4o, 2", "GPT-4o, 2", "' gpt-4o ', 2", "gpt-4o-2024-08-06, 2",
			"gpt-4o-2024-05-13, 3", "gpt-4o-latest, 2", "openai/gpt-4o, 2", "openrouter/openai/gpt-4o-2024-08-06, 2",
			"azure/gpt-4o, 7", "azure/gpt-4o-2024-08-06, 7", "azure/eu/gpt-4o, 2", "gpt-4o:free, 0", "o1-2024-12-17, 4",
			"claude-opus-4-20250514, 5", "claude-opus-4@20250514, 5", "claude-opus-4-5-20251101, 6",
			"claude-opus-4-5@default, 6", "anthropic/claude-opus-4-5, 6", "anthropic.claude-opus-4-5-20251101-v1:0, 6",
			"us.anthropic.claude-opus-4-20250514-v1:0, 5", "us-gov.anthropic.claude-opus-4-v1, 5",
			"arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-v1:0, 5" })
	void findsThePriceByTheName(String model, String cost) {
		assertThat(this.calculator.cost(model, MILLION)).map(Cost::amount)
			.hasValueSatisfying((amount) -> assertThat(amount).isEqualByComparingTo(cost));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "/", "gpt", "gpt-4o-mini", "gpt-4o-mini-2024-07-18", "gpt-4.1", "gpt-4-32k",
			"gpt-4-turbo", "gpt-4-1106-preview", "gpt-4o-audio-preview", "gpt-4o-realtime-preview-2024-12-17",
			"gpt-4o1", "gpt-4omni", "gpt-4o:extended", "gpt-4o-", "gpt-4o-2024-05", "o1-mini", "o1-pro", "o11",
			"claude-opus-4-1", "claude-opus-4-1-20250805", "claude-opus-4-6", "claude-opus", "my-gpt-4o",
			"ft:gpt-4o:acme::abc", "gpt-4o/other", "llama-3-8b" })
	void hasNoCostForAModelWithoutAPrice(String model) {
		assertThat(this.calculator.cost(model, MILLION)).isEmpty();
	}

	@Test
	void hasACostOfZeroForAModelThatIsFree() {
		assertThat(this.calculator.cost("gpt-4o:free", MILLION)).map(Cost::amount)
			.hasValueSatisfying((amount) -> assertThat(amount).isZero());
	}

	@Test
	void countsEachPartOfTheUsage() {
		CostCalculator cached = CostCalculator
			.of(Map.of("m", ModelPricing.of("3", "15").withCachedInput(new BigDecimal("0.3")).withCurrency("EUR")));
		assertThat(cached.cost("m", new Usage(1000, 10, 1010, 900, 0, 0, false)))
			.hasValueSatisfying((cost) -> assertThat(cost.amount()).isEqualByComparingTo("0.00072"))
			.map(Cost::currency)
			.hasValue("EUR");
	}

	@Test
	void asksTheUsersPricesFirst() {
		CostCalculator own = this.calculator.withPricing(Map.of("GPT-4o", price(20), "house-model", price(21)));
		assertThat(amount(own, "gpt-4o")).isEqualByComparingTo("20");
		assertThat(amount(own, "gpt-4o-2024-05-13")).isEqualByComparingTo("20");
		assertThat(amount(own, "house-model")).isEqualByComparingTo("21");
		assertThat(amount(own, "o1")).isEqualByComparingTo("4");
		assertThat(own.cost("unknown", MILLION)).isEmpty();
		assertThat(amount(this.calculator, "gpt-4o")).isEqualByComparingTo("2");
	}

	@Test
	void keepsItsPricesWhenTheMapChanges() {
		Map<String, ModelPricing> pricing = new HashMap<>(Map.of("m", price(1)));
		CostCalculator calculator = CostCalculator.of(pricing);
		pricing.put("m", price(2));
		assertThat(amount(calculator, "m")).isEqualByComparingTo("1");
	}

	@Test
	void refusesNamesThatCannotBeTold() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CostCalculator.of(Map.of("gpt-4o", price(1), "GPT-4o", price(2))))
			.withMessage("'pricing' must name each model once (was 'gpt-4o' twice)");
		assertThatIllegalArgumentException().isThrownBy(() -> CostCalculator.of(Map.of(" ", price(1))))
			.withMessage("'pricing' must not have a model without a name");
	}

	@Test
	void shipsPricesThatCanBe() {
		assertThat(PricingTable.readShipped()).hasSizeGreaterThanOrEqualTo(12).allSatisfy((model, prices) -> {
			assertThat(model).isEqualTo(ModelName.normalize(model));
			assertThat(prices.currency()).isEqualTo("USD");
			assertThat(prices.input()).isPositive();
			assertThat(prices.output()).isGreaterThanOrEqualTo(prices.input());
			if (prices.cachedInput() != null) {
				assertThat(prices.cachedInput()).isPositive().isLessThanOrEqualTo(prices.input());
			}
			if (prices.cacheWrite() != null) {
				assertThat(prices.cacheWrite()).isGreaterThanOrEqualTo(prices.input());
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "gpt-4o-mini-2024-07-18, 0.15", "gpt-4o-2024-08-06, 2.5", "gpt-4o-2024-05-13, 5", "gpt-4.1-nano, 0.1",
			"gpt-5-mini-2025-08-07, 0.25", "o4-mini, 1.1", "claude-3-5-haiku-latest, 0.8",
			"claude-sonnet-4-20250514, 3", "claude-opus-4-20250514, 15", "claude-opus-4-5-20251101, 5",
			"us.anthropic.claude-haiku-4-5-20251001-v1:0, 1", "claude-fable-5-1, 10", "gpt-5.4-mini, 0.75" })
	void shipsPricesOfWellKnownModels(String model, String amount) {
		assertThat(amount(CostCalculator.defaults(), model)).isEqualByComparingTo(amount);
	}

	@Test
	void shipsNoPriceThatDependsOnTheLengthOfThePrompt() {
		assertThat(CostCalculator.defaults().cost("claude-haiku-5-5", Usage.of(1, 1))).isEmpty();
	}

	@Test
	void readsTheShippedPricesOnce() {
		assertThat(CostCalculator.defaults()).isSameAs(CostCalculator.defaults());
	}

	@ParameterizedTest
	@ValueSource(strings = { "m =", "m = input 1", "m = output 1", "m = input 1, output", "m = input 1, output x",
			"m = input 1, output -1", "m = input 1, output 2, other 3", "m = input 1, output 2, input 3",
			"m = input 1, output 2,", "m = 1 2" })
	void refusesALineOfPricesThatCannotBeRead(String line) {
		assertThatIllegalArgumentException().isThrownBy(() -> PricingTable.read(new StringReader(line)))
			.withMessageStartingWith("Prices of 'm' can't be read: ");
	}

	private static BigDecimal amount(CostCalculator calculator, String model) {
		return calculator.cost(model, MILLION).map(Cost::amount).orElseThrow();
	}

	private static ModelPricing price(int input) {
		return ModelPricing.of(String.valueOf(input), "100");
	}

}

package studio.ainative.aikit.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That {@link PromQuery} sees what would leave a panel empty.
 */
class PromQueryTests {

	private static final Scrape SCRAPE = Scrape.of("""
			# HELP calls_total Calls
			calls_total{outcome="complete",stream="default"} 2.0
			calls_total{outcome="error",stream="default"} 1.0
			time_seconds_bucket{stream="default",le="0.5"} 1.0
			time_seconds_bucket{stream="default",le="+Inf"} 3.0
			open 1.0
			""");

	@ParameterizedTest
	@ValueSource(strings = { "open", "calls_total{outcome=\"error\"}", "rate(calls_total{stream=~\"$stream\"}[5m])",
			"sum by (outcome, stream) (rate(calls_total[$__rate_interval]))", "sum(rate(calls_total[5m])) by (stream)",
			"sum(rate(calls_total{outcome!=\"complete\"}[5m])) / sum(rate(calls_total[5m])) * 100",
			"histogram_quantile(0.95, sum by (le, stream) (rate(time_seconds_bucket[5m])))" })
	void takesWhatIsThere(String query) {
		PromQuery.check(query, SCRAPE);
	}

	@Test
	void tellsTheLabelsOfTheResult() {
		assertThat(PromQuery.check("sum by (stream) (calls_total)", SCRAPE)).containsExactly("stream");
		assertThat(PromQuery.check("histogram_quantile(0.5, rate(time_seconds_bucket[5m]))", SCRAPE))
			.containsExactly("stream");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
			sum(rate(call_total[5m])) ; unknown metric 'call_total'
			calls_total{model="a"} ; matches 'model'
			calls_total{outcome="done"} ; selects nothing
			calls_total{outcome=~"done|over"} ; selects nothing
			sum by (model) (calls_total) ; groups by [model]
			sum by (outcome) (sum by (stream) (calls_total)) ; groups by [outcome] of [stream]
			histogram_quantile(0.5, sum by (stream) (rate(time_seconds_bucket[5m]))) ; no buckets
			rates(calls_total[5m]) ; unknown 'rates'
			rate(calls_total[often]) ; unknown range
			sum by (stream) (calls_total) / sum by (outcome) (calls_total) ; other labels
			sum(calls_total ; ends too early
			open open ; ends before
			open ? open ; Not PromQL
			""")
	void refusesWhatIsNot(String query, String fault) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> PromQuery.check(query, SCRAPE))
			.withMessageContaining(fault);
	}

}

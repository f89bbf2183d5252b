package studio.ainative.aikit.autoconfigure;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import studio.ainative.aikit.observation.SemanticConvention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each metric that is documented, as Prometheus reads it: its name, kind, unit, tags and
 * outcomes. There is no other.
 */
class ScrapedMetersTests {

	private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ((?:gen_ai|aikit)_\\w+ \\w+)$");

	@ParameterizedTest
	@EnumSource
	void areThoseThatAreDocumented(SemanticConvention names) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		EveryMeter.use(registry, names);
		String text = registry.scrape();
		Scrape scrape = Scrape.of(text);
		Set<String> types = new TreeSet<>();
		Stream.concat(EveryMeter.ofCalls(names).stream(), EveryMeter.ofAnswers().stream()).forEach((meter) -> {
			String name = scraped(meter.name()) + unit(meter) + (meter.kind().equals("counter") ? "_total" : "");
			types.add(name + " " + meter.kind());
			String sample = name + (meter.kind().equals("histogram") ? "_count" : "");
			assertThat(scrape.named(sample)).as(sample)
				.isNotEmpty()
				.allSatisfy((found) -> assertThat(found.labels().keySet())
					.isEqualTo(meter.tags().stream().map(ScrapedMetersTests::scraped).collect(Collectors.toSet())));
			if (!meter.outcomes().isEmpty()) {
				assertThat(scrape.values(sample, "aikit_outcome")).as(sample)
					.containsExactlyInAnyOrderElementsOf(meter.outcomes());
			}
		});
		assertThat(TYPE.matcher(text).results().map((type) -> type.group(1)).filter((type) -> !isMaximum(type)))
			.containsExactlyInAnyOrderElementsOf(types);
	}

	/** Of each histogram, by Micrometer. */
	private static boolean isMaximum(String type) {
		return type.endsWith("_max gauge");
	}

	private static String scraped(String name) {
		return name.replace('.', '_');
	}

	private static String unit(EveryMeter.Documented meter) {
		return (meter.unit().isEmpty() || meter.name().endsWith("." + meter.unit())) ? "" : "_" + meter.unit();
	}

}

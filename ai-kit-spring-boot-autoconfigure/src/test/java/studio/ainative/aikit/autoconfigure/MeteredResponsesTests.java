package studio.ainative.aikit.autoconfigure;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.observation.DefaultAiKitServerMeterConvention;
import studio.ainative.aikit.server.KeptNews;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Prometheus reads of answers that are kept.
 */
class MeteredResponsesTests {

	@Test
	void countWhatComesOfAnswersThatAreKept() {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		MeteredResponses responses = new MeteredResponses(registry, new DefaultAiKitServerMeterConvention(), "webflux");
		for (KeptNews news : KeptNews.values()) {
			responses.kept(news);
		}
		responses.kept(KeptNews.RESUME_HIT);
		Scrape scrape = Scrape.of(registry.scrape());
		assertThat(scrape.sum("aikit_server_resumes_total", "aikit_outcome", "hit")).isEqualTo(2);
		for (String outcome : new String[] { "gone", "foreign", "invalid" }) {
			assertThat(scrape.sum("aikit_server_resumes_total", "aikit_outcome", outcome)).isOne();
		}
		for (String outcome : new String[] { "hit", "late", "gone", "foreign" }) {
			assertThat(scrape.sum("aikit_server_stops_total", "aikit_outcome", outcome)).isOne();
		}
		assertThat(scrape.sum("aikit_server_abandoned_total")).isOne();
		assertThat(scrape.sum("aikit_server_producers_lost_total", "aikit_stack", "webflux")).isOne();
		assertThat(scrape.sum("aikit_server_log_failures_total")).isOne();
	}

}

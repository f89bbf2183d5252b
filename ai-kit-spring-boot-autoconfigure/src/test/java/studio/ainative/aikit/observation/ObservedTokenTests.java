package studio.ainative.aikit.observation;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a token costs that is observed for Prometheus and in a span.
 */
class ObservedTokenTests {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final ClientObservations observations = observations();

	private final StreamEvent token = new StreamEvent.Token("word", 0);

	private static ClientObservations observations() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		var convention = new DefaultAiKitClientObservationConvention(SemanticConvention.OTEL_0_1);
		return new ClientObservations(registry, convention, new ModelNames(List.of(), 10),
				new ModelNames(List.of(), 10),
				List.of(new ClientMeters(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), convention,
						SemanticConvention.OTEL_0_1)));
	}

	@Test
	void isNoObject() {
		allocatedByCall(10);
		long few = allocatedByCall(1_000);
		assertThat(allocatedByCall(101_000) - few).isLessThan(10_000);
	}

	private long allocatedByCall(int tokens) {
		long before = THREADS.getCurrentThreadAllocatedBytes();
		ClientCall call = this.observations
			.begin(new ClientCallFacts("default", "openai", "gpt-4o", "example.com", 443, Map.of()), null);
		call.beginTry();
		for (int number = 0; number < tokens; number++) {
			call.event(this.token);
		}
		Usage usage = Usage.of(9, tokens);
		call.end(new ClientCallEnd(CallOutcome.COMPLETE, null, null, usage, new StreamEvent.UsageReport(usage, null)));
		return THREADS.getCurrentThreadAllocatedBytes() - before;
	}

}

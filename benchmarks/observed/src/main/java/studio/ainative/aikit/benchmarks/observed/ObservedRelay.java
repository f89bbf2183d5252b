package studio.ainative.aikit.benchmarks.observed;

import studio.ainative.aikit.benchmarks.spring.WebFluxRelay;

/**
 * {@link studio.ainative.aikit.benchmarks.spring.WebFluxRelay.AiKit} in an application
 * with Spring Boot's actuator, whose metrics go to Prometheus, and one call in ten of
 * which is traced. Spans go nowhere.
 */
public abstract class ObservedRelay extends WebFluxRelay {

	private ObservedRelay(boolean observed) {
		super("/ai-kit", "management.otlp.metrics.export.enabled=false", "management.tracing.sampling.probability=0.1",
				"management.endpoints.web.exposure.include=prometheus", "ai-kit.observations.enabled=" + observed);
	}

	/**
	 * Calls and answers are observed.
	 */
	public static final class AiKit extends ObservedRelay {

		/** For the worker. */
		public AiKit() {
			super(true);
		}

	}

	/**
	 * Only what Spring observes: requests in and out.
	 */
	public static final class SpringAlone extends ObservedRelay {

		/** For the worker. */
		public SpringAlone() {
			super(false);
		}

	}

}

package studio.ainative.aikit.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * The keys and the name of a call's span, and the tags of its metrics. A bean of this
 * type takes the place of {@link DefaultAiKitClientObservationConvention}, which is meant
 * to be extended.
 * <p>
 * All calls are to give the same low-cardinality keys, whatever their end: some
 * registries drop a metric's second set of keys in silence.
 *
 * @since 0.1.0
 */
public interface AiKitClientObservationConvention extends ObservationConvention<AiKitClientObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof AiKitClientObservationContext;
	}

}

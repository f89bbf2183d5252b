package studio.ainative.aikit.observation;

import io.micrometer.common.KeyValues;

/**
 * The tags of the metrics of answers to readers. A bean of this type takes the place of
 * {@link DefaultAiKitServerMeterConvention}, which is meant to be extended.
 * <p>
 * A metric is to have the same keys whatever its values: some registries drop a metric's
 * second set of keys in silence. Values have to be few.
 *
 * @since 0.1.0
 */
public interface AiKitServerMeterConvention {

	/**
	 * The tags of a metric.
	 * @param context what is known of it
	 * @return the tags
	 */
	KeyValues getLowCardinalityKeyValues(AiKitServerMeterContext context);

}

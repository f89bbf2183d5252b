package studio.ainative.aikit.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import studio.ainative.aikit.observation.AiKitServerMeters.Keys;

/**
 * AI Kit's own keys: no convention has metrics of answers to readers. Each key has a
 * method of its own, to be overridden.
 *
 * @since 0.1.0
 */
public class DefaultAiKitServerMeterConvention implements AiKitServerMeterConvention {

	@Override
	public KeyValues getLowCardinalityKeyValues(AiKitServerMeterContext context) {
		KeyValues keys = KeyValues.of(stack(context));
		if (context.format() != null) {
			keys = keys.and(format(context, context.format()));
		}
		return (context.outcome() != null) ? keys.and(outcome(context, context.outcome())) : keys;
	}

	/**
	 * What writes answers.
	 * @param context the metric
	 * @return {@code webmvc} or {@code webflux}
	 */
	protected KeyValue stack(AiKitServerMeterContext context) {
		return KeyValue.of(Keys.STACK, context.stack());
	}

	/**
	 * How answers are written, if the metric tells that.
	 * @param context the metric
	 * @param format the wire format's name
	 * @return the name
	 */
	protected KeyValue format(AiKitServerMeterContext context, String format) {
		return KeyValue.of(Keys.FORMAT, format);
	}

	/**
	 * What became of a reader or a request, if the metric tells that.
	 * @param context the metric
	 * @param outcome a word of the metric's own
	 * @return the word
	 */
	protected KeyValue outcome(AiKitServerMeterContext context, String outcome) {
		return KeyValue.of(Keys.OUTCOME, outcome);
	}

}

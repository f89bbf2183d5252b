package studio.ainative.aikit.observation;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one metric of answers to readers. A metric has an outcome always or
 * never, and so it is with the format.
 *
 * @param meter the metric
 * @param stack {@code webmvc} or {@code webflux}
 * @param format the wire format's name, {@code null} for metrics of answers that are kept
 * @param outcome what became of a reader or a request, {@code null} for metrics that
 * don't tell that
 * @since 0.1.0
 */
public record AiKitServerMeterContext(AiKitServerMeters meter, String stack, @Nullable String format,
		@Nullable String outcome) {

	/**
	 * Refuse a context without a metric or a stack.
	 * @param meter the metric
	 * @param stack {@code webmvc} or {@code webflux}
	 * @param format the wire format's name, {@code null} if the metric has none
	 * @param outcome what became of it, {@code null} if the metric doesn't tell that
	 */
	public AiKitServerMeterContext {
		Objects.requireNonNull(meter, "'meter' must not be null");
		Objects.requireNonNull(stack, "'stack' must not be null");
	}

}

package studio.ainative.aikit.observation;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * How a call ended.
 *
 * @param outcome how
 * @param errorType what failed, of a small set, {@code null} unless it did
 * @param failure the exception for the span, {@code null} unless it failed. Its messages
 * hold no secrets
 * @param reported what the provider said that the call has used, {@code null} if it said
 * nothing
 * @param total what the call has used, with its cost, estimated where the provider did
 * not get to tell; {@code null} if that is nothing
 * @since 0.1.0
 */
public record ClientCallEnd(CallOutcome outcome, @Nullable String errorType, @Nullable Throwable failure,
		@Nullable Usage reported, StreamEvent.@Nullable UsageReport total) {

	/**
	 * Refuse an end without an outcome.
	 * @param outcome how
	 * @param errorType what failed, of a small set, {@code null} unless it did
	 * @param failure the exception for the span, {@code null} unless it failed
	 * @param reported what the provider said that the call has used, {@code null} if it
	 * said nothing
	 * @param total what the call has used, {@code null} if that is nothing
	 */
	public ClientCallEnd {
		Objects.requireNonNull(outcome, "'outcome' must not be null");
	}

}

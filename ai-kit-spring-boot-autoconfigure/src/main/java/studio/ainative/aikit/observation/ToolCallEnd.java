package studio.ainative.aikit.observation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a run of a tool's function ended.
 *
 * @param stream the name of the stream whose call it was part of
 * @param tool the tool's name
 * @param outcome how it ended
 * @param errorType what failed, {@code null} if nothing
 * @param duration how long it took
 * @since 0.1.0
 */
public record ToolCallEnd(String stream, String tool, CallOutcome outcome, @Nullable String errorType,
		Duration duration) {
}

package studio.ainative.aikit.client;

import java.time.Duration;

/**
 * Whether a stream is left alone by those that have it as a fallback, or have fallbacks
 * themselves, because calls to it have failed. A stream without any others is asked
 * whatever its state, and then nothing is counted.
 *
 * @param failures how many calls have failed in a row, at most the number after which it
 * is left alone
 * @param cooldown for how much longer it is left alone, zero if it is not
 * @since 0.1.0
 */
public record RouteState(int failures, Duration cooldown) {

	/**
	 * The state of all streams that a builder, or a copy of it, has made.
	 * @param builder the builder
	 * @return how it is at this moment
	 */
	public static RouteState of(AIStream.Builder builder) {
		return (builder instanceof DefaultAIStreamBuilder own) ? own.routeState() : new RouteState(0, Duration.ZERO);
	}

}

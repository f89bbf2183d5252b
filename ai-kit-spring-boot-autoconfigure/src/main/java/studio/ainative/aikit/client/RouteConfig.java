package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * How a stream takes part in routes: as one that has
 * {@linkplain AIStream.Builder#fallback(String, AIStream.Builder) fallbacks}, or as one
 * of them. A stream without fallbacks, which is nobody's, has no use for it.
 *
 * @param name what this target is called in events, errors and spans, not blank
 * @param choice which of a stream's targets is asked first; only that of the stream that
 * is called counts
 * @param weight this target's share of calls if the choice is weighted, zero or more;
 * with zero it is only asked when others can't answer
 * @param takes after which failures of others this target is asked, not empty
 * @param firstToken how long this target may take to its first content while there is
 * another to go on to, more than zero; the last one has its own
 * {@link StreamTimeouts#firstToken()}, which is also the most that any has
 * @param maxFailures after how many failures in a row this target is left alone for
 * {@code cooldown}, one or more
 * @param cooldown how long it is left alone, more than zero, at most an hour; a provider
 * that says when to come again is left alone for as long as it says, up to an hour
 * @since 0.1.0
 */
public record RouteConfig(String name, Choice choice, int weight, Set<FallbackReason> takes, Duration firstToken,
		int maxFailures, Duration cooldown) {

	/**
	 * Nobody waits longer for a target than for an answer to whether it has come back:
	 * that is one call an hour at least.
	 */
	static final Duration MAX_COOLDOWN = Duration.ofHours(1);

	private static final RouteConfig DEFAULTS = new RouteConfig("default", Choice.ORDERED, 1,
			Set.of(FallbackReason.UNAVAILABLE), Duration.ofSeconds(10), 3, Duration.ofSeconds(30));

	/**
	 * Check the values and copy what is mutable.
	 * @param name what this target is called, not blank
	 * @param choice which of a stream's targets is asked first
	 * @param weight this target's share of calls if the choice is weighted, zero or more
	 * @param takes after which failures of others this target is asked, not empty
	 * @param firstToken how long this target may take to its first content while there is
	 * another to go on to, more than zero
	 * @param maxFailures after how many failures in a row this target is left alone, one
	 * or more
	 * @param cooldown how long it is left alone, more than zero, at most an hour
	 */
	public RouteConfig {
		if (name.isBlank()) {
			throw new IllegalArgumentException("'name' must not be blank");
		}
		Objects.requireNonNull(choice, "'choice' must not be null");
		if (weight < 0) {
			throw new IllegalArgumentException("'weight' must be zero or more (was " + weight + ")");
		}
		if (takes.isEmpty()) {
			throw new IllegalArgumentException("'takes' must not be empty: this target would never be asked");
		}
		takes = Collections.unmodifiableSet(EnumSet.copyOf(takes));
		if (firstToken.isNegative() || firstToken.isZero()) {
			throw new IllegalArgumentException("'firstToken' must be more than zero (was " + firstToken + ")");
		}
		if (maxFailures < 1) {
			throw new IllegalArgumentException("'maxFailures' must be one or more (was " + maxFailures + ")");
		}
		if (cooldown.isNegative() || cooldown.isZero() || cooldown.compareTo(MAX_COOLDOWN) > 0) {
			throw new IllegalArgumentException(
					"'cooldown' must be more than zero and at most an hour (was " + cooldown + ")");
		}
	}

	/**
	 * Named {@code default}; targets are asked in their order, after failures of others
	 * that are no fault of the request; 10 seconds to the first content; 30 seconds alone
	 * after 3 failures in a row.
	 * @return the configuration
	 */
	public static RouteConfig defaults() {
		return DEFAULTS;
	}

	/**
	 * Change what this target is called.
	 * @param name the name, not blank
	 * @return a changed configuration
	 */
	public RouteConfig withName(String name) {
		return new RouteConfig(name, this.choice, this.weight, this.takes, this.firstToken, this.maxFailures,
				this.cooldown);
	}

	/**
	 * Change which target is asked first.
	 * @param choice which
	 * @return a changed configuration
	 */
	public RouteConfig withChoice(Choice choice) {
		return new RouteConfig(this.name, choice, this.weight, this.takes, this.firstToken, this.maxFailures,
				this.cooldown);
	}

	/**
	 * Change this target's share of calls if the choice is weighted.
	 * @param weight the share, zero or more
	 * @return a changed configuration
	 */
	public RouteConfig withWeight(int weight) {
		return new RouteConfig(this.name, this.choice, weight, this.takes, this.firstToken, this.maxFailures,
				this.cooldown);
	}

	/**
	 * Change after which failures of others this target is asked.
	 * @param takes the reasons, not empty
	 * @return a changed configuration
	 */
	public RouteConfig withTakes(Set<FallbackReason> takes) {
		return new RouteConfig(this.name, this.choice, this.weight, takes, this.firstToken, this.maxFailures,
				this.cooldown);
	}

	/**
	 * Change how long this target may take to its first content while there is another.
	 * @param firstToken the limit, more than zero
	 * @return a changed configuration
	 */
	public RouteConfig withFirstToken(Duration firstToken) {
		return new RouteConfig(this.name, this.choice, this.weight, this.takes, firstToken, this.maxFailures,
				this.cooldown);
	}

	/**
	 * Change when this target is left alone.
	 * @param maxFailures after how many failures in a row, one or more
	 * @param cooldown for how long, more than zero, at most an hour
	 * @return a changed configuration
	 */
	public RouteConfig withCooldown(int maxFailures, Duration cooldown) {
		return new RouteConfig(this.name, this.choice, this.weight, this.takes, this.firstToken, maxFailures, cooldown);
	}

	/**
	 * Which of a stream's targets is asked first.
	 */
	public enum Choice {

		/** The stream itself, then its fallbacks in their order. */
		ORDERED,

		/**
		 * By chance, for each call anew, in proportion to their weights; the next one in
		 * the same way among those that are left.
		 */
		WEIGHTED

	}

}

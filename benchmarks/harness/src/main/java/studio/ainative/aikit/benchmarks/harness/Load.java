package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is streamed at once, and for how long.
 *
 * @param title the load in words
 * @param tokens how many tokens an answer has
 * @param rate how many tokens a second an answer brings, 0 for as many as can be
 * @param lanes how many answers are streamed at once
 * @param length for how long new answers are begun in a round
 * @param warmUp likewise, before the first round
 */
record Load(String title, int tokens, int rate, int lanes, Duration length, Duration warmUp) {

	/** What a fresh process needs until the compiler has little left to do. */
	private static final int WARM_UP_MILLIS = 30_000;

	/** For a load after others. */
	private static final int FURTHER_WARM_UP_MILLIS = 5000;

	/**
	 * For a paced load after others: tokens come so seldom that it takes the compiler far
	 * longer to see what has changed.
	 */
	private static final int FURTHER_PACED_WARM_UP_MILLIS = 20_000;

	/**
	 * The loads that one process gets one after another.
	 * @param modes their names
	 * @param options may change them
	 * @return the loads
	 */
	static List<Load> of(List<String> modes, Options options) {
		List<Load> loads = new ArrayList<>();
		for (String mode : modes) {
			int further = "paced".equals(mode) ? FURTHER_PACED_WARM_UP_MILLIS : FURTHER_WARM_UP_MILLIS;
			loads.add(of(mode, options, loads.isEmpty() ? WARM_UP_MILLIS : further));
		}
		return loads;
	}

	/**
	 * For how long the calls are warmed up whose first token is timed.
	 * @param afterOthers whether other loads came before
	 * @param options may change it
	 * @return the time
	 */
	static Duration warmUpForFirstTokens(boolean afterOthers, Options options) {
		return Duration.ofMillis(options.number("warm", afterOthers ? FURTHER_WARM_UP_MILLIS : WARM_UP_MILLIS));
	}

	private static Load of(String mode, Options options, int warmUpMillis) {
		Duration length = Duration.ofMillis(options.number("millis", 1500));
		Duration warmUp = Duration.ofMillis(options.number("warm", warmUpMillis));
		int tokens = options.number("tokens", 2000);
		return switch (mode) {
			case "single" -> new Load("1 stream", tokens, 0, 1, length, warmUp);
			case "many" -> {
				int lanes = options.number("lanes", 64);
				yield new Load(lanes + " streams", tokens, 0, lanes, length, warmUp);
			}
			case "paced" -> {
				int lanes = options.number("paced-lanes", 200);
				int rate = options.number("rate", 50);
				// Ten seconds, an answer as long as they often are
				int seconds = options.number("seconds", 10);
				yield new Load(lanes + " streams at " + rate + " tokens/s", seconds * rate, rate, lanes, length,
						warmUp);
			}
			default -> throw new IllegalArgumentException("Unknown mode " + mode);
		};
	}

}

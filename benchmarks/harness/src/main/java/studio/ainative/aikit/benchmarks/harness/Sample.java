package studio.ainative.aikit.benchmarks.harness;

import java.util.Map;
import java.util.TreeMap;

import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * What one peer did in one round: figures by name.
 *
 * @param figures the figures
 */
record Sample(Map<String, Double> figures) {

	Sample() {
		this(new TreeMap<>());
	}

	/** What a number of tokens cost a process. */
	static Sample of(Facts facts) {
		double tokens = facts.number("tokens");
		return new Sample().with("tps", tokens / facts.number("wall") * 1e9)
			.with("cpu", facts.number("cpu") / 1e3 / tokens)
			.with("allocated", facts.number("allocated") / tokens)
			.with("collections", facts.number("collections"));
	}

	Sample with(String name, double figure) {
		this.figures.put(name, figure);
		return this;
	}

	double get(String name) {
		return this.figures.getOrDefault(name, Double.NaN);
	}

}

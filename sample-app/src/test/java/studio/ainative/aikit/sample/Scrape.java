package studio.ainative.aikit.sample;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Prometheus reads.
 *
 * @param samples all of it, in order
 */
record Scrape(List<Sample> samples) {

	private static final Pattern LINE = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");

	private static final Pattern LABEL = Pattern.compile("([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

	static Scrape of(String text) {
		return new Scrape(text.lines().filter((line) -> !line.startsWith("#")).map(Scrape::sample).toList());
	}

	private static Sample sample(String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			throw new AssertionError("Not a sample: " + line);
		}
		Map<String, String> labels = new TreeMap<>();
		if (matcher.group(2) != null) {
			LABEL.matcher(matcher.group(2)).results().forEach((label) -> labels.put(label.group(1), label.group(2)));
		}
		return new Sample(matcher.group(1), labels, Double.parseDouble(matcher.group(3)));
	}

	Stream<Sample> named(String name) {
		return this.samples.stream().filter((sample) -> sample.name().equals(name));
	}

	double sum(String name, String label, String value) {
		return named(name).filter((sample) -> value.equals(sample.labels().get(label)))
			.mapToDouble(Sample::value)
			.sum();
	}

	/** The labels that all samples of a metric have, empty if there are none. */
	Set<String> labels(String name) {
		return named(name).map((sample) -> sample.labels().keySet()).reduce((one, other) -> {
			Set<String> both = new TreeSet<>(one);
			both.retainAll(other);
			return both;
		}).orElse(Set.of());
	}

	/**
	 * One line.
	 *
	 * @param name the metric's name
	 * @param labels its labels
	 * @param value its value
	 */
	record Sample(String name, Map<String, String> labels, double value) {
	}

}

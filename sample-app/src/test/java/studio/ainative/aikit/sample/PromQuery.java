package studio.ainative.aikit.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks a query against a scrape: each metric is there, has each label that is matched
 * or grouped by, and has samples that match. Reads the part of PromQL that dashboards are
 * made of: selectors, ranges, functions, aggregations, arithmetic. Whatever it doesn't
 * know it refuses.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/basics/">Querying
 * basics</a>
 */
final class PromQuery {

	private static final Pattern TOKEN = Pattern.compile("\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\")"
			+ "|(\\[[^]]*])|([a-zA-Z_:][a-zA-Z0-9_:]*)|([0-9.]+)|(=~|!~|!=|[-+*/(){},=<>]))");

	private static final Set<String> AGGREGATIONS = Set.of("sum", "min", "max", "avg", "count", "topk");

	private static final Set<String> FUNCTIONS = Set.of("rate", "increase", "histogram_quantile", "clamp_min");

	/** A range that Grafana puts in, or one in figures. */
	private static final Pattern RANGE = Pattern.compile("\\[(\\$__rate_interval|\\d+[smhd])]");

	private final String query;

	private final Scrape scrape;

	private final List<String> tokens = new ArrayList<>();

	private int at;

	private PromQuery(String query, Scrape scrape) {
		this.query = query;
		this.scrape = scrape;
		Matcher matcher = TOKEN.matcher(query);
		int end = 0;
		while (end < query.length()) {
			if (!matcher.find(end) || matcher.start() != end) {
				throw new AssertionError("Not PromQL from '" + query.substring(end) + "' of: " + query);
			}
			this.tokens.add(matcher.group().trim());
			end = matcher.end();
		}
	}

	/**
	 * Check a query.
	 * @param query the query, in which a value {@code $name} matches everything
	 * @param scrape what Prometheus read
	 * @return the labels of what it gives
	 * @throws AssertionError if something isn't there
	 */
	static Set<String> check(String query, Scrape scrape) {
		PromQuery check = new PromQuery(query, scrape);
		Set<String> labels = check.expression();
		check.require(check.at == check.tokens.size(), "ends before '" + check.peek() + "'");
		return labels;
	}

	private Set<String> expression() {
		Set<String> labels = operand();
		while (Set.of("+", "-", "*", "/").contains(peek())) {
			next();
			Set<String> other = operand();
			require(labels.isEmpty() || other.isEmpty() || labels.equals(other), "combines what has other labels");
			labels = labels.isEmpty() ? other : labels;
		}
		return labels;
	}

	private Set<String> operand() {
		String token = next();
		if (token.equals("(")) {
			Set<String> labels = expression();
			expect(")");
			return labels;
		}
		if (Character.isDigit(token.charAt(0))) {
			return Set.of();
		}
		if (AGGREGATIONS.contains(token)) {
			return aggregation();
		}
		if (peek().equals("(")) {
			require(FUNCTIONS.contains(token), "calls the unknown '" + token + "'");
			return function(token);
		}
		return selector(token);
	}

	/** With the labels before the argument, or after it. */
	private Set<String> aggregation() {
		Set<String> by = peek().equals("by") ? grouping() : null;
		Set<String> labels = arguments();
		if (by == null && peek().equals("by")) {
			by = grouping();
		}
		Set<String> kept = (by != null) ? by : Set.of();
		require(labels.containsAll(kept), "groups by " + kept + " of " + labels);
		return kept;
	}

	private Set<String> grouping() {
		expect("by");
		expect("(");
		Set<String> labels = new TreeSet<>();
		for (String token = next(); !token.equals(")"); token = next()) {
			if (!token.equals(",")) {
				labels.add(token);
			}
		}
		return labels;
	}

	private Set<String> function(String name) {
		Set<String> labels = arguments();
		if (!name.equals("histogram_quantile")) {
			return labels;
		}
		require(labels.contains("le"), "has no buckets for " + name);
		Set<String> others = new TreeSet<>(labels);
		others.remove("le");
		return others;
	}

	/** The labels of the only argument that has any. */
	private Set<String> arguments() {
		expect("(");
		Set<String> labels = expression();
		while (peek().equals(",")) {
			next();
			Set<String> other = expression();
			labels = labels.isEmpty() ? other : labels;
		}
		expect(")");
		return labels;
	}

	private Set<String> selector(String metric) {
		List<Scrape.Sample> samples = this.scrape.named(metric).toList();
		require(!samples.isEmpty(), "names the unknown metric '" + metric + "'");
		Set<String> labels = this.scrape.labels(metric);
		if (peek().equals("{")) {
			next();
			while (!peek().equals("}")) {
				samples = matching(samples, metric, labels);
				if (peek().equals(",")) {
					next();
				}
			}
			next();
		}
		require(!samples.isEmpty(), "selects nothing of '" + metric + "'");
		if (peek().startsWith("[")) {
			require(RANGE.matcher(next()).matches(), "has an unknown range");
		}
		return labels;
	}

	private List<Scrape.Sample> matching(List<Scrape.Sample> samples, String metric, Set<String> labels) {
		String label = next();
		require(labels.contains(label), "matches '" + label + "', which '" + metric + "' does not have");
		String operator = next();
		String quoted = next();
		String value = quoted.substring(1, quoted.length() - 1);
		if (value.startsWith("$")) {
			return samples;
		}
		boolean wanted = operator.startsWith("=");
		return samples.stream().filter((sample) -> {
			String actual = sample.labels().get(label);
			return wanted == (operator.endsWith("~") ? actual.matches(value) : actual.equals(value));
		}).toList();
	}

	private String peek() {
		return (this.at < this.tokens.size()) ? this.tokens.get(this.at) : "";
	}

	private String next() {
		require(this.at < this.tokens.size(), "ends too early");
		return this.tokens.get(this.at++);
	}

	private void expect(String token) {
		String next = next();
		require(next.equals(token), "has '" + next + "' instead of '" + token + "'");
	}

	private void require(boolean condition, String fault) {
		if (!condition) {
			throw new AssertionError("A query " + fault + ": " + this.query);
		}
	}

}

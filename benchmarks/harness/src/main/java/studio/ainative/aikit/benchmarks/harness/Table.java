package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The samples of some rounds, and a Markdown table of them: for each peer the median of
 * each figure with its smallest and largest value, and where asked the same of its ratio
 * to the floor, which is taken inside each round.
 */
final class Table {

	private final String title;

	private final @Nullable String floor;

	private final List<Column> columns = new ArrayList<>();

	private final Map<String, List<Sample>> rows = new LinkedHashMap<>();

	Table(String title, @Nullable String floor) {
		this.title = title;
		this.floor = floor;
	}

	Table column(String heading, String figure) {
		this.columns.add(new Column(heading, figure, Kind.VALUE));
		return this;
	}

	Table ratio(String figure) {
		this.columns.add(new Column("x floor", figure, Kind.RATIO));
		return this;
	}

	Table difference(String heading, String figure) {
		this.columns.add(new Column(heading, figure, Kind.DIFFERENCE));
		return this;
	}

	void add(String peer, Sample sample) {
		this.rows.computeIfAbsent(peer, (name) -> new ArrayList<>()).add(sample);
	}

	/**
	 * Forget peers that failed, and keep the order of the others.
	 * @param peers the peers that didn't
	 */
	void keepOnly(List<String> peers) {
		Map<String, List<Sample>> kept = new LinkedHashMap<>();
		for (String peer : peers) {
			kept.put(peer, this.rows.getOrDefault(peer, List.of()));
		}
		this.rows.clear();
		this.rows.putAll(kept);
	}

	String toMarkdown() {
		StringBuilder text = new StringBuilder("\n### ").append(this.title).append("\n\n| peer |");
		this.columns.forEach((column) -> text.append(' ').append(column.heading()).append(" |"));
		text.append("\n|---|").append("---|".repeat(this.columns.size())).append('\n');
		this.rows.forEach((peer, samples) -> {
			text.append("| ").append(peer).append(" |");
			for (Column column : this.columns) {
				text.append(' ').append(cell(column, peer, samples)).append(" |");
			}
			text.append('\n');
		});
		return text.toString();
	}

	/** One line for each figure. */
	String toCsv() {
		StringBuilder text = new StringBuilder();
		this.rows.forEach((peer, samples) -> {
			for (int round = 0; round < samples.size(); round++) {
				for (Map.Entry<String, Double> figure : samples.get(round).figures().entrySet()) {
					text.append('"').append(this.title).append("\",").append(round).append(',').append(peer);
					text.append(',').append(figure.getKey()).append(',').append(figure.getValue()).append('\n');
				}
			}
		});
		return text.toString();
	}

	private String cell(Column column, String peer, List<Sample> samples) {
		double[] values = samples.stream().mapToDouble((sample) -> sample.get(column.figure())).toArray();
		if (column.kind() != Kind.VALUE) {
			List<Sample> floors = this.rows.get(this.floor);
			if (floors == null || peer.equals(this.floor)) {
				return (column.kind() == Kind.RATIO && floors != null) ? "1" : "";
			}
			for (int i = 0; i < values.length; i++) {
				double base = floors.get(i).get(column.figure());
				values[i] = (column.kind() == Kind.RATIO) ? values[i] / base : values[i] - base;
			}
		}
		if (values.length == 0) {
			return "";
		}
		Arrays.sort(values);
		String median = format(values[values.length / 2]);
		if (values.length == 1 || median.isEmpty()) {
			return median;
		}
		return median + " [" + format(values[0]) + ".." + format(values[values.length - 1]) + "]";
	}

	private static String format(double value) {
		if (Double.isNaN(value)) {
			return "";
		}
		double size = Math.abs(value);
		return String.format(Locale.ROOT, (size >= 100) ? "%,.0f" : (size >= 10) ? "%.1f" : "%.2f", value);
	}

	private enum Kind {

		VALUE, RATIO, DIFFERENCE

	}

	private record Column(String heading, String figure, Kind kind) {
	}

}

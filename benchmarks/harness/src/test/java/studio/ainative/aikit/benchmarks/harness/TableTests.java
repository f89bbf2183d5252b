package studio.ainative.aikit.benchmarks.harness;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Table}.
 */
class TableTests {

	private final Table table = new Table("Clients", "floor").column("CPU", "cpu")
		.ratio("cpu")
		.difference("above", "cpu");

	@Test
	void comparesInsideEachRound() {
		add("floor", 1, 100, 2);
		add("peer", 3, 200, 8);
		assertThat(this.table.toMarkdown()).isEqualTo("""

				### Clients

				| peer | CPU | x floor | above |
				|---|---|---|---|
				| floor | 2.00 [1.00..100] | 1 |  |
				| peer | 8.00 [3.00..200] | 3.00 [2.00..4.00] | 6.00 [2.00..100] |
				""");
	}

	@Test
	void leavesOutThoseThatFailed() {
		add("floor", 1);
		add("failed", 0.1);
		add("peer", 2);
		this.table.keepOnly(List.of("floor", "peer"));
		assertThat(this.table.toMarkdown()).contains("| peer | 2.00 | 2.00 | 1.00 |").doesNotContain("failed");
	}

	private void add(String peer, double... figures) {
		for (double figure : figures) {
			this.table.add(peer, new Sample().with("cpu", figure));
		}
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.List;

import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * The first answer that a client reads in a fresh process: class loading and the
 * interpreter included.
 */
final class ColdBenchmark {

	private static final int TOKENS = 500;

	private final Processes processes;

	private final Rounds rounds;

	private final Options options;

	ColdBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.rounds = new Rounds(report, options.number("rounds", 5));
		this.options = options;
	}

	void run() throws PeerException {
		Format format = Format.of(this.options.text("format", "openai"));
		List<Peer> peers = Peer.chosen(Peer.Role.CLIENT, this.options)
			.stream()
			.filter((peer) -> peer.formats().contains(format))
			.toList();
		Table table = new Table("First answer of a fresh process, " + format + ", " + TOKENS + " tokens",
				Peer.floor(peers))
			.column("first token ms", "first")
			.ratio("first")
			.column("whole answer ms", "whole")
			.ratio("whole")
			.column("CPU ms", "cpu");
		try (PeerProcess source = this.processes.source()) {
			source.ask("play " + TOKENS + " 0");
			this.rounds.fresh(peers, table, (peer) -> measure(peer, format, source));
		}
	}

	private Sample measure(Peer peer, Format format, PeerProcess source) throws PeerException {
		try (PeerProcess client = this.processes.peer(peer, "none")) {
			client.ask("open http://127.0.0.1:" + source.port() + "/v1 " + format + " " + TOKENS + " 1");
			Facts facts = client.ask("first 1", Duration.ofSeconds(10));
			return new Sample().with("first", facts.number("first") / 1e6)
				.with("whole", facts.number("wall") / 1e6)
				.with("cpu", client.ask("statistics").number("cpu") / 1e6);
		}
	}

}

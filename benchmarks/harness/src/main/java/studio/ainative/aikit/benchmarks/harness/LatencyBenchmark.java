package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.List;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * Relays with many paced streams at once: how long a token takes from the provider's
 * write to the reader's read. Streams begin evenly spread over the length of an answer,
 * and the next one begins where one has ended, so that no moment is unlike another. Each
 * peer runs alone, in a fresh process.
 */
final class LatencyBenchmark {

	private final Processes processes;

	private final Rounds rounds;

	private final Options options;

	private final int connections;

	private final int rate;

	private final Duration length;

	LatencyBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.rounds = new Rounds(report, options.number("rounds", 3));
		this.options = options;
		this.connections = options.number("connections", 1000);
		this.rate = options.number("rate", 10);
		this.length = Duration.ofSeconds(options.number("seconds", 10));
	}

	void run() {
		List<Peer> peers = Peer.chosen(Role.RELAY, this.options);
		Table table = new Table("Relay, " + this.connections + " streams at " + this.rate + " tokens/s",
				Peer.floor(peers))
			.column("open at once", "open")
			.column("p50 ms", "p50")
			.column("p99 ms", "p99")
			.difference("above the floor", "p99")
			.column("p99.9 ms", "p999")
			.column("largest ms", "max")
			.column("CPU us/token", "cpu")
			.ratio("cpu")
			.column("threads", "threads")
			.column("heap MB", "heap");
		this.rounds.fresh(peers, table, this::measure);
	}

	private Sample measure(Peer peer) throws PeerException {
		int tokens = (int) this.length.toSeconds() * this.rate;
		try (PeerProcess source = this.processes.source();
				PeerProcess drain = this.processes.drain();
				PeerProcess relay = this.processes.peer(peer, "http://127.0.0.1:" + source.port() + "/v1")) {
			String target = relay.port() + " " + relay.ask("path " + tokens + " " + this.rate).text("path") + " ";
			Load warmUp = Load.of(List.of("many"), this.options).get(0);
			// With answers as short as those to be measured, since answers end and begin
			// then
			source.ask("play " + tokens + " 0");
			drain.ask("load " + target + tokens + " " + warmUp.warmUp().toMillis() + " " + warmUp.lanes() + " "
					+ peer.answer(), warmUp.warmUp());
			source.ask("play " + tokens + " " + this.rate + " stamp");
			drain.ask("stamped-open " + target + tokens + " " + this.connections + " " + this.length.toMillis(),
					this.length.multipliedBy(2));
			Facts before = relay.ask("statistics");
			drain.ask("stamped-count " + this.length.toMillis(), this.length);
			Facts after = relay.ask("statistics");
			Facts heap = relay.ask("heap");
			Facts latencies = drain.ask("stamped-end");
			Sample sample = new Sample().with("threads", heap.number("threads"))
				.with("open", latencies.number("open"))
				.with("heap", heap.number("heap") / 1024 / 1024)
				.with("cpu", (after.number("cpu") - before.number("cpu")) / 1e3 / latencies.number("counted"));
			for (String percentile : new String[] { "p50", "p99", "p999", "max" }) {
				sample.with(percentile, latencies.number(percentile) / 1e6);
			}
			return sample;
		}
	}

}

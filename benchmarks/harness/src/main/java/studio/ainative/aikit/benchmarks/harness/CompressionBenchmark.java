package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * What compression saves when each event is flushed by itself.
 */
final class CompressionBenchmark {

	/** Slow enough that each token is alone. */
	private static final int RATE = 500;

	private final Processes processes;

	private final Report report;

	private final Options options;

	CompressionBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.report = report;
		this.options = options;
	}

	void run() throws PeerException {
		int tokens = this.options.number("tokens", 2000);
		Table table = new Table("Compression, an answer of " + tokens + " tokens, " + RATE + " a second", null)
			.column("body, plain", "plain body")
			.column("body, gzip", "gzip body")
			.column("saved, %", "saved body")
			.column("on the wire, plain", "plain wire")
			.column("on the wire, gzip", "gzip wire")
			.column("saved, %", "saved wire")
			.column("flushes", "flushes");
		try (PeerProcess drain = this.processes.drain()) {
			for (Peer peer : Peer.chosen(Role.COMPRESSING_SERVER, this.options)) {
				table.add(peer.name(), measure(peer, drain, tokens));
			}
		}
		this.report.print(table);
	}

	private Sample measure(Peer peer, PeerProcess drain, int tokens) throws PeerException {
		try (PeerProcess server = this.processes.peer(peer, "none")) {
			String response = "response " + server.port() + " " + server.ask("path " + tokens + " " + RATE).text("path")
					+ " " + tokens + " ";
			Duration length = Duration.ofSeconds(tokens / RATE);
			Facts plain = drain.ask(response + "plain", length);
			Facts gzip = drain.ask(response + "gzip", length);
			Sample sample = new Sample().with("flushes", gzip.number("flushes"));
			for (String part : new String[] { "body", "wire" }) {
				sample.with("plain " + part, plain.number(part))
					.with("gzip " + part, gzip.number(part))
					.with("saved " + part, 100 - 100 * gzip.number(part) / plain.number(part));
			}
			return sample;
		}
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * Servers send answers, or relays send those of a provider on, observed or not.
 */
final class ServerBenchmark {

	private final Processes processes;

	private final Rounds rounds;

	private final Report report;

	private final Options options;

	private final Role role;

	ServerBenchmark(Role role, Processes processes, Report report, Options options) {
		this.role = role;
		this.processes = processes;
		this.rounds = new Rounds(report, options.number("rounds", 5));
		this.report = report;
		this.options = options;
	}

	void run() throws PeerException {
		List<Peer> chosen = new ArrayList<>(Peer.chosen(this.role, this.options));
		if (this.role != Role.OBSERVED) {
			chosen.addAll(Peer.chosen((this.role == Role.RELAY) ? Role.RELAY_FORM : Role.SERVER_FORM, this.options));
		}
		List<PeerProcess> peers = new ArrayList<>();
		Map<PeerProcess, AnswerFormat> formats = new HashMap<>();
		try (PeerProcess source = this.processes.source(); PeerProcess drain = this.processes.drain()) {
			for (Peer peer : chosen) {
				try {
					PeerProcess process = this.processes.peer(peer, "http://127.0.0.1:" + source.port() + "/v1");
					peers.add(process);
					formats.put(process, peer.answer());
				}
				catch (PeerException ex) {
					this.report.failed(ex);
				}
			}
			for (Load load : Load.of(this.options.list("modes", "many,single,paced"), this.options)) {
				measure(load, source, drain, peers, formats, Peer.floor(chosen));
			}
		}
		finally {
			peers.forEach(PeerProcess::close);
		}
	}

	private void measure(Load load, PeerProcess source, PeerProcess drain, List<PeerProcess> peers,
			Map<PeerProcess, AnswerFormat> formats, String floor) throws PeerException {
		source.ask("play " + load.tokens() + " " + load.rate());
		Map<PeerProcess, String> targets = new HashMap<>();
		this.rounds.each(peers, (peer) -> {
			String path = peer.ask("path " + load.tokens() + " " + load.rate()).text("path");
			targets.put(peer, "load " + peer.port() + " " + path + " " + load.tokens() + " ");
			drain.ask(targets.get(peer) + load.warmUp().toMillis() + " " + load.lanes() + " " + formats.get(peer),
					load.warmUp());
		});
		Table table = new Table(title() + load.title(), floor).column("tokens/s", "tps")
			.ratio("tps")
			.column("CPU us/token", "cpu")
			.ratio("cpu")
			.column("bytes allocated/token", "allocated")
			.column("first byte us, p50", "first")
			.column("reads/token", "reads")
			.column("drain's CPU us/token", "other");
		this.rounds.run(peers, table, (peer) -> sample(peer, drain,
				targets.get(peer) + load.length().toMillis() + " " + load.lanes() + " " + formats.get(peer), load));
	}

	private String title() {
		return switch (this.role) {
			case RELAY -> "Relay, ";
			case OBSERVED -> "Observed relay, ";
			default -> "Server, ";
		};
	}

	/** What a load costs a server. */
	static Sample sample(PeerProcess peer, PeerProcess drain, String line, Load load) throws PeerException {
		Facts before = peer.ask("statistics");
		Facts facts = drain.ask(line, load.length());
		Facts after = peer.ask("statistics");
		double tokens = facts.number("tokens");
		return new Sample().with("tps", tokens / facts.number("wall") * 1e9)
			.with("tokens", tokens)
			.with("cpu", (after.number("cpu") - before.number("cpu")) / 1e3 / tokens)
			.with("allocated", (after.number("allocated") - before.number("allocated")) / tokens)
			.with("first", facts.number("first") / 1e3)
			.with("reads", facts.number("reads") / tokens)
			.with("other", facts.number("cpu") / 1e3 / tokens);
	}

}

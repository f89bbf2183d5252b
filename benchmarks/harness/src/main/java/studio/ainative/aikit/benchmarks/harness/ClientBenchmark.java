package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * Clients read answers of a provider.
 */
final class ClientBenchmark {

	/** Few, since each costs 20 ms and only the first is looked at. */
	private static final int TOKENS_FOR_THE_FIRST = 3;

	private final Processes processes;

	private final Rounds rounds;

	private final Options options;

	private final Format format;

	ClientBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.rounds = new Rounds(report, options.number("rounds", 5));
		this.options = options;
		this.format = Format.of(options.text("format", "openai"));
	}

	void run() throws PeerException {
		List<Peer> chosen = Peer.chosen(Peer.Role.CLIENT, this.options)
			.stream()
			.filter((peer) -> peer.formats().contains(this.format))
			.toList();
		List<PeerProcess> peers = new ArrayList<>();
		try (PeerProcess source = this.processes.source()) {
			for (Peer peer : chosen) {
				peers.add(this.processes.peer(peer, "none"));
			}
			List<String> modes = new ArrayList<>(this.options.list("modes", "many,single,paced,ttft"));
			boolean firstTokens = modes.remove("ttft");
			for (Load load : Load.of(modes, this.options)) {
				throughput(load, source, peers, Peer.floor(chosen));
			}
			if (firstTokens) {
				Duration warmUp = Load.warmUpForFirstTokens(!modes.isEmpty(), this.options);
				firstTokens(warmUp, source, peers, Peer.floor(chosen));
			}
		}
		finally {
			peers.forEach(PeerProcess::close);
		}
	}

	private void throughput(Load load, PeerProcess source, List<PeerProcess> peers, String floor) throws PeerException {
		open(load.tokens(), load.rate(), load.lanes(), source, peers);
		String run = "run " + load.length().toMillis() + " " + load.lanes();
		String warmUp = "run " + load.warmUp().toMillis() + " " + load.lanes();
		this.rounds.each(peers, (peer) -> peer.ask(warmUp, load.warmUp()));
		String shape = this.options.text("shape", "frame").equals("packed") ? ", in chunks of 8 KiB" : "";
		Table table = new Table("Client, " + this.format + shape + ", " + load.title(), floor).column("tokens/s", "tps")
			.ratio("tps")
			.column("CPU us/token", "cpu")
			.ratio("cpu")
			.column("bytes allocated/token", "allocated")
			.column("source's CPU us/token", "other");
		this.rounds.run(peers, table, (peer) -> {
			double before = source.ask("statistics").number("cpu");
			Facts facts = peer.ask(run, load.length());
			double after = source.ask("statistics").number("cpu");
			return Sample.of(facts).with("other", (after - before) / 1e3 / facts.number("tokens"));
		});
	}

	private void firstTokens(Duration warmUp, PeerProcess source, List<PeerProcess> peers, String floor)
			throws PeerException {
		int rate = this.options.number("rate", 50);
		int count = this.options.number("calls", 100);
		Duration length = Duration.ofSeconds(1L + (long) count * TOKENS_FOR_THE_FIRST / rate);
		// Paced calls alone are so few that most of their code would be interpreted
		open(TOKENS_FOR_THE_FIRST, 0, 1, source, peers);
		String run = "run " + warmUp.toMillis() + " 1";
		this.rounds.each(peers, (peer) -> peer.ask(run, warmUp));
		open(TOKENS_FOR_THE_FIRST, rate, 1, source, peers);
		String first = "first " + count;
		this.rounds.each(peers, (peer) -> peer.ask(first, length));
		Table table = new Table(
				"Client, " + this.format + ", first token at " + rate + " tokens/s, one call after another", floor)
			.column("first token us, p50", "first")
			.difference("above the floor us", "first")
			.column("p99", "first99");
		this.rounds.run(peers, table, (peer) -> {
			Facts facts = peer.ask(first, length);
			return new Sample().with("first", facts.number("first") / 1e3)
				.with("first99", facts.number("first99") / 1e3);
		});
	}

	private void open(int tokens, int rate, int lanes, PeerProcess source, List<PeerProcess> peers)
			throws PeerException {
		source.ask("play " + tokens + " " + rate + " " + this.options.text("shape", "frame"));
		String open = "open http://127.0.0.1:" + source.port() + "/v1 " + this.format + " " + tokens + " " + lanes;
		this.rounds.each(peers, (peer) -> peer.ask(open));
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.RedisProcess.RedisState;

/**
 * Relays that keep their answers, in memory or in Redis, beside the same relay without:
 * what that costs a token and how much later the first one comes. Each peer that needs a
 * Redis has its own. What readers who come again get of it is {@link FollowBenchmark}.
 */
final class ResumeBenchmark {

	/** As few as show that answers end well: only the first is timed. */
	private static final int FIRST_TOKENS = 3;

	private static final int FIRST_RATE = 50;

	/** Nothing may pile up where tokens come as fast as they can. */
	private static final String SHORT = "1s";

	/** Nothing may expire while the bytes in Redis are counted. */
	private static final String LONG = "1h";

	private final Processes processes;

	private final Report report;

	private final Rounds rounds;

	private final Options options;

	ResumeBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.report = report;
		this.rounds = new Rounds(report, options.number("rounds", 5));
		this.options = options;
	}

	void run() throws PeerException {
		for (String stack : this.options.list("stacks", "webflux,mvc")) {
			Role role = stack.equals("mvc") ? Role.KEEPING_MVC : Role.KEEPING_WEBFLUX;
			FollowBenchmark follow = new FollowBenchmark(role, this.processes, this.report, this.options);
			for (String mode : this.options.list("modes", "many,paced,first,follow,finished")) {
				switch (mode) {
					case "follow" -> follow.whileTheyCome();
					case "finished" -> follow.afterTheirEnd();
					case "first" -> run(role, SHORT, this::firstTokens);
					default -> {
						Load load = Load.of(List.of(mode), this.options).get(0);
						run(role, (load.rate() == 0) ? SHORT : LONG,
								(source, drain, peers, floor) -> cost(load, source, drain, peers, floor));
					}
				}
			}
		}
	}

	/** Start all peers, measure and end them. */
	private void run(Role role, String retain, Measurement measurement) throws PeerException {
		List<Peer> chosen = Peer.chosen(role, this.options);
		List<PeerProcess> peers = new ArrayList<>();
		Map<String, RedisProcess> servers = new HashMap<>();
		try (PeerProcess source = this.processes.source(); PeerProcess drain = this.processes.drain()) {
			for (Peer peer : chosen) {
				try {
					if (peer.keepsInRedis()) {
						servers.put(peer.name(), this.processes.redis(peer));
					}
					peers.add(this.processes.node(peer, "", "http://127.0.0.1:" + source.port() + "/v1",
							servers.get(peer.name()), "-Dai-kit.response.resume.retain=" + retain));
				}
				catch (PeerException ex) {
					this.report.failed(ex);
				}
			}
			measurement.measure(source, drain, new Peers(peers, servers), Peer.floor(chosen));
		}
		finally {
			peers.forEach(PeerProcess::close);
			servers.values().forEach(RedisProcess::close);
		}
	}

	private void cost(Load load, PeerProcess source, PeerProcess drain, Peers peers, String floor)
			throws PeerException {
		source.ask("play " + load.tokens() + " " + load.rate());
		Map<PeerProcess, String> targets = new HashMap<>();
		this.rounds.each(peers.running(), (peer) -> {
			targets.put(peer, target("load", peer, load.tokens()));
			drain.ask(targets.get(peer) + load.warmUp().toMillis() + " " + load.lanes() + " " + AnswerFormat.AI_KIT,
					load.warmUp());
		});
		Table table = new Table("Kept answers, " + load.title(), floor).column("tokens/s", "tps")
			.column("CPU us/token", "cpu")
			.ratio("cpu")
			.column("redis-server's CPU us/token", "redis")
			.column("bytes allocated/token", "allocated")
			.column("first byte us, p50", "first");
		if (load.rate() > 0) {
			table.column("bytes in Redis/token", "kept");
		}
		this.rounds.run(peers.running(), table, (peer) -> {
			RedisProcess redis = peers.servers().get(peer.name());
			RedisState before = (redis != null) ? redis.state() : null;
			Sample sample = ServerBenchmark.sample(peer, drain,
					targets.get(peer) + load.length().toMillis() + " " + load.lanes() + " " + AnswerFormat.AI_KIT,
					load);
			if (redis != null && before != null) {
				RedisState after = redis.state();
				sample.with("redis", (after.cpuMicros() - before.cpuMicros()) / sample.get("tokens"))
					.with("kept", (after.memory() - before.memory()) / sample.get("tokens"));
			}
			return sample;
		});
	}

	private void firstTokens(PeerProcess source, PeerProcess drain, Peers peers, String floor) throws PeerException {
		int count = this.options.number("calls", 100);
		Duration warmUp = Load.warmUpForFirstTokens(false, this.options);
		source.ask("play " + FIRST_TOKENS + " 0");
		this.rounds.each(peers.running(), (peer) -> drain
			.ask(target("load", peer, FIRST_TOKENS) + warmUp.toMillis() + " 1 " + AnswerFormat.AI_KIT, warmUp));
		source.ask("play " + FIRST_TOKENS + " " + FIRST_RATE + " stamp");
		Table table = new Table("Kept answers, first token of " + count + " calls", floor).column("p50 us", "p50")
			.difference("later than the floor's", "p50")
			.column("p99 us", "p99");
		this.rounds.run(peers.running(), table, (peer) -> {
			double[] micros = Arrays
				.stream(drain.ask(target("first", peer, FIRST_TOKENS) + count,
						Duration.ofMillis(count * 1000L / FIRST_RATE * FIRST_TOKENS))
					.text("nanos")
					.split(","))
				.mapToDouble((nanos) -> Long.parseLong(nanos) / 1e3)
				.sorted()
				.toArray();
			return new Sample().with("p50", micros[count / 2]).with("p99", micros[count * 99 / 100]);
		});
	}

	private static String target(String command, PeerProcess peer, int tokens) throws PeerException {
		return command + " " + peer.port() + " " + peer.ask("path " + tokens + " 0").text("path") + " " + tokens + " ";
	}

	/**
	 * What has been started.
	 *
	 * @param running the peers that have not failed
	 * @param servers the Redis of each peer that has one, by the peer's name
	 */
	private record Peers(List<PeerProcess> running, Map<String, RedisProcess> servers) {
	}

	/**
	 * Measures peers that are started.
	 */
	private interface Measurement {

		void measure(PeerProcess source, PeerProcess drain, Peers peers, String floor) throws PeerException;

	}

}

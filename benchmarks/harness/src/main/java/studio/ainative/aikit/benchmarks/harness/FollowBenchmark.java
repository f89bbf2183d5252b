package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.List;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;
import studio.ainative.aikit.benchmarks.harness.RedisProcess.RedisState;

/**
 * Answers that are read again, on another node where nodes share them: while they come,
 * and when they have ended. Each peer runs alone, in fresh processes.
 */
final class FollowBenchmark {

	/** Where peers let answers be read again. */
	private static final String PATH = "/streams/";

	/** Fast enough to warm up by, and stamped all the same. */
	private static final int WARM_UP_RATE = 2000;

	private static final int READS_TO_WARM_UP = 50;

	private static final int WARM_UP_TOKENS = 100;

	private static final int WARM_UP_LANES = 16;

	private final Processes processes;

	private final Rounds rounds;

	private final Options options;

	private final String stack;

	private final List<Peer> peers;

	private final Duration warmUp;

	FollowBenchmark(Role role, Processes processes, Report report, Options options) {
		this.processes = processes;
		this.rounds = new Rounds(report, options.number("rounds", 3));
		this.options = options;
		this.stack = (role == Role.KEEPING_MVC) ? "MVC" : "WebFlux";
		this.peers = Peer.chosen(role, options).stream().filter((peer) -> !peer.isFloor()).toList();
		this.warmUp = Load.warmUpForFirstTokens(false, options);
	}

	void whileTheyCome() {
		Load load = Load.of(List.of("paced"), this.options).get(0);
		Table table = new Table("Kept answers, " + this.stack + ", " + load.title() + ", each followed on another node",
				null)
			.column("after the first reader, p50 ms", "p50")
			.column("p99 ms", "p99")
			.column("largest ms", "max")
			.column("producer's CPU us/token", "producer")
			.column("follower's CPU us/token", "follower")
			.column("redis-server's CPU us/token", "redis")
			.column("Redis connections, both nodes", "connections");
		this.rounds.fresh(this.peers.stream().filter(Peer::keepsInRedis).toList(), table,
				(peer) -> measure(peer, (nodes) -> follow(nodes, load)));
	}

	void afterTheirEnd() {
		int tokens = this.options.number("tokens", 2000);
		int rate = this.options.number("rate", 50);
		Table table = new Table("Kept answers, " + this.stack + ", a finished one of " + tokens + " tokens read again",
				null)
			.column("made in ms", "made")
			.column("read in ms, p50", "again")
			.column("largest", "largest")
			.column("times faster", "faster")
			.column("CPU ms a reader", "cpu")
			.column("bytes allocated a reader", "allocated");
		this.rounds.fresh(this.peers, table, (peer) -> measure(peer, (nodes) -> again(nodes, tokens, rate)));
	}

	/** Start what two readers of one answer need. */
	private Sample measure(Peer peer, Measurement measurement) throws PeerException {
		try (RedisProcess redis = this.processes.redis(peer);
				PeerProcess source = this.processes.source();
				PeerProcess drain = this.processes.drain();
				PeerProcess producer = node(peer, "", source, redis)) {
			warmUp(source, drain, producer);
			if (!peer.keepsInRedis()) {
				return measurement.measure(new Nodes(redis, source, drain, producer, producer));
			}
			try (PeerProcess other = node(peer, "-other", source, redis)) {
				return measurement.measure(new Nodes(redis, source, drain, producer, other));
			}
		}
	}

	/** Answers need no id here, which the first ones of a cold process may lack. */
	private void warmUp(PeerProcess source, PeerProcess drain, PeerProcess producer) throws PeerException {
		source.ask("play " + WARM_UP_TOKENS + " 0");
		drain.ask("load " + producer.port() + " " + producer.ask("path " + WARM_UP_TOKENS + " 0").text("path") + " "
				+ WARM_UP_TOKENS + " " + this.warmUp.toMillis() + " " + WARM_UP_LANES + " " + AnswerFormat.AI_KIT,
				this.warmUp);
	}

	private PeerProcess node(Peer peer, String suffix, PeerProcess source, RedisProcess redis) throws PeerException {
		return this.processes.node(peer, suffix, "http://127.0.0.1:" + source.port() + "/v1", redis,
				"-Dai-kit.response.resume.retain=1m");
	}

	private Sample follow(Nodes nodes, Load load) throws PeerException {
		Duration length = Duration.ofSeconds(load.tokens() / load.rate());
		nodes.source().ask("play " + load.tokens() + " " + load.rate() + " stamp");
		String line = nodes.target("follow", load.tokens()) + load.lanes() + " " + nodes.other().port() + " " + PATH;
		long warm = System.nanoTime() + load.warmUp().toNanos();
		do {
			nodes.drain().ask(line, length);
			nodes.drain().ask("follow-end", length.multipliedBy(2));
		}
		while (System.nanoTime() - warm < 0);
		Facts producer = nodes.producer().ask("statistics");
		Facts other = nodes.other().ask("statistics");
		RedisState before = nodes.redis().state();
		nodes.drain().ask(line, length);
		double connections = nodes.redis().state().connections();
		Facts latencies = nodes.drain().ask("follow-end", length.multipliedBy(2));
		RedisState after = nodes.redis().state();
		if (latencies.number("counted") == 0) {
			throw new PeerException(nodes.producer().name() + ": all answers had ended before the last follower began");
		}
		double tokens = (double) load.tokens() * load.lanes();
		return new Sample().with("p50", latencies.number("p50") / 1e6)
			.with("p99", latencies.number("p99") / 1e6)
			.with("max", latencies.number("max") / 1e6)
			.with("producer", cpu(producer, nodes.producer()) / 1e3 / tokens)
			.with("follower", cpu(other, nodes.other()) / 1e3 / tokens)
			.with("redis", (after.cpuMicros() - before.cpuMicros()) / tokens)
			.with("connections", connections);
	}

	private Sample again(Nodes nodes, int tokens, int rate) throws PeerException {
		int count = this.options.number("calls", 100);
		nodes.source().ask("play " + tokens + " " + WARM_UP_RATE + " stamp");
		String warmUpLine = again(nodes, tokens, make(nodes, tokens, WARM_UP_RATE)) + READS_TO_WARM_UP;
		long warm = System.nanoTime() + this.warmUp.toNanos();
		do {
			nodes.drain().ask(warmUpLine);
		}
		while (System.nanoTime() - warm < 0);
		nodes.source().ask("play " + tokens + " " + rate + " stamp");
		Facts made = make(nodes, tokens, rate);
		Facts before = nodes.other().ask("statistics");
		Facts facts = nodes.drain().ask(again(nodes, tokens, made) + count);
		Facts after = nodes.other().ask("statistics");
		return new Sample().with("made", made.number("made") / 1e6)
			.with("again", facts.number("again") / 1e6)
			.with("largest", facts.number("largest") / 1e6)
			.with("faster", made.number("made") / facts.number("again"))
			.with("cpu", (after.number("cpu") - before.number("cpu")) / 1e6 / count)
			.with("allocated", (after.number("allocated") - before.number("allocated")) / count);
	}

	private static Facts make(Nodes nodes, int tokens, int rate) throws PeerException {
		return nodes.drain().ask(nodes.target("make", tokens), Duration.ofSeconds(tokens / rate));
	}

	private static String again(Nodes nodes, int tokens, Facts made) {
		return "again " + nodes.other().port() + " " + PATH + made.text("id") + " " + tokens + " ";
	}

	private static double cpu(Facts before, PeerProcess process) throws PeerException {
		return process.ask("statistics").number("cpu") - before.number("cpu");
	}

	/**
	 * All that takes part.
	 *
	 * @param redis keeps the answers, if they are kept there
	 * @param source the provider
	 * @param drain the readers
	 * @param producer the node that calls the provider
	 * @param other the node where answers are read again
	 */
	private record Nodes(RedisProcess redis, PeerProcess source, PeerProcess drain, PeerProcess producer,
			PeerProcess other) {

		String target(String command, int tokens) throws PeerException {
			return command + " " + this.producer.port() + " " + this.producer.ask("path " + tokens + " 0").text("path")
					+ " " + tokens + " ";
		}

	}

	/**
	 * Measures a peer that is started.
	 */
	private interface Measurement {

		Sample measure(Nodes nodes) throws PeerException;

	}

}

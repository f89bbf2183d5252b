package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * Clients read answers of a provider that is some way off and speaks TLS: what the first
 * token waits for, and how many connections are opened. A process of its own for each
 * peer and round where it is to be fresh or may hang, else one for all rounds.
 */
final class RemoteBenchmark {

	/** As few as show that answers end well: only the first is timed. */
	private static final int TOKENS = 3;

	private static final int RATE = 50;

	/**
	 * How many calls say what a warm one takes, right before what is compared with it.
	 */
	private static final int WARM_CALLS = 3;

	/** Calls that a fresh process makes before its connections are forgotten. */
	private static final int CALLS_BEFORE_SILENCE = 100;

	private static final int CALLS_AT_ONCE = 20;

	private final Processes processes;

	private final Report report;

	private final Rounds rounds;

	private final Options options;

	private final Format format;

	private final List<Peer> chosen;

	private final List<String> modes;

	private final int[] roundTrips;

	RemoteBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.report = report;
		this.rounds = new Rounds(report, options.number("rounds", 3));
		this.options = options;
		this.format = Format.of(options.text("format", "openai"));
		this.chosen = Peer.chosen(Peer.Role.REMOTE_CLIENT, options)
			.stream()
			.filter((peer) -> peer.formats().contains(this.format))
			.toList();
		this.modes = options.list("modes", "cold,warm,rest,burst,dead");
		this.roundTrips = numbers("rtt", "0,40,150");
	}

	void run() throws PeerException {
		Certificate certificate = this.processes.certificate();
		try (PeerProcess provider = this.processes.farProvider(certificate, this.options.text("alpn", "h2,http/1.1"),
				this.options.number("streams", 100))) {
			if (this.modes.contains("cold")) {
				for (int roundTrip : this.roundTrips) {
					cold(roundTrip, provider, certificate);
				}
			}
			if (!Collections.disjoint(this.modes, List.of("warm", "rest", "burst"))) {
				afterWarmUp(provider, certificate);
			}
			if (this.modes.contains("dead")) {
				for (int roundTrip : this.roundTrips) {
					dead(roundTrip, provider, certificate);
				}
			}
		}
	}

	private int[] numbers(String option, String absent) {
		return this.options.list(option, absent).stream().mapToInt(Integer::parseInt).toArray();
	}

	private Table table(int roundTrip, String what) {
		return new Table("Far provider, " + this.format + ", round trip " + roundTrip + " ms, " + what, null);
	}

	private void cold(int roundTrip, PeerProcess provider, Certificate certificate) throws PeerException {
		Table table = table(roundTrip, "the first call of a fresh process").column("first token ms", "first")
			.column("connections opened", "opened")
			.column("CPU ms", "cpu");
		play(provider, roundTrip, RATE);
		fresh(table, certificate, (peer) -> {
			open(peer, provider, 1);
			return calls(peer, provider, "first 1", 1);
		});
	}

	private void dead(int roundTrip, PeerProcess provider, Certificate certificate) throws PeerException {
		int limit = this.options.number("limit", 10);
		Table table = table(roundTrip, "the next call after all connections died in silence")
			.column("first token ms", "first")
			.column("calls without one in " + limit + " s", "none")
			.column("connections opened", "opened");
		fresh(table, certificate, (peer) -> {
			play(provider, 0, 0);
			open(peer, provider, CALLS_AT_ONCE);
			peer.ask("first " + CALLS_BEFORE_SILENCE);
			play(provider, roundTrip, RATE);
			peer.ask("burst " + CALLS_AT_ONCE, Duration.ofMillis(10L * roundTrip));
			provider.ask("swallow");
			double before = opened(provider);
			Facts facts = peer.ask("probe " + limit, Duration.ofSeconds(limit));
			boolean none = facts.text("first").equals("none");
			return new Sample().with("first", none ? Double.NaN : facts.number("first") / 1e6)
				.with("none", none ? 1 : 0)
				.with("opened", opened(provider) - before);
		});
	}

	/** Measure each peer in a new process in each round. */
	private void fresh(Table table, Certificate certificate, Rounds.Measurement measurement) {
		this.rounds.fresh(this.chosen, table, (peer) -> {
			try (PeerProcess process = this.processes.client(peer, certificate)) {
				return measurement.measure(process);
			}
		});
	}

	private void afterWarmUp(PeerProcess provider, Certificate certificate) throws PeerException {
		int[] bursts = numbers("burst", "20,200");
		List<PeerProcess> peers = new ArrayList<>();
		try {
			for (Peer peer : this.chosen) {
				try {
					peers.add(this.processes.client(peer, certificate));
				}
				catch (PeerException ex) {
					this.report.failed(ex);
				}
			}
			// At once and without a distance, or most of a call's code would be
			// interpreted
			play(provider, 0, 0);
			Duration warmUp = Duration.ofMillis(this.options.number("warm", 30_000));
			this.rounds.each(peers, (peer) -> {
				open(peer, provider, bursts[bursts.length - 1]);
				peer.ask("run " + warmUp.toMillis() + " " + CALLS_AT_ONCE, warmUp);
			});
			for (int roundTrip : this.roundTrips) {
				play(provider, roundTrip, RATE);
				if (this.modes.contains("warm")) {
					warm(roundTrip, provider, peers);
				}
				if (this.modes.contains("rest")) {
					for (int seconds : numbers("rest", "40")) {
						rest(roundTrip, seconds, provider, peers);
					}
				}
				if (this.modes.contains("burst")) {
					for (int count : bursts) {
						burst(roundTrip, count, provider, peers);
					}
				}
			}
		}
		finally {
			peers.forEach(PeerProcess::close);
		}
	}

	private void warm(int roundTrip, PeerProcess provider, List<PeerProcess> peers) {
		int count = this.options.number("calls", 20);
		Table table = table(roundTrip, "warm, " + count + " calls one after another").column("first token ms", "first")
			.column("largest", "largest")
			.column("connections opened", "opened")
			.column("CPU ms a call", "cpu");
		this.rounds.run(peers, table, (peer) -> {
			warmCall(peer);
			return calls(peer, provider, "first " + count, count);
		});
	}

	private void rest(int roundTrip, int seconds, PeerProcess provider, List<PeerProcess> peers) throws PeerException {
		Table table = table(roundTrip, "one call after " + seconds + " s of rest").column("first token ms", "first")
			.column("x warm", "ratio")
			.column("in the provider ms", "provider")
			.column("there when warm ms", "before")
			.column("connections opened", "opened");
		for (int round = 0; round < this.rounds.count(); round++) {
			Map<String, Double> warm = new HashMap<>();
			Map<String, Double> before = new HashMap<>();
			this.rounds.once(round, peers, (peer) -> {
				warm.put(peer.name(), warmCall(peer));
				taken(provider);
				peer.ask("first 1");
				before.put(peer.name(), taken(provider));
			});
			pause(TimeUnit.SECONDS.toMillis(seconds));
			this.rounds.once(round, peers, (peer) -> {
				taken(provider);
				Sample sample = calls(peer, provider, "first 1", 1);
				table.add(peer.name(),
						sample.with("ratio", sample.get("first") / warm.getOrDefault(peer.name(), Double.NaN))
							.with("provider", taken(provider))
							.with("before", before.getOrDefault(peer.name(), Double.NaN)));
			});
		}
		this.rounds.print(peers, table);
	}

	private void burst(int roundTrip, int count, PeerProcess provider, List<PeerProcess> peers) {
		Table table = table(roundTrip, count + " calls at once").column("first token ms, median", "first")
			.column("x warm", "ratio")
			.column("largest", "largest")
			.column("calls failed", "failed")
			.column("connections opened", "opened")
			.column("CPU ms a call", "cpu");
		this.rounds.run(peers, table, (peer) -> {
			// A burst finds what warm calls one after another have left, not what an
			// earlier burst has
			provider.ask("close");
			pause(300L + 2L * roundTrip);
			double before = opened(provider);
			double warm = warmCall(peer);
			Facts facts = peer.ask("burst " + count);
			double first = facts.number("first") / 1e6;
			return new Sample().with("first", first)
				.with("ratio", first / warm)
				.with("largest", facts.number("largest") / 1e6)
				.with("failed", facts.number("failed"))
				.with("cpu", facts.number("cpu") / 1e6 / count)
				.with("opened", opened(provider) - before);
		});
	}

	/** What a call takes now that a connection is there, in milliseconds. */
	private static double warmCall(PeerProcess peer) throws PeerException {
		peer.ask("first 1");
		return peer.ask("first " + WARM_CALLS).number("first") / 1e6;
	}

	private static Sample calls(PeerProcess peer, PeerProcess provider, String line, int count) throws PeerException {
		double before = opened(provider);
		Facts facts = peer.ask(line);
		return new Sample().with("first", facts.number("first") / 1e6)
			.with("largest", facts.number("largest") / 1e6)
			.with("cpu", facts.number("cpu") / 1e6 / count)
			.with("opened", opened(provider) - before);
	}

	private static double opened(PeerProcess provider) throws PeerException {
		return provider.ask("connections").number("opened");
	}

	/**
	 * How long the provider took for the first answer since the last look, in
	 * milliseconds.
	 */
	private static double taken(PeerProcess provider) throws PeerException {
		return provider.ask("taken").number("taken") / 1e6;
	}

	private static void play(PeerProcess provider, int roundTrip, int rate) throws PeerException {
		provider.ask("rtt " + roundTrip);
		provider.ask("play " + TOKENS + " " + rate);
	}

	private void open(PeerProcess peer, PeerProcess provider, int lanes) throws PeerException {
		peer.ask("open https://127.0.0.1:" + provider.port() + "/v1 " + this.format + " " + TOKENS + " " + lanes);
	}

	private static void pause(long millis) throws PeerException {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException("interrupted", ex);
		}
	}

}

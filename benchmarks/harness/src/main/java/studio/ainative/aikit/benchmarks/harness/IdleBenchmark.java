package studio.ainative.aikit.benchmarks.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * Streams stay open with nothing but a heartbeat a second. Each peer is measured in a
 * fresh process, so that the heap of one number of streams is not that of another.
 */
final class IdleBenchmark {

	private static final String HEAP = "3g";

	/** These warm up the code and fill its pools, before the heap is measured. */
	private static final int WARM_UP_CONNECTIONS = 300;

	private static final Duration TO_OPEN = Duration.ofMinutes(1);

	private final Processes processes;

	private final Report report;

	private final Options options;

	private final int connections;

	private final int seconds;

	/**
	 * Enough for some heartbeats, by which the code is warm and who has left is found.
	 */
	private final int settle;

	IdleBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.report = report;
		this.options = options;
		this.connections = options.number("connections", 5000);
		this.settle = options.number("settle", 5);
		this.seconds = options.number("seconds", 10);
	}

	void run() {
		List<Peer> peers = new ArrayList<>(Peer.chosen(Role.SERVER, this.options));
		// It differs from the floor in how it sends tokens only
		peers.removeIf((peer) -> peer.name().equals("netty-flush-each"));
		peers.addAll(Peer.chosen(Role.IDLE_SERVER, this.options));
		Table table = new Table("Server, " + this.connections + " idle streams with a heartbeat a second", null)
			.column("heap bytes/stream", "heap")
			.column("threads", "threads")
			.column("CPU, % of a core", "cpu")
			.column("CPU us/heartbeat", "beat")
			.column("bytes allocated/heartbeat", "allocated")
			.column("heartbeats/s", "beats");
		for (int round = 0; round < this.options.number("rounds", 3); round++) {
			for (Peer peer : peers) {
				try {
					table.add(peer.name(), measure(peer));
				}
				catch (PeerException ex) {
					this.report.failed(ex);
				}
			}
		}
		this.report.print(table);
	}

	private Sample measure(Peer peer) throws PeerException {
		try (PeerProcess server = this.processes.peer(peer, "none", HEAP); PeerProcess drain = this.processes.drain()) {
			String open = "idle " + server.port() + " " + server.ask("idle-path").text("path") + " ";
			drain.ask(open + WARM_UP_CONNECTIONS);
			pause(this.settle);
			drain.ask("idle-close");
			pause(this.settle);
			double heap = server.ask("heap").number("heap");
			drain.ask(open + this.connections, TO_OPEN);
			pause(this.settle);
			Facts before = server.ask("statistics");
			double beatsBefore = drain.ask("idle-statistics").number("beats");
			pause(this.seconds);
			Facts after = server.ask("statistics");
			Facts idle = drain.ask("idle-statistics");
			Facts end = server.ask("heap");
			double seconds = (after.number("wall") - before.number("wall")) / 1e9;
			double beats = idle.number("beats") - beatsBefore;
			// Streams opened together beat together: part of a second may have none
			if (idle.number("open") < this.connections || beats < 0.9 * this.connections * Math.floor(seconds)) {
				throw new PeerException(peer.name() + ": " + idle + " after " + beatsBefore);
			}
			double cpu = after.number("cpu") - before.number("cpu");
			return new Sample().with("heap", (end.number("heap") - heap) / this.connections)
				.with("threads", end.number("threads"))
				.with("cpu", cpu / 1e7 / seconds)
				.with("beat", cpu / 1e3 / beats)
				.with("allocated", (after.number("allocated") - before.number("allocated")) / beats)
				.with("beats", beats / seconds);
		}
	}

	private static void pause(int seconds) throws PeerException {
		try {
			TimeUnit.SECONDS.sleep(seconds);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException("interrupted", ex);
		}
	}

}

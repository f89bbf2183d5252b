package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import studio.ainative.aikit.benchmarks.harness.EmptyApplications.Start;
import studio.ainative.aikit.benchmarks.harness.Peer.Role;
import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * What AI Kit adds to an application that does nothing, and how much longer the first
 * request after a start takes than the tenth. Each launch is a process of its own.
 */
final class FootprintBenchmark {

	private static final String FLOOR = "empty";

	private static final Set<String> REQUEST_MODES = Set.of("first", "probed");

	private static final int REQUESTS = 10;

	private static final int TOKENS = 3;

	private static final int RATE = 50;

	private final Processes processes;

	private final Report report;

	private final Options options;

	private final int rounds;

	FootprintBenchmark(Processes processes, Report report, Options options) {
		this.processes = processes;
		this.report = report;
		this.options = options;
		this.rounds = options.number("rounds", 9);
	}

	void run() throws PeerException {
		List<String> modes = this.options.list("modes", "plain,aot,archive,aot-archive,first,probed");
		EmptyApplications applications = this.processes.emptyApplications();
		for (String stack : this.options.list("stacks", "webflux,webmvc")) {
			for (String mode : modes) {
				if (!REQUEST_MODES.contains(mode)) {
					launches(applications, stack, mode);
				}
			}
		}
		if (modes.contains("first")) {
			firstRequests("the first request after its start", false);
		}
		if (modes.contains("probed")) {
			firstRequests("the first answer after its start and one request that finds nothing", true);
		}
	}

	private void launches(EmptyApplications applications, String stack, String mode) throws PeerException {
		Map<String, Start> starts = new LinkedHashMap<>();
		String how = "as it is";
		for (String name : List.of(FLOOR, "ai-kit")) {
			Start start = applications.plain(name + "-" + stack, this.processes.classPath("empty-" + stack,
					name.equals(FLOOR) ? "classpath.txt" : "classpath-ai-kit.txt"));
			int java = (int) launch(applications, start).get("java");
			String archive = (java >= EmptyApplications.AOT_CACHE) ? "an AOT cache" : "an archive of classes";
			switch (mode) {
				case "plain" -> {
				}
				case "aot" -> {
					how = "processed ahead of time";
					start = applications.aot(start);
				}
				case "archive" -> {
					how = "with " + archive;
					start = applications.archived(start, java);
				}
				case "aot-archive" -> {
					how = "processed ahead of time, with " + archive;
					start = applications.archived(applications.aot(start), java);
				}
				default -> throw new IllegalArgumentException("Unknown mode " + mode);
			}
			starts.put(name, start);
		}
		Table table = new Table("Empty application, " + stack + ", " + how, FLOOR).column("start-up ms", "start")
			.ratio("start")
			.column("heap MB", "heap")
			.difference("more", "heap")
			.column("classes loaded", "classes")
			.difference("more", "classes")
			.column("class path MB", "size")
			.difference("more", "size");
		for (int round = 0; round < this.rounds; round++) {
			List<Map.Entry<String, Start>> order = new ArrayList<>(starts.entrySet());
			Collections.rotate(order, -round);
			for (Map.Entry<String, Start> start : order) {
				table.add(start.getKey(), launch(applications, start.getValue()));
			}
		}
		this.report.print(table);
	}

	private Sample launch(EmptyApplications applications, Start start) throws PeerException {
		long before = System.nanoTime();
		try (PeerProcess process = this.processes.start(start.name(), applications.command(start))) {
			Facts facts = process.ask("footprint");
			return new Sample().with("start", (process.facts().number("at") - before) / 1e6)
				.with("java", process.facts().number("java"))
				.with("heap", facts.number("heap") / 1024 / 1024)
				.with("classes", facts.number("classes"))
				.with("size", start.bytes() / 1024.0 / 1024);
		}
	}

	private void firstRequests(String what, boolean probed) throws PeerException {
		Table table = new Table("Relay, " + what, null).column("first token of the first request ms", "first")
			.column("of the tenth ms", "tenth")
			.column("x tenth", "ratio");
		try (PeerProcess source = this.processes.source(); PeerProcess drain = this.processes.drain()) {
			source.ask("play " + TOKENS + " " + RATE + " stamp");
			new Rounds(this.report, this.rounds).fresh(Peer.chosen(Role.RELAY, this.options), table, (peer) -> {
				try (PeerProcess relay = this.processes.peer(peer, "http://127.0.0.1:" + source.port() + "/v1")) {
					if (probed) {
						probe(relay.port());
					}
					String[] nanos = drain
						.ask("first " + relay.port() + " " + relay.ask("path " + TOKENS + " " + RATE).text("path") + " "
								+ TOKENS + " " + REQUESTS)
						.text("nanos")
						.split(",", -1);
					double first = Long.parseLong(nanos[0]) / 1e6;
					double tenth = Long.parseLong(nanos[REQUESTS - 1]) / 1e6;
					return new Sample().with("first", first).with("tenth", tenth).with("ratio", first / tenth);
				}
			});
		}
	}

	/** What an orchestrator sends before it lets readers in, in its cheapest form. */
	private static void probe(int port) throws PeerException {
		try {
			HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/ready")
				.toURL()
				.openConnection();
			int status = connection.getResponseCode();
			connection.disconnect();
			if (status != HttpURLConnection.HTTP_NOT_FOUND) {
				throw new PeerException("A path that does not exist was answered with " + status);
			}
		}
		catch (IOException ex) {
			throw new PeerException("No probe was answered", ex);
		}
	}

}

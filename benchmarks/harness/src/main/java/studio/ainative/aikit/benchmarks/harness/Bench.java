package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import studio.ainative.aikit.benchmarks.harness.Peer.Role;

/**
 * What the script {@code bench} runs: starts the processes, measures, prints tables.
 */
public final class Bench {

	private static final List<String> COMMANDS = List.of("clients", "cold", "remote", "servers", "relays", "idle",
			"latency", "compression", "resume", "observed", "footprint");

	private Bench() {
	}

	/**
	 * Run one command.
	 * @param arguments the command and its options, as in {@code benchmarks/README.md}
	 * @throws IOException if the samples can't be written
	 */
	public static void main(String[] arguments) throws IOException {
		Path root = Path.of(System.getProperty("benchmarks.root", "."));
		PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
		System.exit(run(root, output, arguments) ? 0 : 1);
	}

	/**
	 * Run one command.
	 * @param root the folder of the benchmarks
	 * @param output takes the tables
	 * @param arguments the command and its options
	 * @return {@code false} if a peer failed
	 * @throws IOException if the samples can't be written
	 */
	public static boolean run(Path root, PrintStream output, String... arguments) throws IOException {
		String command = (arguments.length > 0) ? arguments[0] : "";
		Options options = new Options(
				Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length));
		String name = name(command, options);
		Report report = new Report(output, root.resolve("target/samples-" + name + ".csv"));
		Processes processes = new Processes(root, root.resolve("target/logs-" + name), options);
		try {
			switch (command) {
				case "clients" -> new ClientBenchmark(processes, report, options).run();
				case "cold" -> new ColdBenchmark(processes, report, options).run();
				case "remote" -> new RemoteBenchmark(processes, report, options).run();
				case "servers" -> new ServerBenchmark(Role.SERVER, processes, report, options).run();
				case "relays" -> new ServerBenchmark(Role.RELAY, processes, report, options).run();
				case "observed" -> new ServerBenchmark(Role.OBSERVED, processes, report, options).run();
				case "idle" -> new IdleBenchmark(processes, report, options).run();
				case "latency" -> new LatencyBenchmark(processes, report, options).run();
				case "compression" -> new CompressionBenchmark(processes, report, options).run();
				case "resume" -> new ResumeBenchmark(processes, report, options).run();
				case "footprint" -> new FootprintBenchmark(processes, report, options).run();
				default -> throw new IllegalArgumentException("Unknown command; known are " + COMMANDS);
			}
		}
		catch (PeerException ex) {
			report.failed(ex);
		}
		return !report.hasFailures();
	}

	/** What tells the files of this run from those of others. */
	private static String name(String command, Options options) {
		return Stream
			.of(command, options.text("format", ""), options.text("shape", ""), options.text("rtt", ""),
					options.text("connections", ""), "java" + Runtime.version().feature())
			.filter((part) -> !part.isEmpty())
			.collect(Collectors.joining("-"));
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Prepares an application that does nothing, with and without AI Kit, for the ways in
 * which it may be started. What it makes is kept in a folder of this run.
 */
final class EmptyApplications {

	private static final String MAIN = "studio.ainative.aikit.benchmarks.empty.EmptyApplication";

	/** With a stream, as whoever adds AI Kit has one. They mean nothing without it. */
	private static final List<String> SETTINGS = List.of("-Dserver.port=0", "-Dserver.address=127.0.0.1",
			"-Dspring.main.banner-mode=off", "-Dlogging.level.root=error", "-Dai-kit.stream.provider=openai",
			"-Dai-kit.stream.api-key=none", "-Dai-kit.stream.model=gpt-4o-mini");

	/** The first Java whose AOT cache is made in one step. */
	static final int AOT_CACHE = 25;

	private static final Duration TO_PREPARE = Duration.ofMinutes(3);

	private final List<String> java;

	private final Path folder;

	EmptyApplications(List<String> java, Path logs) throws PeerException {
		this.java = java;
		try {
			Files.createDirectories(logs);
			this.folder = Files.createTempDirectory(logs, "empty-");
		}
		catch (IOException ex) {
			throw new PeerException("No folder in " + logs, ex);
		}
	}

	/** How it is started as it is. */
	Start plain(String name, String classPath) {
		return new Start(name, classPath, SETTINGS);
	}

	/** Let Spring process it ahead of time. */
	Start aot(Start start) throws PeerException {
		Path sources = this.folder.resolve(start.name() + "-aot/sources");
		Path resources = this.folder.resolve(start.name() + "-aot/resources");
		Path classes = this.folder.resolve(start.name() + "-aot/classes");
		run("aot-" + start.name(),
				command(start, "org.springframework.boot.SpringApplicationAotProcessor", MAIN, sources.toString(),
						resources.toString(), classes.toString(), "studio.ainative.aikit", "benchmarks-empty"));
		Path jar = this.folder.resolve(start.name() + "-aot.jar");
		try (Stream<Path> files = Files.walk(sources)) {
			List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-nowarn", "-d",
					classes.toString(), "-cp", start.classPath() + File.pathSeparator + classes));
			files.filter((file) -> file.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
			tool("javac", arguments);
		}
		catch (IOException ex) {
			throw new PeerException("No sources of " + start.name(), ex);
		}
		tool("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), ".", "-C",
				resources.toString(), "."));
		List<String> options = new ArrayList<>(start.options());
		options.add("-Dspring.aot.enabled=true");
		return new Start(start.name() + "-aot", jar + File.pathSeparator + start.classPath(), options);
	}

	/**
	 * Start it once, to keep the classes that it loads: in an AOT cache from Java 25 on,
	 * before in an archive of class data sharing.
	 */
	Start archived(Start start, int javaVersion) throws PeerException {
		boolean cache = javaVersion >= AOT_CACHE;
		Path archive = this.folder.resolve(start.name() + (cache ? ".aot" : ".jsa"));
		run("archive-" + start.name(),
				command(start.with((cache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive), MAIN));
		if (!Files.exists(archive)) {
			throw new PeerException("No archive of " + start.name() + "; see " + this.folder);
		}
		return start.with((cache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
	}

	/** The command that starts it. */
	List<String> command(Start start) {
		return command(start, MAIN);
	}

	private List<String> command(Start start, String main, String... arguments) {
		List<String> command = new ArrayList<>(this.java);
		command.addAll(start.options());
		command.addAll(List.of("-cp", start.classPath(), main));
		command.addAll(List.of(arguments));
		return command;
	}

	/** Run something to its end, without an input. */
	private void run(String name, List<String> command) throws PeerException {
		Path log = this.folder.resolve(name + ".log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			process.getOutputStream().close();
			if (!process.waitFor(TO_PREPARE.toSeconds(), TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new PeerException(name + " does not end; see " + log);
			}
			if (process.exitValue() != 0) {
				throw new PeerException(name + " has failed; see " + log);
			}
		}
		catch (IOException ex) {
			throw new PeerException(name + " can't be run", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException(name + ": interrupted", ex);
		}
	}

	private void tool(String name, List<String> arguments) throws PeerException {
		ToolProvider tool = ToolProvider.findFirst(name)
			.orElseThrow(() -> new PeerException("No " + name + ": run the benchmarks on a JDK"));
		int status = tool.run(System.err, System.err, arguments.toArray(String[]::new));
		if (status != 0) {
			throw new PeerException(name + " has failed: " + status);
		}
	}

	/**
	 * One way to start it.
	 *
	 * @param name tells the files of this one from those of others
	 * @param classPath its class path, of archives alone
	 * @param options flags of the JVM
	 */
	record Start(String name, String classPath, List<String> options) {

		Start with(String option) {
			List<String> more = new ArrayList<>(this.options);
			more.add(option);
			return new Start(this.name, this.classPath, more);
		}

		/** How much is on the class path. */
		long bytes() {
			return Stream.of(this.classPath.split(File.pathSeparator)).mapToLong((file) -> {
				try {
					return Files.size(Path.of(file));
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}).sum();
		}

	}

}

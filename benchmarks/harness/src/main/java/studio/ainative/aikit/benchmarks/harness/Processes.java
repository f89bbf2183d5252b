package studio.ainative.aikit.benchmarks.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Starts the processes, each with the class path of its module. Environment variables say
 * how: {@code BENCH_JAVA} is the {@code java} command of all but this process,
 * {@code BENCH_HEAP} their heap ({@code 512m}), {@code BENCH_JVM} further flags. The
 * options {@code --heap} and {@code --jvm} win over the last two.
 */
final class Processes {

	/** Where the build has written the class path of a module. */
	private static final String CLASS_PATH = "classpath.txt";

	private final Path root;

	private final Path logs;

	private final Options options;

	Processes(Path root, Path logs, Options options) {
		this.root = root;
		this.options = options;
		this.logs = logs;
	}

	PeerProcess source() throws PeerException {
		return new PeerProcess("source", command(this.root, "harness", "256m", List.of(), "source"), this.logs);
	}

	/**
	 * Start the provider that is some way off.
	 * @param certificate what it shows
	 * @param protocols the protocols that it offers by ALPN, separated by commas
	 * @param streams how many streams of HTTP/2 it allows on a connection
	 * @return the process, ready
	 * @throws PeerException if it does not start
	 */
	PeerProcess farProvider(Certificate certificate, String protocols, int streams) throws PeerException {
		return new PeerProcess("provider", command(this.root, "harness", "256m", List.of(), "far-provider",
				certificate.keys().toString(), protocols, String.valueOf(streams)), this.logs);
	}

	/** A certificate for this run alone. */
	Certificate certificate() throws PeerException {
		return Certificate.create(this.logs.toAbsolutePath());
	}

	/**
	 * Start a client that trusts a provider.
	 * @param peer the client
	 * @param certificate what the provider shows
	 * @return the process, ready
	 * @throws PeerException if it does not start
	 */
	PeerProcess client(Peer peer, Certificate certificate) throws PeerException {
		return new PeerProcess(peer.name(),
				command(root(peer), peer.module(), heap("512m"), certificate.jvmOptions(), "client", peer.className()),
				this.logs);
	}

	PeerProcess drain() throws PeerException {
		return new PeerProcess("drain", command(this.root, "harness", "512m", List.of(), "drain"), this.logs);
	}

	/**
	 * Start a peer.
	 * @param peer the peer
	 * @param sourceUrl where a relay finds the provider
	 * @return the process, ready
	 * @throws PeerException if it does not start
	 */
	PeerProcess peer(Peer peer, String sourceUrl) throws PeerException {
		return peer(peer, sourceUrl, "512m");
	}

	PeerProcess peer(Peer peer, String sourceUrl, String heap) throws PeerException {
		String role = (peer.role() == Peer.Role.CLIENT) ? "client" : "server";
		return new PeerProcess(peer.name(),
				command(root(peer), peer.module(), heap(heap), List.of(), role, peer.className(), sourceUrl),
				this.logs);
	}

	/**
	 * Start one node of a server, of which there may be several.
	 * @param peer the peer
	 * @param suffix tells the node from others in the logs
	 * @param sourceUrl where a relay finds the provider
	 * @param redis what its answers are kept in, if it keeps them there
	 * @param settings what else it is started with
	 * @return the process, ready
	 * @throws PeerException if it does not start
	 */
	PeerProcess node(Peer peer, String suffix, String sourceUrl, @Nullable RedisProcess redis, String... settings)
			throws PeerException {
		List<String> jvmOptions = new ArrayList<>((redis != null) ? redis.jvmOptions() : List.of());
		jvmOptions.addAll(List.of(settings));
		return new PeerProcess(peer.name() + suffix,
				command(root(peer), peer.module(), heap("512m"), jvmOptions, "server", peer.className(), sourceUrl),
				this.logs);
	}

	RedisProcess redis(Peer peer) throws PeerException {
		return RedisProcess.start(peer.name(), this.logs);
	}

	/** The folder of the benchmarks that a peer is taken from. */
	private Path root(Peer peer) {
		return peer.isBase() ? Path.of(this.options.text("base", "")).resolve("benchmarks") : this.root;
	}

	/** What prepares and starts applications that do nothing. */
	EmptyApplications emptyApplications() throws PeerException {
		return new EmptyApplications(java(heap("256m")), this.logs.toAbsolutePath());
	}

	/** Start a process by a command of its own. */
	PeerProcess start(String name, List<String> command) throws PeerException {
		return new PeerProcess(name, command, this.logs);
	}

	private String heap(String absent) {
		return this.options.text("heap", environment("BENCH_HEAP", absent));
	}

	private List<String> command(Path root, String module, String heap, List<String> jvmOptions, String... arguments)
			throws PeerException {
		List<String> command = new ArrayList<>(java(heap));
		command.addAll(jvmOptions);
		command.addAll(List.of("-cp", root.resolve(module).resolve("target/classes") + File.pathSeparator
				+ classPath(root, module, CLASS_PATH), Worker.class.getName()));
		command.addAll(List.of(arguments));
		return command;
	}

	/** The {@code java} command of all but this process, and the flags of each. */
	private List<String> java(String heap) {
		List<String> command = new ArrayList<>();
		command.add(environment("BENCH_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC"));
		String flags = this.options.text("jvm", environment("BENCH_JVM", "")).trim();
		if (!flags.isEmpty()) {
			command.addAll(List.of(flags.split(" +")));
		}
		return command;
	}

	/**
	 * What the build has found a module to need.
	 * @param module the module
	 * @param file where the build has written it
	 * @return the class path, without the module's own classes
	 * @throws PeerException if the module is not built
	 */
	String classPath(String module, String file) throws PeerException {
		return classPath(this.root, module, file);
	}

	private static String classPath(Path root, String module, String file) throws PeerException {
		try {
			return Files.readString(root.resolve(module).resolve("target").resolve(file)).trim();
		}
		catch (IOException ex) {
			throw new PeerException("Module " + module + " of " + root + " is not built: mvn -q -DskipTests package",
					ex);
		}
	}

	private static String environment(String name, String absent) {
		String value = System.getenv(name);
		return (value != null && !value.isBlank()) ? value : absent;
	}

}

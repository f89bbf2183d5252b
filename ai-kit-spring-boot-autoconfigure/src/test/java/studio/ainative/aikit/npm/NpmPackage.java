package studio.ainative.aikit.npm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published npm package, installed under {@code target} and run with Node.
 */
public final class NpmPackage {

	private static final long TIMEOUT_SECONDS = 120;

	private final Path folder;

	private NpmPackage(Path folder) {
		this.folder = folder;
	}

	/**
	 * Install the package as {@code src/test/npm/package-lock.json} pins it.
	 * @return the package
	 * @throws IOException if files can't be copied or npm can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	static NpmPackage install() throws IOException, InterruptedException {
		return installFrom("npm");
	}

	/**
	 * Install other packages, as {@code src/test/npm-NAME/package-lock.json} pins them.
	 * @param name what they are called together
	 * @return the packages
	 * @throws IOException if files can't be copied or npm can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static NpmPackage install(String name) throws IOException, InterruptedException {
		return installFrom("npm-" + name);
	}

	private static NpmPackage installFrom(String source) throws IOException, InterruptedException {
		Path folder = Files.createDirectories(Path.of("target", source));
		NpmPackage npm = new NpmPackage(folder);
		// Several classes use the same packages, and each may run in a process of its own
		try (FileChannel mine = FileChannel.open(Path.of("target", source + ".lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE)) {
			mine.lock();
			boolean changed = copy(Path.of("src/test", source), folder);
			if (changed || Files.notExists(folder.resolve("node_modules/.package-lock.json"))) {
				npm.execute("npm", "ci", "--no-progress");
			}
		}
		return npm;
	}

	/** Whether any file was another one. */
	private static boolean copy(Path source, Path folder) throws IOException {
		boolean changed = false;
		try (Stream<Path> files = Files.list(source)) {
			for (Path file : files.toList()) {
				Path copy = folder.resolve(file.getFileName());
				if (Files.notExists(copy) || Files.mismatch(file, copy) != -1) {
					Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
					changed = true;
				}
			}
		}
		return changed;
	}

	/**
	 * Send one message with the package's {@code AIStream}.
	 * @param endpoint the address of the chat endpoint
	 * @param content the message
	 * @return what the package's user would see
	 * @throws IOException if Node can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	JsonNode send(String endpoint, String content) throws IOException, InterruptedException {
		List<String> lines = execute("node", "client.mjs", endpoint, content).lines().toList();
		return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
	}

	/**
	 * Run a script.
	 * @param script its file
	 * @param arguments what it is given
	 * @return the JSON of its last line
	 * @throws IOException if Node can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	JsonNode run(String script, String... arguments) throws IOException, InterruptedException {
		List<JsonNode> lines = lines(script, arguments);
		return lines.get(lines.size() - 1);
	}

	/**
	 * Run a script that is no file yet.
	 * @param script its text, a module
	 * @param arguments what it is given
	 * @return the JSON of its last line
	 * @throws IOException if Node can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	public JsonNode runText(String script, String... arguments) throws IOException, InterruptedException {
		Path file = Files.createTempFile(this.folder.toAbsolutePath(), "script", ".mjs");
		try {
			Files.writeString(file, script);
			return run(file.getFileName().toString(), arguments);
		}
		finally {
			Files.delete(file);
		}
	}

	/**
	 * Run a script that prints a line of JSON for each thing it has seen.
	 * @param script its file
	 * @param arguments what it is given
	 * @return the lines
	 * @throws IOException if Node can't be run
	 * @throws InterruptedException if the thread is interrupted
	 */
	List<JsonNode> lines(String script, String... arguments) throws IOException, InterruptedException {
		String[] command = Stream.concat(Stream.of("node", script), Stream.of(arguments)).toArray(String[]::new);
		return execute(command).lines()
			.filter((line) -> line.startsWith("{") || line.startsWith("["))
			.map((line) -> JsonMapper.shared().readTree(line))
			.toList();
	}

	private String execute(String... command) throws IOException, InterruptedException {
		Path output = Files.createTempFile(this.folder.toAbsolutePath(), "output", ".txt");
		Process process = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException(command[0] + " did not end within " + TIMEOUT_SECONDS + " s");
			}
			String text = Files.readString(output, StandardCharsets.UTF_8);
			if (process.exitValue() != 0) {
				throw new IllegalStateException(command[0] + " ended with " + process.exitValue() + ": " + text);
			}
			return text;
		}
		finally {
			process.destroyForcibly();
			Files.delete(output);
		}
	}

}

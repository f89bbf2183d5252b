package studio.ainative.aikit.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with {@code useChat}, bundled as its {@code package-lock.json} pins it.
 */
final class UseChatBundle {

	private static final Path SOURCE = Path.of("src/use-chat");

	private static final Path TARGET = Path.of("target/use-chat");

	private static final long BUILD_SECONDS = 120;

	private static boolean built;

	private UseChatBundle() {
	}

	/**
	 * Bundle the page, once.
	 * @return the folder to serve
	 */
	static synchronized Path build() throws IOException, InterruptedException {
		if (!built) {
			Files.createDirectories(TARGET);
			try (Stream<Path> files = Files.list(SOURCE)) {
				for (Path file : files.filter(Files::isRegularFile).toList()) {
					Files.copy(file, TARGET.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
				}
			}
			run("npm", "ci", "--no-progress");
			run("npm", "run", "build");
			built = true;
		}
		return TARGET.resolve("dist");
	}

	private static void run(String... command) throws IOException, InterruptedException {
		Path output = Files.createTempFile(TARGET.toAbsolutePath(), "output", ".txt");
		Process process = new ProcessBuilder(command).directory(TARGET.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
			assertThat(process.exitValue()).as(Files.readString(output)).isZero();
		}
		finally {
			process.destroyForcibly();
			Files.delete(output);
		}
	}

}

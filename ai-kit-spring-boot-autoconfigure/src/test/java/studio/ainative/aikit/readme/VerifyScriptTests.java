package studio.ainative.aikit.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's test command on machines that have all, little and nothing of what the
 * tests need: its {@code PATH} holds the commands below and no others.
 */
class VerifyScriptTests {

	private static final List<String> EVERYWHERE = List.of("bash", "dirname", "env");

	private static final String NEEDS_CADDY = "  - Caddy, for answers through a proxy";

	@TempDir
	private Path commands;

	@TempDir
	private Path output;

	@BeforeEach
	void haveAll() throws IOException {
		for (String used : EVERYWHERE) {
			command(used, "exec " + which(used) + " \"$@\"");
		}
		for (String needed : List.of("caddy", "chromium", "haproxy", "nginx", "npm", "redis-server")) {
			command(needed, "exit 0");
		}
		command("id", "echo 1000");
		command("javac", "echo javac 17.0.15");
		command("mvn", "echo mvn \"$@\"");
		command("node", "echo v18.20.4");
	}

	@Test
	void runsMavenWhereAllIsThere() throws Exception {
		Result result = verify("-B", "-pl", "sample-app");
		assertThat(result).isEqualTo(new Result(0, "mvn verify -B -pl sample-app\n"));
	}

	@Test
	void saysWhatIsMissingForWhichTestsWhereItMayNotInstall() throws Exception {
		remove("caddy", "chromium");
		command("apt-get", "echo apt-get \"$@\"");
		Result result = verify();
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).contains(NEEDS_CADDY, "  - Chromium, for the sample's page in a browser")
			.contains("On Debian, as root: apt-get install chromium caddy")
			.doesNotContain("nginx", "apt-get update", "mvn");
	}

	@ParameterizedTest
	@ValueSource(strings = { "caddy", "chromium", "npm", "redis-server" })
	void installsWhatIsMissingAsRoot(String missing) throws Exception {
		remove(missing);
		command("id", "echo 0");
		command("apt-get", installs(missing));
		Result result = verify();
		assertThat(result.output()).contains("Installing what the tests need: " + missing, "apt-get update -qq")
			.endsWith("mvn verify\n");
		assertThat(result.status()).isZero();
	}

	@Test
	void installsWhatIsMissingWithSudo() throws Exception {
		remove("caddy");
		command("sudo", "echo sudo \"$@\"\n[ \"$1\" != -n ] || shift\n\"$@\"");
		command("apt-get", installs("caddy"));
		Result result = verify();
		assertThat(result.output()).contains("sudo -n apt-get update -qq").endsWith("mvn verify\n");
		assertThat(result.status()).isZero();
	}

	@Test
	void saysWhatIsMissingIfSudoRefuses() throws Exception {
		remove("caddy");
		command("sudo", "echo a password is required\nexit 1");
		command("apt-get", installs("caddy"));
		Result result = verify();
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).contains("a password is required", "apt-get could not install them", NEEDS_CADDY)
			.doesNotContain("mvn");
	}

	@Test
	void takesWhatIsTooOldForMissing() throws Exception {
		command("javac", "echo javac 11.0.2");
		command("node", "echo v16.20.2");
		Result result = verify();
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).contains("  - Java 17 or later, for everything", "  - Node 18 or later, for")
			.contains("apt-get install default-jdk-headless nodejs");
	}

	@Test
	void needsNothingElseThanItSays() throws Exception {
		remove("caddy", "chromium", "haproxy", "javac", "mvn", "nginx", "node", "npm", "redis-server");
		command("id", "echo 1000");
		Result result = verify();
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).contains("Java 17", "Maven", "Chromium", "Node 18", "npm", "Redis", NEEDS_CADDY)
			.doesNotContain("not found");
	}

	private String installs(String name) {
		return """
				echo apt-get "$@"
				[ "$1" != install ] || /bin/cp %1$s/id %1$s/%2$s
				""".formatted(this.commands, name);
	}

	private void command(String name, String script) throws IOException {
		Path file = this.commands.resolve(name);
		Files.writeString(file, "#!/bin/sh\n" + script + "\n");
		assertThat(file.toFile().setExecutable(true)).isTrue();
	}

	private void remove(String... names) throws IOException {
		for (String name : names) {
			Files.delete(this.commands.resolve(name));
		}
	}

	private Result verify(String... arguments) throws IOException, InterruptedException {
		Path file = this.output.resolve("output.txt");
		ProcessBuilder builder = new ProcessBuilder(Path.of("../verify").toAbsolutePath().toString());
		builder.command().addAll(List.of(arguments));
		builder.environment().clear();
		builder.environment().put("PATH", this.commands.toString());
		Process process = builder.redirectErrorStream(true)
			.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
			.redirectOutput(file.toFile())
			.start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			return new Result(process.exitValue(), Files.readString(file));
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Path which(String name) {
		return List.of(Path.of("/bin", name), Path.of("/usr/bin", name))
			.stream()
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow();
	}

	private record Result(int status, String output) {
	}

}

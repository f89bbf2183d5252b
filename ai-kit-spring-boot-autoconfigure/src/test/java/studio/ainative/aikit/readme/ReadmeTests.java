package studio.ainative.aikit.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the README to code that is compiled and run.
 */
class ReadmeTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);

	private static final Pattern SHELL = Pattern.compile("```shell\n(.*?)```", Pattern.DOTALL);

	@ParameterizedTest
	@MethodSource
	void everyJavaBlockStandsInTheQuickStart(String block) throws IOException {
		// Those that need more on the class path stand beside the other tests that do
		try (Stream<Path> sources = Files.walk(Path.of("src/test/java/studio/ainative/aikit/readme"));
				Stream<Path> others = Files
					.walk(ROOT.resolve("integration-tests/src/test/java/studio/ainative/aikit/integration"))) {
			assertThat(Stream.concat(sources, others)
				.filter((file) -> file.toString().endsWith(".java"))
				.map(ReadmeTests::read)
				.map(ReadmeTests::withoutIndentation)).anyMatch((source) -> source.contains(withoutIndentation(block)));
		}
	}

	static Stream<String> everyJavaBlockStandsInTheQuickStart() {
		return blocks(JAVA).stream();
	}

	@Test
	void theDependenciesAreThoseThatTheOutsideApplicationsUse() {
		String consumer = read(ROOT.resolve("ai-kit-spring-boot-starter/src/it/consumer/pom.xml"))
			.replace("@project.version@", Pom.read(ROOT.resolve("pom.xml")).text("version"));
		assertThat(blocks(XML)).hasSize(2)
			.allMatch((block) -> withoutIndentation(consumer).contains(withoutIndentation(block)));
	}

	@Test
	void theVersionsOfSpringBootAreThoseThatTheOutsideApplicationsRunOn() {
		List<String> versions = Pattern.compile("<id>boot-(.+)</id>")
			.matcher(read(ROOT.resolve("ai-kit-spring-boot-starter/src/it/consumer/pom.xml")))
			.results()
			.map((profile) -> profile.group(1))
			.toList();
		assertThat(versions).hasSize(3);
		assertThat(read(ROOT.resolve("README.md")))
			.contains("the same jar is run on %s, %s and %s".formatted(versions.toArray()));
		assertThat(read(ROOT.resolve("ai-kit-spring-boot-starter/src/it/consumer/invoker.properties")))
			.contains(versions.stream().map((version) -> "boot-" + version + ",webmvc").toList())
			.contains(versions.stream().map((version) -> "boot-" + version + ",webflux").toList());
		assertThat(read(ROOT.resolve("pom.xml")))
			.contains("<spring-boot.version>" + versions.get(1) + "</spring-boot.version>");
	}

	@Test
	void theTestCommandIsTheOneThatContinuousIntegrationRuns() {
		assertThat(blocks(SHELL)).contains("./verify\n");
		assertThat(read(ROOT.resolve(".ci/run"))).contains("\n./verify -B -ntp\n");
	}

	@ParameterizedTest
	@CsvSource({ "nginx, nginx.conf", "haproxy, haproxy.cfg", "caddyfile, Caddyfile" })
	void aProxysConfigurationIsTheOneThatAnswersWerePassedThrough(String language, String file) {
		assertThat(blocks(Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)))
			.containsExactly(read(Path.of("src/test/resources/studio/ainative/aikit/autoconfigure", file)));
	}

	static List<String> blocks(Pattern fence) {
		return fence.matcher(read(ROOT.resolve("README.md"))).results().map((block) -> block.group(1)).toList();
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String withoutIndentation(String text) {
		return text.lines().map(String::strip).filter((line) -> !line.isEmpty()).collect(Collectors.joining("\n"));
	}

}

package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image keeps.
 */
class AiKitRuntimeHintsTests {

	private static final Pattern ASKED_FOR = Pattern.compile("isPresent\\(\\s*\"([\\w.]+)\"");

	@ParameterizedTest
	@ValueSource(strings = { "pricing", "limits" })
	void keepsTheTablesOfModels(String name) {
		String table = "studio/ainative/aikit/tokens/model-" + name + ".properties";
		assertThat(RuntimeHintsPredicates.resource().forResource(table)).accepts(hints(getClass().getClassLoader()));
		assertThat(getClass().getClassLoader().getResource(table)).isNotNull();
	}

	@Test
	void keepsTheEncodingsOfTokens() {
		RuntimeHints hints = hints(getClass().getClassLoader());
		for (String name : List.of("cl100k_base", "o200k_base")) {
			String encoding = "com/knuddels/jtokkit/" + name + ".tiktoken";
			assertThat(RuntimeHintsPredicates.resource().forResource(encoding)).accepts(hints);
			assertThat(getClass().getClassLoader().getResource(encoding)).isNotNull();
		}
	}

	/** Each class that the code looks for by its name. */
	@Test
	void keepsTheNamesOfOptionalClasses() throws IOException {
		RuntimeHints hints = hints(getClass().getClassLoader());
		Set<String> names = namesAskedFor();
		assertThat(names).hasSizeGreaterThan(3);
		assertThat(names)
			.allSatisfy((name) -> assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name)))
				.accepts(hints));
	}

	@Test
	void asksForNothingThatIsMissing() {
		RuntimeHints hints = hints(new FilteredClassLoader("com.knuddels", "com.openai", "io.micrometer",
				"org.springframework.web.reactive", "org.springframework.web.servlet", "reactor.netty"));
		assertThat(hints.reflection().typeHints())
			.allMatch((hint) -> hint.getType().getName().startsWith("studio.ainative.aikit."));
	}

	private static Set<String> namesAskedFor() throws IOException {
		Set<String> names = new TreeSet<>();
		try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
			for (Path source : sources.filter(Files::isRegularFile).toList()) {
				ASKED_FOR.matcher(Files.readString(source)).results().forEach((found) -> names.add(found.group(1)));
			}
		}
		return names;
	}

	private static RuntimeHints hints(ClassLoader classLoader) {
		RuntimeHints hints = new RuntimeHints();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(AiKitRuntimeHints.class::isInstance)
			.forEach((registrar) -> registrar.registerHints(hints, classLoader));
		return hints;
	}

}

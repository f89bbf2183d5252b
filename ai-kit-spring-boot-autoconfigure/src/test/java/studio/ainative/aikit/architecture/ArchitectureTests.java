package studio.ainative.aikit.architecture;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may import whom: README, "How to develop", shows the same table.
 */
class ArchitectureTests {

	private static final String BASE = "studio.ainative.aikit";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("ai-kit-spring-boot-test"))
		.importPackages(BASE);

	/** What each package may import of AI Kit, besides itself. */
	static final Map<String, String[]> MAY_IMPORT = Map.ofEntries(Map.entry("event", new String[0]),
			Map.entry("sse", new String[0]), Map.entry("tokens", new String[] { "event" }),
			Map.entry("provider", new String[] { "event", "sse" }),
			Map.entry("format", new String[] { "event", "sse" }), Map.entry("log", new String[] { "event", "sse" }),
			Map.entry("cache", new String[] { "event", "log", "provider" }),
			Map.entry("client", new String[] { "cache", "event", "log", "provider", "sse", "tokens" }),
			Map.entry("server", new String[] { "event", "format", "log", "sse" }),
			Map.entry("observation", new String[] { "event" }),
			Map.entry("bridge", new String[] { "event", "provider" }));

	static final List<String> PACKAGES = MAY_IMPORT.keySet().stream().sorted().toList();

	@ParameterizedTest
	@FieldSource("PACKAGES")
	void importsOnlyWhatTheTableAllows(String name) {
		String[] allowed = Stream.concat(Stream.of(name), Arrays.stream(MAY_IMPORT.getOrDefault(name, new String[0])))
			.map((allowedName) -> BASE + "." + allowedName + "..")
			.toArray(String[]::new);
		classes().that()
			.resideInAPackage(BASE + "." + name + "..")
			.should()
			.onlyDependOnClassesThat(outsideOfAiKit().or(JavaClass.Predicates.resideInAnyPackage(allowed)))
			.check(CLASSES);
	}

	@Test
	void knowsEveryPackage() {
		classes().should()
			.resideInAnyPackage(Stream.concat(MAY_IMPORT.keySet().stream(), Stream.of("autoconfigure"))
				.map((name) -> BASE + "." + name + "..")
				.toArray(String[]::new))
			.check(CLASSES);
	}

	@Test
	void eventsKnowTheJdkOnly() {
		classes().that()
			.resideInAPackage(BASE + ".event")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", BASE + ".event")
			.check(CLASSES);
	}

	@Test
	void sseKnowsTheJdkAndSpringsBuffersOnly() {
		classes().that()
			.resideInAPackage(BASE + ".sse")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "org.springframework.core.io.buffer..", BASE + ".sse")
			.check(CLASSES);
	}

	@Test
	void onlyTheAutoConfigurationKnowsBoot() {
		noClasses().that()
			.resideOutsideOfPackage(BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.check(CLASSES);
	}

	@Test
	void servletTypesStayInOnePackage() {
		noClasses().that()
			.resideOutsideOfPackage(BASE + ".server.webmvc..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("jakarta.servlet..")
			.check(CLASSES);
	}

	@Test
	void redisStaysInOnePackage() {
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".log.redis..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.lettuce..", "org.springframework.data..")
			.check(CLASSES);
	}

	/** A native image needs no hints for what it has never seen. */
	@Test
	void keptAnswersAreReadWithoutReflection() {
		noClasses().that()
			.resideInAPackage(BASE + ".log..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.lang.reflect..", "java.lang.invoke..", "tools.jackson..", "com.fasterxml..")
			.orShould()
			.dependOnClassesThat()
			.belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
			.orShould()
			.callMethod(Class.class, "forName", String.class)
			.check(CLASSES);
	}

	@Test
	void otherLibrariesStayInTheirBridges() {
		noClasses().that()
			.resideOutsideOfPackage(BASE + ".bridge.springai..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.ai..")
			.check(CLASSES);
		noClasses().that()
			.resideOutsideOfPackage(BASE + ".bridge.langchain4j..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.langchain4j..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
			.allMatch((javaPackage) -> javaPackage.isAnnotatedWith(NullMarked.class));
	}

	private static DescribedPredicate<JavaClass> outsideOfAiKit() {
		return DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(BASE + ".."));
	}

}

package studio.ainative.aikit.readme;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The POMs hold what Maven Central asks of published ones.
 */
class PublishingTests {

	private static final Path ROOT = Path.of("..");

	private static final String BOM = "ai-kit-bom";

	/** The BOM has no parent, so that importing it brings no other versions along. */
	@ParameterizedTest
	@ValueSource(strings = { "", BOM })
	void aPomWithoutParentSaysAllThatIsAskedFor(String folder) {
		Pom pom = Pom.read(ROOT.resolve(folder).resolve("pom.xml"));
		assertThat(pom.texts("parent")).isEmpty();
		assertThat(Stream.of("name", "description", "url", "organization/name", "licenses/license/name",
				"licenses/license/url", "developers/developer/name", "scm/connection", "scm/developerConnection",
				"scm/url"))
			.allSatisfy((path) -> assertThat(pom.text(path)).isNotEmpty());
	}

	@ParameterizedTest
	@MethodSource("published")
	void eachModuleHasANameAndADescriptionAndComesWithItsContents(String module) {
		Pom pom = Pom.read(ROOT.resolve(module).resolve("pom.xml"));
		assertThat(pom.text("name")).isNotEmpty();
		assertThat(pom.text("description")).isNotEmpty();
		assertThat(pom.text("artifactId")).isEqualTo(module);
		assertThat(pom.texts("build/plugins/plugin/artifactId")).contains("cyclonedx-maven-plugin");
	}

	@Test
	void theBomHoldsEachPublishedModuleAndNothingElse() {
		Pom bom = Pom.read(ROOT.resolve(BOM).resolve("pom.xml"));
		assertThat(bom.texts("dependencyManagement/dependencies/dependency/artifactId"))
			.containsExactlyInAnyOrderElementsOf(published());
		assertThat(bom.texts("dependencyManagement/dependencies/dependency/version"))
			.containsOnly("${project.version}");
		assertThat(bom.text("version")).isEqualTo(Pom.read(ROOT.resolve("pom.xml")).text("version"));
	}

	@Test
	void aSecondBuildComparesEachPublishedModule() {
		assertThat(ReadmeTests.read(ROOT.resolve(".ci/reproducible")))
			.contains("modules=(" + String.join(" ", published().stream().sorted().toList()) + ")");
		assertThat(ReadmeTests.read(ROOT.resolve(".ci/run"))).contains("\n.ci/reproducible\n");
	}

	static List<String> published() {
		return Pom.read(ROOT.resolve("pom.xml"))
			.texts("modules/module")
			.stream()
			.filter((module) -> !module.equals(BOM))
			.filter((module) -> Pom.read(ROOT.resolve(module).resolve("pom.xml"))
				.texts("properties/maven.deploy.skip")
				.isEmpty())
			.toList();
	}

}

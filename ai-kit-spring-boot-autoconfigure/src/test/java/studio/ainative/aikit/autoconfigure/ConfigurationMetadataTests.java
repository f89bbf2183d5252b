package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata that editors read.
 */
class ConfigurationMetadataTests {

	/** Keys that have no default: what each means when absent is in its description. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("ai-kit.stream.endpoint", "ai-kit.stream.api-key",
			"ai-kit.stream.model", "ai-kit.stream.system-prompt", "ai-kit.stream.headers", "ai-kit.stream.options",
			"ai-kit.stream.timeout.total", "ai-kit.stream.fallback", "ai-kit.stream.tools.names",
			"ai-kit.stream.budget.max-total-tokens", "ai-kit.streams", "ai-kit.pricing", "ai-kit.response.headers");

	@ParameterizedTest
	@MethodSource("properties")
	void everyKeyIsDescribed(JsonNode property) {
		assertThat(property.path("description").asString("")).as(property.path("name").asString())
			.isNotBlank()
			.endsWith(".")
			.doesNotStartWith("The ")
			.doesNotStartWith("A ");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void everyKeyHasADefaultOrIsKnownToHaveNone(JsonNode property) {
		String name = property.path("name").asString();
		assertThat(property.has("defaultValue")).as(name).isEqualTo(!WITHOUT_DEFAULT.contains(name));
	}

	@ParameterizedTest
	@MethodSource("properties")
	void readmeShowsEveryKeyWithItsDefault(JsonNode property) throws IOException {
		String name = property.path("name").asString();
		String row = Files.readString(Path.of("../README.md"))
			.lines()
			.filter((line) -> line.startsWith("| `" + name + "`") || line.startsWith("| `" + name + ".*`")
					|| line.startsWith("| `" + name + ".<"))
			.findFirst()
			.orElseThrow(() -> new AssertionError("README has no row for " + name));
		if (property.has("defaultValue")) {
			assertThat(row.split("\\|", -1)[2].strip()).isEqualTo("`" + property.path("defaultValue").asString() + "`");
		}
	}

	@Test
	void holdsTheTreeOfTheReadme() throws IOException {
		assertThat(properties().map((property) -> property.path("name").asString())).contains("ai-kit.stream.provider",
				"ai-kit.stream.retry.max-retries", "ai-kit.stream.timeout.first-token",
				"ai-kit.stream.limits.max-event-size", "ai-kit.response.heartbeat.interval",
				"ai-kit.response.drain-timeout");
	}

	static Stream<JsonNode> properties() throws IOException {
		List<JsonNode> properties = new ArrayList<>();
		for (URL metadata : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream json = metadata.openStream()) {
				JsonMapper.shared().readTree(json).path("properties").forEach(properties::add);
			}
		}
		List<JsonNode> own = properties.stream()
			.filter((property) -> property.path("name").asString("").startsWith("ai-kit."))
			.toList();
		assertThat(own).isNotEmpty();
		return own.stream();
	}

}

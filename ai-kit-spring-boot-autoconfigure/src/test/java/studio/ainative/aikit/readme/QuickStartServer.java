package studio.ainative.aikit.readme;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * The README's code with the README's configuration, on a port of its own.
 */
final class QuickStartServer {

	private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

	private QuickStartServer() {
	}

	static ConfigurableApplicationContext servlet(String endpoint, String... properties) {
		return start(QuickStart.ServletApplication.class, WebApplicationType.SERVLET, endpoint, properties);
	}

	static ConfigurableApplicationContext reactive(String endpoint, String... properties) {
		return start(QuickStart.ReactiveApplication.class, WebApplicationType.REACTIVE, endpoint, properties);
	}

	static ConfigurableApplicationContext start(Class<?> application, WebApplicationType type, String endpoint,
			String... further) {
		Map<String, Object> properties = new LinkedHashMap<>();
		// These change what readers see: FallbackTests and CacheTests have them
		ReadmeTests.blocks(YAML)
			.stream()
			.filter((block) -> !block.contains("fallback:") && !block.contains("cache:"))
			.forEach((block) -> properties.putAll(yaml(block)));
		properties.put("OPENAI_API_KEY", "test-key");
		properties.put("ai-kit.stream.endpoint", endpoint);
		properties.put("server.port", "0");
		// Nobody is there, and no name server is asked for README's example of a name
		properties.put("spring.data.redis.host", "localhost");
		properties.put("spring.data.redis.port", "1");
		return new SpringApplicationBuilder(application).web(type).properties(properties).properties(further).run();
	}

	/** The properties of the one block of YAML with a word in it. */
	static String[] properties(String word) {
		return ReadmeTests.blocks(YAML)
			.stream()
			.filter((block) -> block.contains(word))
			.flatMap((block) -> yaml(block).entrySet().stream())
			.map((property) -> property.getKey() + "=" + property.getValue())
			.toArray(String[]::new);
	}

	static URI uri(ConfigurableApplicationContext stack, String path) {
		return URI.create("http://localhost:" + stack.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	private static Map<String, Object> yaml(String block) {
		try {
			Map<String, Object> properties = new LinkedHashMap<>();
			for (PropertySource<?> source : new YamlPropertySourceLoader().load("readme",
					new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8)))) {
				EnumerablePropertySource<?> enumerable = (EnumerablePropertySource<?>) source;
				for (String name : enumerable.getPropertyNames()) {
					properties.put(name, String.valueOf(enumerable.getProperty(name)));
				}
			}
			return properties;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The actuator's pages of configuration.
 */
class AiKitActuatorAutoConfigurationTests {

	private static final String SECRET = "canary-4b1d";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitActuatorAutoConfiguration.class, AiKitClientAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.model=a-model",
				"ai-kit.stream.endpoint=http://localhost:1/?key=" + SECRET, "ai-kit.stream.api-key=" + SECRET,
				"ai-kit.stream.system-prompt=" + SECRET, "ai-kit.stream.headers.x-team=" + SECRET,
				"ai-kit.stream.options.metadata.user=" + SECRET, "ai-kit.streams.careful.api-key=" + SECRET,
				"ai-kit.streams.careful.headers.x-team=" + SECRET, "ai-kit.response.headers.x-team=" + SECRET);

	@ParameterizedTest
	@EnumSource(Show.class)
	void pagesHoldNoSecretsHoweverMuchTheyShow(Show show) {
		this.contextRunner.run((context) -> {
			ConfigurableEnvironment environment = context.getEnvironment();
			environment.getPropertySources()
				.addLast(new MapPropertySource("variables",
						Map.of("AI_KIT_STREAM_API_KEY", SECRET, "AIKIT_STREAM_APIKEY", SECRET)));
			String text = pages(context, show);
			assertThat(text).contains("x-team", "AI_KIT_STREAM_API_KEY").doesNotContain(SECRET);
			if (show != Show.NEVER) {
				assertThat(text).contains("a-model");
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ai-kit.stream.model", "ai-kit.stream.retry.max-retries", "other.stream.api-key-id" })
	void otherValuesAreLeftToTheApplication(String key) {
		this.contextRunner.run((context) -> {
			SanitizableData data = new SanitizableData(null, key, "a value");
			assertThat(context.getBean(SanitizingFunction.class).apply(data).getValue()).isEqualTo("a value");
		});
	}

	/**
	 * Keys mostly come from variables and arguments of other names, some in parts, and
	 * are used for other things as well.
	 */
	@ParameterizedTest
	@EnumSource(Show.class)
	void keysAreHiddenUnderEveryOtherName(Show show) {
		Map<String, Object> variables = new LinkedHashMap<>();
		variables.put("OPENAI_API_KEY", "canary-openai");
		variables.put("TEAM_TOKEN", "canary-team");
		variables.put("KEY_PART", "canary-part");
		variables.put("GATEWAY_KEY", "canary-gateway");
		variables.put("PASSWORD", "canary-password");
		variables.put("SHORT", "cnr7");
		variables.put("HARMLESS", "a harmless value");
		variables.put("sun.java.command", "app.jar --key=canary-openai --harmless");
		variables.put("arguments", "--short=cnr7");
		variables.put("my.openai.header", "Bearer ${OPENAI_API_KEY}");
		variables.put("my.openai.key", "${OPENAI_API_KEY}");
		this.contextRunner.withUserConfiguration(OwnConfiguration.class)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("variables", variables)))
			.withPropertyValues("ai-kit.stream.api-key=${OPENAI_API_KEY}", "ai-kit.streams.careful.api-key=${SHORT}",
					"ai-kit.streams.careful.headers.Authorization=Bearer ${TEAM_TOKEN}",
					"ai-kit.streams.parted.api-key=sk-${UNSET:${KEY_PART}}-${SHORT}",
					"ai-kit.streams.gateway.endpoint=https://user:${PASSWORD}@localhost/?v=harmless&key=${GATEWAY_KEY}")
			.run((context) -> {
				String text = pages(context, show);
				assertThat(text).contains("OPENAI_API_KEY", "TEAM_TOKEN", "KEY_PART", "GATEWAY_KEY", "my.openai.key")
					.doesNotContain("canary", "cnr7");
				if (show != Show.NEVER) {
					assertThat(text).contains("a harmless value");
				}
			});
	}

	@Test
	void wordsThatAreNoKeysStayReadable() {
		this.contextRunner
			.withPropertyValues("ai-kit.stream.api-key=any", "ai-kit.stream.headers.X-Team=payments",
					"ai-kit.stream.headers.Authorization=Bearer " + SECRET)
			.run((context) -> {
				SanitizingFunction function = context.getBean(SanitizingFunction.class);
				for (String value : List.of("many or any", "payments", "Bearer", "true", "")) {
					SanitizableData data = new SanitizableData(null, "my.own", value);
					assertThat(function.apply(data).getValue()).isEqualTo(value);
				}
				assertThat(function.apply(new SanitizableData(null, "my.own", "any")).getValue()).isNotEqualTo("any");
			});
	}

	@Test
	void backsOffWithoutTheActuator() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(SanitizingFunction.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("aiKitSanitizingFunction"));
	}

	private static String pages(ConfigurableApplicationContext context, Show show) {
		List<SanitizingFunction> functions = context.getBeanProvider(SanitizingFunction.class).stream().toList();
		ConfigurationPropertiesReportEndpoint properties = new ConfigurationPropertiesReportEndpoint(functions, show);
		properties.setApplicationContext(context);
		return json(properties.configurationProperties())
				+ json(new EnvironmentEndpoint(context.getEnvironment(), functions, show).environment(null));
	}

	private static String json(Object page) {
		return JsonMapper.shared().writeValueAsString(page);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(OwnProperties.class)
	static class OwnConfiguration {

	}

	@ConfigurationProperties("my.openai")
	record OwnProperties(String key, String header) {
	}

}

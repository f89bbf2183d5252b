package studio.ainative.aikit.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import studio.ainative.aikit.client.AIStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a person reads on the console when the application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			// property | others | what is said | what to do
			"ai-kit.stream.model=x | | 'ai-kit.stream.endpoint' is missing | Set it to the address of the chat endpoint",
			"ai-kit.stream.provider=opnai | | 'ai-kit.stream.provider' names no provider | Set it to one of: ai-kit, anthropic, openai, openai-responses.",
			"ai-kit.stream.provider=openai | | 'ai-kit.stream.api-key' is missing, and api.openai.com | ${OPENAI_API_KEY}",
			"ai-kit.stream.provider=openai-responses | | 'ai-kit.stream.api-key' is missing, and api.openai.com | ${OPENAI_API_KEY}",
			"ai-kit.stream.provider=anthropic | | 'ai-kit.stream.api-key' is missing, and api.anthropic.com | ${ANTHROPIC_API_KEY}",
			"ai-kit.stream.endpoint=localhost:8080/api/chat | | 'ai-kit.stream.endpoint' is no address that can be called | Set it to a URL with http or https",
			"ai-kit.stream.endpoint=http://bad host/ | | 'ai-kit.stream.endpoint' is no address that can be called | Set it to a URL with http or https",
			"ai-kit.stream.timeout.idle=soon | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.timeout.idle' is \"soon\" | Set 'ai-kit.stream.timeout.idle' to a number with a unit, for example 500ms, 10s or 2m.",
			"ai-kit.stream.timeout.idle=-5s | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.timeout.idle' | Change the value",
			"ai-kit.stream.retry.max-retries=-1 | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.retry.max-retries' | Change the value",
			"ai-kit.stream.retry.jitter=2 | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.retry.jitter' | Change the value",
			"ai-kit.stream.retry.backoff=fibonacci | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.retry.backoff' is \"fibonacci\" | one of: exponential, linear",
			"ai-kit.stream.limits.max-event-size=big | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.limits.max-event-size' is \"big\" | for example 256KB or 4MB",
			"ai-kit.stream.budget.max-total-tokens=0 | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.budget.max-total-tokens' | Change the value",
			"ai-kit.streams.careful.timeout.total=never | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.streams.careful.timeout.total' is \"never\" | for example 500ms, 10s or 2m",
			"ai-kit.response.format=xml | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.response.format' is \"xml\" | one of: ai-kit, ag-ui, openai, ui-message",
			"ai-kit.streams.careful.provider=opnai | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.streams.careful.provider' names no provider | Set it to one of",
			"ai-kit.stream.fallback=bakup | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.fallback' names 'bakup', and there is no such stream | Set it to some of: streams under 'ai-kit.streams'",
			"ai-kit.streams.backup.fallback=backup | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.streams.backup.fallback' goes round in a circle: backup → backup | Remove 'backup' from it",
			"ai-kit.streams.backup.fallback=default | ai-kit.stream.endpoint=http://localhost/,ai-kit.stream.fallback=backup | goes round in a circle: default → backup → default | Remove 'default' from it",
			"ai-kit.stream.route.cooldown=2h | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.route.cooldown' | Change the value",
			"ai-kit.stream.route.max-failures=0 | ai-kit.stream.endpoint=http://localhost/ | 'ai-kit.stream.route.max-failures' | Change the value",
			"ai-kit.stream.route.takes=anything | ai-kit.stream.endpoint=http://localhost/ | Property: ai-kit.stream.route.takes | UNAVAILABLE",
			"ai-kit.pricing.m.input=-1 | ai-kit.pricing.m.output=1 | 'ai-kit.pricing.m' | Set prices per million tokens" })
	void saysWhichPropertyAndWhatToWrite(String property, String others, String said, String action,
			CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(EmptyApplication.class, (property + "," + others).split(",")));
		assertThat(output).contains("APPLICATION FAILED TO START", said, action);
	}

	@Test
	void injectingAStreamThatNothingConfiguresFails(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(InjectingApplication.class, "x=y"));
		assertThat(output).contains("APPLICATION FAILED TO START", "'ai-kit.stream.endpoint' is missing");
	}

	@Test
	void startsWithoutAnyConfigurationWhenNothingInjectsAStream() {
		try (ConfigurableApplicationContext context = start(EmptyApplication.class, "x=y")) {
			assertThat(context.isRunning()).isTrue();
		}
	}

	@Test
	void keysNeverReachTheConsole(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(EmptyApplication.class, "ai-kit.stream.api-key=sk-very-secret"));
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain("sk-very-secret");
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... properties) {
		SpringApplication builder = new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off")
			.properties(properties)
			.application();
		return builder.run();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class EmptyApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class InjectingApplication {

		@Bean
		String needsAStream(AIStream aiStream) {
			return aiStream.toString();
		}

	}

}

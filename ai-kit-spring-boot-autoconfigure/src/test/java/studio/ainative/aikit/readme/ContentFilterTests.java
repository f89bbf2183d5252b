package studio.ainative.aikit.readme;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import studio.ainative.aikit.autoconfigure.AiKitClientAutoConfiguration;
import studio.ainative.aikit.autoconfigure.AiKitObservationAutoConfiguration;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallContentFilter;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's filter of prompts and answers.
 */
class ContentFilterTests {

	@Test
	void keepsCardNumbersOutOfWhatIsRecorded() {
		List<@Nullable CallContent> seen = new ArrayList<>();
		try (ScriptedServer provider = ScriptedServer.start()) {
			provider.respond("Thank you");
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class,
						AiKitObservationAutoConfiguration.class))
				.withUserConfiguration(Filter.class)
				.withBean("seen", ClientCallListener.class, () -> (call) -> seen.add(call.content()))
				.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.stream.model=gpt-4o-mini", "ai-kit.observations.content.enabled=true")
				.run((context) -> context.getBean(AIStream.class).stream("I pay with 4111111111111111").blockLast());
		}
		assertThat(seen).singleElement()
			.satisfies((content) -> assertThat(content.input().get(0).parts().get(0).text()).isEqualTo("I pay with …"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Filter {

		@Bean
		CallContentFilter withoutCardNumbers() {
			return (content) -> content.withTexts((text) -> text.replaceAll("\\d{13,19}", "…"));
		}

	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallContentFilter;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Prompts and answers are recorded only where the application asks for them.
 */
@ExtendWith(OutputCaptureExtension.class)
class ContentTests {

	private static final String ENABLED = "ai-kit.observations.content.enabled=true";

	private final ScriptedServer provider = ScriptedServer.start();

	private final List<@Nullable CallContent> seen = new ArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
		.withBean(ObservationRegistry.class, ObservationRegistry::create)
		.withBean("seen", ClientCallListener.class, () -> (call) -> this.seen.add(call.content()))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.model=gpt-4o-mini", "ai-kit.stream.system-prompt=Be brief");

	@AfterEach
	void stop() {
		this.provider.close();
	}

	private void call(ApplicationContextRunner runner) {
		this.provider.respond("Hel", "lo");
		runner.run((context) -> ObservedCalls
			.run(context.getBean("aiStreamBuilder", AIStream.Builder.class).build().stream("Who are you?")));
	}

	@Test
	void isNotEvenCollectedByDefault(CapturedOutput output) {
		call(this.contextRunner);
		assertThat(this.seen).hasSize(1).containsOnlyNulls();
		assertThat(output).doesNotContain("are recorded");
	}

	@Test
	void isThereForListenersWhereItIsAskedFor(CapturedOutput output) {
		call(this.contextRunner.withPropertyValues(ENABLED));
		assertThat(this.seen).singleElement().satisfies((content) -> {
			assertThat(content.systemInstructions()).isEqualTo("Be brief");
			assertThat(content.input()).singleElement().satisfies((turn) -> {
				assertThat(turn.role()).isEqualTo("user");
				assertThat(turn.parts()).extracting(CallContent.Part::text).containsExactly("Who are you?");
			});
			assertThat(content.output()).isEqualTo("Hello");
		});
		assertThat(output).contains(" WARN ")
			.contains("Prompts and answers are recorded, up to 4096 characters of each: "
					+ "'ai-kit.observations.content.enabled' asks for it");
	}

	@Test
	void eachOutcomeHasItsContent() {
		this.contextRunner.withPropertyValues(ENABLED).run((context) -> {
			for (ObservedCalls call : ObservedCalls.values()) {
				call.make(this.provider,
						ObservedCalls.withoutRetries(context.getBean("aiStreamBuilder", AIStream.Builder.class)));
			}
		});
		assertThat(this.seen).hasSize(ObservedCalls.values().length).doesNotContainNull();
	}

	@Test
	void aFilterDecidesBeforeTheCut() {
		CallContentFilter filter = (content) -> content.withTexts((text) -> text.replace("you", "***"));
		call(this.contextRunner.withBean(CallContentFilter.class, () -> filter)
			.withPropertyValues(ENABLED, "ai-kit.observations.content.max-length=4"));
		assertThat(this.seen).singleElement().satisfies((content) -> {
			assertThat(content.input().get(0).parts().get(0).text()).isEqualTo("Who …");
			assertThat(content.output()).isEqualTo("Hell…");
		});
	}

	@Test
	void aLengthThatCantBeIsNamed() {
		this.contextRunner.withPropertyValues(ENABLED, "ai-kit.observations.content.max-length=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("must be from 1 to 1048576 (was 0)"));
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.CallOptions;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One line of the log for each call.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallLogTests {

	private final ScriptedServer provider = ScriptedServer.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.model=gpt-4o", "ai-kit.observations.log=true");

	@AfterEach
	void stop() {
		this.provider.close();
	}

	@ParameterizedTest
	@EnumSource
	void saysHowEachCallEnded(ObservedCalls call, CapturedOutput output) {
		this.contextRunner.run((context) -> call.make(this.provider,
				ObservedCalls.withoutRetries(context.getBean("aiStreamBuilder", AIStream.Builder.class))));
		List<String> lines = lines(output);
		assertThat(lines).hasSize(1);
		assertThat(lines.get(0)).contains("INFO", "stream=default model=gpt-4o outcome=" + call.outcome() + " ",
				" duration=", " tries=");
		if (!call.errorType().equals("none")) {
			assertThat(lines.get(0)).contains(" error=" + call.errorType() + " ");
		}
	}

	@Test
	void saysWhatACallUsedAndCost(CapturedOutput output) {
		this.provider.respond("Hel", "lo").usage(9, 2);
		this.contextRunner.withPropertyValues("ai-kit.pricing.gpt-4o.input=1000", "ai-kit.pricing.gpt-4o.output=2000")
			.run((context) -> ObservedCalls
				.run(context.getBean("aiStream", AIStream.class).stream("A secret question")));
		assertThat(lines(output)).singleElement()
			.asString()
			.containsPattern("firstToken=\\d+ms duration=\\d+ms tokens=9\\+2 cost=0\\.013USD tries=1");
		assertThat(output).doesNotContain("secret question").doesNotContain("Hello");
	}

	@Test
	void aModelsNameMakesNoLineOfItsOwn(CapturedOutput output) {
		this.provider.respond().status(400);
		this.contextRunner.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class)
			.stream(List.of(Message.user("Hi")), CallOptions.defaults().withModel("a\nWARN forged model"))));
		assertThat(lines(output)).singleElement().asString().contains("model=a_WARN_forged_model ");
	}

	@Test
	void saysNothingUnlessAskedTo(CapturedOutput output) {
		this.provider.respond("Hello");
		this.contextRunner.withPropertyValues("ai-kit.observations.log=false")
			.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
		assertThat(lines(output)).isEmpty();
	}

	private static List<String> lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("CallLog")).toList();
	}

}

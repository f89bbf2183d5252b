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
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallContent.Part;
import studio.ainative.aikit.observation.CallContent.Turn;
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

	private static final Part CALL = new Part("tool_call", "c1", "weather", "{\"city\":\"Paris\"}");

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
				assertThat(turn.parts()).extracting(Part::text).containsExactly("Who are you?");
			});
			assertThat(content.output()).containsExactly(said(text("Hello")));
		});
		assertThat(output).contains(" WARN ")
			.contains("Prompts and answers are recorded, up to 4096 characters of each: "
					+ "'ai-kit.observations.content.enabled' asks for it");
	}

	@Test
	void callsOfToolsArePartsOfTheAnswer() {
		respondCall(this.provider);
		call(this.contextRunner.withPropertyValues(ENABLED));
		assertThat(this.seen).singleElement()
			.satisfies((content) -> assertThat(content.output())
				.containsExactly(said(new Part("reasoning", null, null, "Hm, the weather"), text("Let me see"), CALL)));
	}

	@Test
	void soAreTheResultsOfThoseThatAreRunHere() {
		respondCall(this.provider);
		call(this.contextRunner.withPropertyValues(ENABLED)
			.withBean(Tool.class, () -> Tool.of("weather", "", "", (call) -> "sunny")));
		assertThat(this.seen).singleElement().satisfies((content) -> {
			assertThat(content.input()).hasSize(1);
			assertThat(content.output()).containsExactly(
					said(new Part("reasoning", null, null, "Hm, the weather"), text("Let me see"), CALL),
					new Turn("tool", List.of(new Part("tool_call_response", "c1", "weather", "sunny"))),
					said(text("Hello")));
		});
	}

	@Test
	void theToolsThatItMightCallAreThere() {
		call(this.contextRunner.withPropertyValues(ENABLED)
			.withBean(Tool.class, () -> Tool.of("weather", "Tells the weather.",
					"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}", (call) -> "sunny")));
		assertThat(this.seen).singleElement()
			.satisfies((content) -> assertThat(content.tools()).containsExactly(new CallContent.Tool("weather",
					"Tells the weather.", "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")));
	}

	@Test
	void aFallbackIsRecordedByItsOwnInstructionsAndAnswer() {
		this.provider.respond().status(503);
		try (ScriptedServer backup = ScriptedServer.start()) {
			respondCall(backup);
			this.contextRunner.withPropertyValues(ENABLED, "ai-kit.stream.fallback=backup",
					"ai-kit.streams.backup.endpoint=" + backup.uri(), "ai-kit.streams.backup.system-prompt=Be quick")
				.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class)
					.stream(List.of(Message.user("And in Paris?"),
							Message.assistant("", new MessagePart.ToolCall("c0", "weather", "{}")),
							Message.tool(new MessagePart.ToolResult("c0", "rain"))))));
		}
		assertThat(this.seen).singleElement().satisfies((content) -> {
			assertThat(content.systemInstructions()).isEqualTo("Be quick");
			assertThat(content.input()).containsExactly(new Turn("user", List.of(text("And in Paris?"))),
					said(new Part("tool_call", "c0", "weather", "{}")),
					new Turn("tool", List.of(new Part("tool_call_response", "c0", null, "rain"))));
			assertThat(content.output())
				.containsExactly(said(new Part("reasoning", null, null, "Hm, the weather"), text("Let me see"), CALL));
		});
	}

	@Test
	void whatIsBegunAnewIsRecordedOnce() {
		this.provider.respond("Hel").thenCut();
		call(this.contextRunner.withPropertyValues(ENABLED, "ai-kit.stream.retry.mid-stream=restart",
				"ai-kit.stream.retry.initial-delay=1ms"));
		assertThat(this.seen).singleElement()
			.satisfies((content) -> assertThat(content.output()).containsExactly(said(text("Hello"))));
	}

	private static Part text(String text) {
		return new Part("text", null, null, text);
	}

	private static Turn said(Part... parts) {
		return new Turn("assistant", List.of(parts));
	}

	/** In pieces, after reasoning and a text. */
	private static void respondCall(ScriptedServer provider) {
		provider.respond()
			.raw(delta("\"reasoning_content\":\"Hm, \"") + delta("\"reasoning_content\":\"the weather\""))
			.raw(delta("\"content\":\"Let me \"") + delta("\"content\":\"see\""))
			.raw(delta("\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"weather\","
					+ "\"arguments\":\"{\\\"city\\\":\"}}]"))
			.raw(delta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Paris\\\"}\"}}]"))
			.raw("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n")
			.raw("data: [DONE]\n\n")
			.thenEnd();
	}

	private static String delta(String delta) {
		return "data: {\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}\n\n";
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
			assertThat(content.output()).containsExactly(said(text("Hell…")));
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

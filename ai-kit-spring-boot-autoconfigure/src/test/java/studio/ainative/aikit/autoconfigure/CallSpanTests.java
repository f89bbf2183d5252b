package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.CallOptions;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a call's span tells of its request.
 */
class CallSpanTests {

	private static final String CHOICES = "gen_ai.request.choice.count";

	private static final String STOP = "gen_ai.request.stop_sequences";

	private static final String REASONING = "gen_ai.request.reasoning.level";

	private static final String OUTPUT = "gen_ai.output.type";

	private static final String CONVERSATION = "gen_ai.conversation.id";

	private static final String PREVIOUS = "gen_ai.request.previous_response.id";

	private final ScriptedServer provider = ScriptedServer.start();

	private final ScriptedServer anthropic = ScriptedServer.start(Dialect.ANTHROPIC);

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
		.withBean(ObservationRegistry.class, () -> this.registry)
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.model=gpt-4o",
				"ai-kit.stream.endpoint=" + this.provider.uri());

	CallSpanTests() {
		this.registry.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				CallSpanTests.this.stopped.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
	}

	@AfterEach
	void stop() {
		this.provider.close();
		this.anthropic.close();
	}

	/** The keys of the span of a call. */
	private Map<String, String> span(Map<String, Object> options, String... properties) {
		this.provider.respond("Hello");
		this.anthropic.respond("Hello");
		this.stopped.clear();
		this.contextRunner.withPropertyValues(properties)
			.run((context) -> ObservedCalls
				.run(ObservedCalls.withoutRetries(context.getBean("aiStreamBuilder", AIStream.Builder.class))
					.build()
					.stream(List.of(Message.user("Hi")), new CallOptions(null, null, options))));
		Observation.Context call = this.stopped.get(this.stopped.size() - 1);
		assertThat(call.getName()).isEqualTo("aikit.client.call");
		return call.getAllKeyValues().stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
	}

	@Test
	void tellsHowManyAnswersAreAskedForUnlessItIsOne() {
		assertThat(span(Map.of("n", 3))).containsEntry(CHOICES, "3");
		assertThat(span(Map.of("n", 1))).doesNotContainKey(CHOICES);
		assertThat(span(Map.of())).doesNotContainKey(CHOICES);
	}

	@Test
	void tellsWhatEndsTheAnswer() {
		assertThat(span(Map.of("stop", "\n,"))).containsEntry(STOP, "[\"\\n,\"]");
		assertThat(span(Map.of("stop", List.of("END", "\"")))).containsEntry(STOP, "[\"END\",\"\\\"\"]");
		assertThat(span(Map.of(), "ai-kit.stream.options.stop[0]=END")).containsEntry(STOP, "[\"END\"]");
		assertThat(span(Map.of("stop", ""), "ai-kit.stream.options.stop=END")).doesNotContainKey(STOP);
		assertThat(span(Map.of("stop", List.of()))).doesNotContainKey(STOP);
		assertThat(span(Map.of("stop_sequences", List.of("END")), "ai-kit.stream.provider=anthropic",
				"ai-kit.stream.endpoint=" + this.anthropic.uri()))
			.containsEntry(STOP, "[\"END\"]");
	}

	@Test
	void tellsHowMuchIsToBeThought() {
		assertThat(span(Map.of("reasoning_effort", "low"))).containsEntry(REASONING, "low");
		assertThat(span(Map.of("reasoning", Map.of("effort", "high")), "ai-kit.stream.provider=openai-responses"))
			.containsEntry(REASONING, "high");
		assertThat(span(Map.of("output_config", Map.of("effort", "medium")), "ai-kit.stream.provider=anthropic",
				"ai-kit.stream.endpoint=" + this.anthropic.uri()))
			.containsEntry(REASONING, "medium");
		assertThat(span(Map.of("reasoning_effort", "low"), "ai-kit.observations.names=otel-1.41"))
			.doesNotContainKey(REASONING);
	}

	@Test
	void tellsWhichFormatIsAskedFor() {
		assertThat(span(Map.of("response_format", Map.of("type", "json_object")))).containsEntry(OUTPUT, "json");
		assertThat(span(Map.of("response_format", Map.of("type", "text")))).containsEntry(OUTPUT, "text");
		assertThat(span(Map.of("text", Map.of("format", Map.of("type", "json_schema"))),
				"ai-kit.stream.provider=openai-responses"))
			.containsEntry(OUTPUT, "json");
		assertThat(span(Map.of("output_config", Map.of("format", Map.of("type", "json_schema"))),
				"ai-kit.stream.provider=anthropic", "ai-kit.stream.endpoint=" + this.anthropic.uri()))
			.containsEntry(OUTPUT, "json");
		assertThat(span(Map.of("response_format", Map.of("type", "grammar")))).doesNotContainKey(OUTPUT);
	}

	@Test
	void tellsOfTheConversationThatOpenAiKeeps() {
		assertThat(span(Map.of("conversation", "conv_1"), "ai-kit.stream.provider=openai-responses"))
			.containsEntry(CONVERSATION, "conv_1");
		assertThat(span(Map.of("conversation", Map.of("id", "conv_2")), "ai-kit.stream.provider=openai-responses"))
			.containsEntry(CONVERSATION, "conv_2");
		assertThat(span(Map.of("previous_response_id", "resp_1", "max_output_tokens", 7),
				"ai-kit.stream.provider=openai-responses"))
			.containsEntry(PREVIOUS, "resp_1")
			.containsEntry("gen_ai.request.max_tokens", "7")
			.doesNotContainKey(CONVERSATION);
		assertThat(span(Map.of("previous_response_id", "resp_1"), "ai-kit.stream.provider=openai-responses",
				"ai-kit.observations.names=otel-1.41"))
			.doesNotContainKey(PREVIOUS);
	}

	@Test
	void tellsNoOtherText() {
		Map<String, Object> options = Map.of("n", "canary", "stop", List.of(List.of("canary")), "reasoning_effort",
				List.of("canary"), "response_format", "canary", "conversation", "canary", "previous_response_id",
				"canary", "user", "canary");
		assertThat(span(options)).doesNotContainKeys(CHOICES, STOP, REASONING, OUTPUT, CONVERSATION, PREVIOUS)
			.doesNotContainValue("canary");
	}

}

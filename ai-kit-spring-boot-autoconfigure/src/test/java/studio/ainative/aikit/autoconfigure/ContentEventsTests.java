package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Map;

import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallContent.Part;
import studio.ainative.aikit.observation.CallContent.Tool;
import studio.ainative.aikit.observation.CallContent.Turn;
import studio.ainative.aikit.observation.CallOutcome;
import studio.ainative.aikit.observation.ClientCall;
import studio.ainative.aikit.observation.ClientCallEnd;
import studio.ainative.aikit.observation.ClientCallFacts;
import studio.ainative.aikit.observation.ClientObservations;
import studio.ainative.aikit.observation.ContentRule;
import studio.ainative.aikit.observation.DefaultAiKitClientObservationConvention;
import studio.ainative.aikit.observation.ModelNames;
import studio.ainative.aikit.observation.SemanticConvention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;

/**
 * What OpenTelemetry is told of prompts and answers, by the convention's schemas for
 * messages.
 */
class ContentEventsTests {

	private final LogRecordBuilder event = mock(LogRecordBuilder.class, Answers.RETURNS_SELF);

	private static Turn said(Part... parts) {
		return new Turn("assistant", List.of(parts));
	}

	private static Part text(String text) {
		return new Part("text", null, null, text);
	}

	/** Make a call that is recorded, and end it. */
	private void record(List<Message> asked, List<Turn> answer, String... finishReasons) {
		record(CallContent.of(null, asked, answer), finishReasons);
	}

	private void record(CallContent content, String... finishReasons) {
		OpenTelemetry openTelemetry = mock(OpenTelemetry.class, Answers.RETURNS_DEEP_STUBS);
		given(openTelemetry.getLogsBridge().get(anyString()).logRecordBuilder()).willReturn(this.event);
		var convention = new DefaultAiKitClientObservationConvention(SemanticConvention.OTEL_0_1);
		ClientObservations observations = new ClientObservations(ObservationRegistry.NOOP, convention,
				new ModelNames(List.of(), 1), new ModelNames(List.of(), 1),
				List.of(new ContentEvents(openTelemetry, convention)))
			.withContent(new ContentRule(1000, (all) -> all));
		ClientCall call = observations
			.begin(new ClientCallFacts("default", "openai", "gpt-4o", "localhost", 443, Map.of()), null);
		for (String reason : finishReasons) {
			call.event(new Metadata(Map.of(Metadata.FINISH_REASON, reason)));
		}
		call.content(content);
		call.end(new ClientCallEnd(CallOutcome.COMPLETE, null, null, null, null));
		verify(this.event).setEventName("gen_ai.client.inference.operation.details");
		verify(this.event).emit();
	}

	private JsonNode attribute(String name) {
		return mockingDetails(this.event).getInvocations()
			.stream()
			.filter((invocation) -> invocation.getArguments().length == 2
					&& invocation.getArgument(0) instanceof AttributeKey<?> key && key.getKey().equals(name))
			.map((invocation) -> JsonMapper.shared().readTree(string(invocation.getArgument(1))))
			.findFirst()
			.orElseThrow();
	}

	/** Structured where the API is able to, else JSON. */
	private static String string(Object attribute) {
		return (attribute instanceof Value<?> value) ? value.asString() : (String) attribute;
	}

	private static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

	@Test
	void callsOfToolsAndTheirResultsArePartsOfPrompts() {
		record(List.of(Message.user("Rain?"),
				Message.assistant("", new MessagePart.ToolCall("c1", "weather", "{\"city\":\"Paris\"}")),
				Message.tool(new MessagePart.ToolResult("c1", "sunny"))), List.of(said(text("No"))), "stop");
		assertThat(attribute("gen_ai.input.messages")).isEqualTo(json("""
				[{"role":"user","parts":[{"type":"text","content":"Rain?"}]},
				 {"role":"assistant","parts":[
				   {"type":"tool_call","id":"c1","name":"weather","arguments":"{\\"city\\":\\"Paris\\"}"}]},
				 {"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"sunny"}]}]"""));
		assertThat(attribute("gen_ai.output.messages")).isEqualTo(json("""
				[{"role":"assistant","parts":[{"type":"text","content":"No"}],"finish_reason":"stop"}]"""));
	}

	@Test
	void theyArePartsOfAnswersInEachRound() {
		record(List.of(Message.user("Rain?")),
				List.of(said(new Part("reasoning", null, null, "Hm"), new Part("tool_call", "c1", "weather", "{}")),
						new Turn("tool", List.of(new Part("tool_call_response", "c1", "weather", "sunny"))),
						said(text("No"))),
				"stop");
		assertThat(attribute("gen_ai.output.messages")).isEqualTo(json("""
				[{"role":"assistant","finish_reason":"tool_calls","parts":[
				   {"type":"reasoning","content":"Hm"},
				   {"type":"tool_call","id":"c1","name":"weather","arguments":"{}"}]},
				 {"role":"tool","parts":[
				   {"type":"tool_call_response","id":"c1","name":"weather","response":"sunny"}]},
				 {"role":"assistant","parts":[{"type":"text","content":"No"}],"finish_reason":"stop"}]"""));
	}

	@Test
	void anAnswerThatDidNotComeHasItsReasonToo() {
		record(List.of(Message.user("Rain?")), List.of());
		assertThat(attribute("gen_ai.output.messages")).isEqualTo(json("""
				[{"role":"assistant","parts":[],"finish_reason":"error"}]"""));
	}

	@Test
	void toolsAreDefinedByTheirSchemas() {
		String schema = """
				{"type":"object","properties":{"city":{"type":"string","enum":["Paris",null]},
				 "days":{"type":"integer","maximum":14,"multipleOf":0.5}},"additionalProperties":false}""";
		record(CallContent.of(null, List.of(Message.user("Rain?")), List.of())
			.withTools(List.of(new Tool("weather", "Tells the weather.", schema), new Tool("clock", "", ""),
					new Tool("broken", "Once had a schema.", "{\"type\":***}"))));
		assertThat(attribute("gen_ai.tool.definitions")).isEqualTo(json("""
				[{"type":"function","name":"weather","description":"Tells the weather.","parameters":%s},
				 {"type":"function","name":"clock"},
				 {"type":"function","name":"broken","description":"Once had a schema."}]""".formatted(schema)));
	}

	@Test
	void callsWithoutToolsDefineNone() {
		record(List.of(Message.user("Rain?")), List.of());
		assertThat(mockingDetails(this.event).getInvocations().toString()).contains("gen_ai.input.messages")
			.doesNotContain("gen_ai.tool.definitions");
	}

}

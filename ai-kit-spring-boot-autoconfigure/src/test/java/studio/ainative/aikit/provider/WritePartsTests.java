package studio.ainative.aikit.provider;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WritePartsTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Provider OPENAI = new OpenAIProvider();

	private static final Provider ANTHROPIC = new AnthropicProvider();

	private static final Provider RESPONSES = new OpenAIResponsesProvider();

	private static final Provider AI_KIT = new AiKitProvider();

	private static final List<Message> PARTS = List.of(
			Message.user("What are these?", MessagePart.File.of("image/png", new byte[] { 1, 2, 3 }),
					MessagePart.File.at("image/*", URI.create("https://example.org/a.png")),
					MessagePart.File.of("application/pdf", new byte[] { 1, 2, 3 }).withName("b.pdf")),
			Message.assistant("", new MessagePart.Reasoning("Hm.", "anthropic", Map.of("signature", "s1")),
					new MessagePart.Reasoning("", "anthropic", Map.of("redactedThinking", "r1")),
					new MessagePart.Reasoning("Foreign", "other", Map.of()),
					new MessagePart.ToolCall("c1", "weather", "{\"city\":\"Rome\"}"),
					new MessagePart.ToolCall("c2", "time", "")),
			Message.tool(new MessagePart.ToolResult("c1", "sunny"),
					new MessagePart.ToolResult("c2", "time", "no clock", true)),
			Message.user("And now?"));

	private static final ToolDefinition WEATHER = ToolDefinition.of("weather", "Tells the weather.",
			"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");

	static final List<Arguments> UNKNOWN_FILES = List.of(
			Arguments.of(OPENAI, MessagePart.File.of("image/tiff", new byte[] { 1 })),
			Arguments.of(OPENAI, MessagePart.File.of("a/b", new byte[] { 1 })),
			Arguments.of(OPENAI, MessagePart.File.at("application/pdf", URI.create("https://example.org/b.pdf"))),
			Arguments.of(RESPONSES, MessagePart.File.of("image/tiff", new byte[] { 1 })),
			Arguments.of(RESPONSES, MessagePart.File.of("audio/wav", new byte[] { 1 })),
			Arguments.of(ANTHROPIC, MessagePart.File.of("image/tiff", new byte[] { 1 })),
			Arguments.of(ANTHROPIC, MessagePart.File.of("audio/wav", new byte[] { 1 })),
			Arguments.of(ANTHROPIC, MessagePart.File.at("text/plain", URI.create("https://example.org/b.txt"))));

	static final List<Arguments> NAMES = List.of(Arguments.of(OPENAI, "messages"), Arguments.of(RESPONSES, "input"),
			Arguments.of(ANTHROPIC, "messages"));

	@Test
	void openAiGetsFilesAndCallsOfToolsWithTheirResults() {
		assertBody(OPENAI, new ProviderRequest(PARTS, "gpt-4o", null, Map.of(), List.of(WEATHER)),
				"""
						{"model": "gpt-4o",
						 "messages": [
						   {"role": "user", "content": [
						     {"type": "text", "text": "What are these?"},
						     {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}},
						     {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
						     {"type": "file", "file": {"filename": "b.pdf", "file_data": "data:application/pdf;base64,AQID"}}]},
						   {"role": "assistant", "content": null, "tool_calls": [
						     {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\\"city\\":\\"Rome\\"}"}},
						     {"id": "c2", "type": "function", "function": {"name": "time", "arguments": ""}}]},
						   {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
						   {"role": "tool", "tool_call_id": "c2", "content": "Error: no clock"},
						   {"role": "user", "content": "And now?"}],
						 "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells the weather.",
						   "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}],
						 "stream": true,
						 "stream_options": {"include_usage": true}}
						""");
	}

	@Test
	void anthropicGetsFilesReasoningAndCallsOfToolsWithTheirResults() {
		assertBody(ANTHROPIC, new ProviderRequest(PARTS, "claude", null, Map.of(), List.of(WEATHER)), """
				{"model": "claude",
				 "messages": [
				   {"role": "user", "content": [
				     {"type": "text", "text": "What are these?"},
				     {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AQID"}},
				     {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
				     {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AQID"},
				      "title": "b.pdf"}]},
				   {"role": "assistant", "content": [
				     {"type": "thinking", "thinking": "Hm.", "signature": "s1"},
				     {"type": "redacted_thinking", "data": "r1"},
				     {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Rome"}},
				     {"type": "tool_use", "id": "c2", "name": "time", "input": {}}]},
				   {"role": "user", "content": [
				     {"type": "tool_result", "tool_use_id": "c1", "content": "sunny"},
				     {"type": "tool_result", "tool_use_id": "c2", "content": "no clock", "is_error": true},
				     {"type": "text", "text": "And now?"}]}],
				 "tools": [{"name": "weather", "description": "Tells the weather.",
				   "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}],
				 "max_tokens": 4096,
				 "stream": true}
				""");
	}

	@Test
	void aiKitGetsPartsBesideTheText() {
		assertBody(AI_KIT, request(PARTS, Map.of()), """
				{"messages": [
				   {"role": "user", "content": "What are these?", "parts": [
				     {"type": "text", "text": "What are these?"},
				     {"type": "file", "mediaType": "image/png", "url": "data:image/png;base64,AQID"},
				     {"type": "file", "mediaType": "image/*", "url": "https://example.org/a.png"},
				     {"type": "file", "mediaType": "application/pdf", "name": "b.pdf",
				      "url": "data:application/pdf;base64,AQID"}]},
				   {"role": "assistant", "content": "", "parts": [
				     {"type": "reasoning", "text": "Hm.", "provider": "anthropic", "data": {"signature": "s1"}},
				     {"type": "reasoning", "text": "", "provider": "anthropic", "data": {"redactedThinking": "r1"}},
				     {"type": "reasoning", "text": "Foreign", "provider": "other", "data": {}},
				     {"type": "tool-call", "id": "c1", "name": "weather", "arguments": "{\\"city\\":\\"Rome\\"}"},
				     {"type": "tool-call", "id": "c2", "name": "time", "arguments": ""}]},
				   {"role": "tool", "content": "", "parts": [
				     {"type": "tool-result", "callId": "c1", "result": "sunny"},
				     {"type": "tool-result", "callId": "c2", "name": "time", "result": "no clock", "failed": true}]},
				   {"role": "user", "content": "And now?"}],
				 "stream": true}
				""");
	}

	@Test
	void anOptionTakesThePlaceOfTools() {
		assertBody(OPENAI, new ProviderRequest(List.of(Message.user("Hi")), null, null, Map.of("tools", List.of()),
				List.of(WEATHER)), """
						{"messages": [{"role": "user", "content": "Hi"}], "stream": true,
						 "stream_options": {"include_usage": true}, "tools": []}
						""");
	}

	@ParameterizedTest
	@FieldSource("UNKNOWN_FILES")
	void refusesFilesThatTheFormatHasNoPlaceFor(Provider provider, MessagePart.File file) {
		assertThatExceptionOfType(InvalidMessagesException.class)
			.isThrownBy(() -> provider.writeRequest(request(List.of(Message.user("Hi", file)), Map.of())))
			.withMessageStartingWith("Files can't be passed on to the model here, except for ");
	}

	@Test
	void anthropicRefusesArgumentsThatAreNoObject() {
		Message answer = Message.assistant("", new MessagePart.ToolCall("c1", "weather", "canary"));
		assertThatExceptionOfType(InvalidMessagesException.class)
			.isThrownBy(() -> ANTHROPIC.writeRequest(request(List.of(answer), Map.of())))
			.withMessage("The arguments of a call of a tool must be a JSON object");
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void namesThatNoToolMayHaveAreMadeSuch(Provider provider, String place) {
		List<Message> messages = List.of(Message.user("Hi"),
				Message.assistant("", new MessagePart.ToolCall("c1", "multi_tool_use.parallel", "{}"),
						new MessagePart.ToolCall("c2", "x".repeat(100), "{}"),
						new MessagePart.ToolCall("c3", "get-Weather_2", "{}")),
				Message.tool(new MessagePart.ToolResult("c1", "none"), new MessagePart.ToolResult("c2", "none"),
						new MessagePart.ToolResult("c3", "clear")));
		JsonNode body = MAPPER.readTree(provider.writeRequest(request(messages, Map.of())));
		assertThat(body.path(place).findValuesAsString("name")).containsExactly("multi_tool_use_parallel",
				"x".repeat(64), "get-Weather_2");
	}

	@Test
	void anthropicGetsIdsOfOtherProvidersAsItTakesThem() {
		List<String> ids = List.of("functions.weather:0", "functions:weather.0", "toolu_01-a");
		Message answer = Message.assistant("",
				ids.stream()
					.<MessagePart>map((id) -> new MessagePart.ToolCall(id, "weather", "{}"))
					.toArray(MessagePart[]::new));
		Message results = Message.tool(ids.stream()
			.map((id) -> new MessagePart.ToolResult(id, "clear"))
			.toArray(MessagePart.ToolResult[]::new));
		JsonNode turns = MAPPER
			.readTree(ANTHROPIC.writeRequest(request(List.of(Message.user("Hi"), answer, results), Map.of())))
			.path("messages");
		List<String> called = turns.path(1).findValuesAsString("id");
		assertThat(called).hasSize(3)
			.doesNotHaveDuplicates()
			.allMatch((id) -> id.matches("[a-zA-Z0-9_-]+"))
			.contains("toolu_01-a");
		assertThat(turns.path(2).findValuesAsString("tool_use_id")).isEqualTo(called);
	}

	@Test
	void responsesGetItems() {
		List<Message> messages = new ArrayList<>(PARTS);
		messages.set(1,
				Message.assistant("Let me see.",
						new MessagePart.Reasoning("Hm.", "openai-responses",
								Map.of("id", "rs_1", "encryptedContent", "e1")),
						new MessagePart.Reasoning("Foreign", "anthropic", Map.of("signature", "s1")),
						new MessagePart.ToolCall("c1", "weather", "{\"city\":\"Rome\"}"),
						new MessagePart.ToolCall("c2", "time", "")));
		messages.add(Message.user("", MessagePart.File.at("application/pdf", URI.create("https://example.org/b.pdf"))));
		assertBody(RESPONSES, new ProviderRequest(messages, "gpt-5", null, Map.of(), List.of(WEATHER)),
				"""
						{"model": "gpt-5",
						 "input": [
						   {"role": "user", "content": [
						     {"type": "input_text", "text": "What are these?"},
						     {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,AQID"},
						     {"type": "input_image", "detail": "auto", "image_url": "https://example.org/a.png"},
						     {"type": "input_file", "filename": "b.pdf", "file_data": "data:application/pdf;base64,AQID"}]},
						   {"role": "assistant", "content": "Let me see."},
						   {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "e1"},
						   {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{\\"city\\":\\"Rome\\"}"},
						   {"type": "function_call", "call_id": "c2", "name": "time", "arguments": "{}"},
						   {"type": "function_call_output", "call_id": "c1", "output": "sunny"},
						   {"type": "function_call_output", "call_id": "c2", "output": "Error: no clock"},
						   {"role": "user", "content": "And now?"},
						   {"role": "user", "content": [{"type": "input_file", "file_url": "https://example.org/b.pdf"}]}],
						 "tools": [{"type": "function", "name": "weather", "description": "Tells the weather.", "strict": false,
						   "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}],
						 "store": false,
						 "stream": true}
						""");
	}

	private static ProviderRequest request(List<Message> messages, Map<String, Object> options) {
		return new ProviderRequest(messages, null, null, options);
	}

	private static void assertBody(Provider provider, ProviderRequest request, String expected) {
		byte[] body = provider.writeRequest(request);
		assertThat(MAPPER.readTree(body)).as(new String(body, StandardCharsets.UTF_8))
			.isEqualTo(MAPPER.readTree(expected));
	}

}

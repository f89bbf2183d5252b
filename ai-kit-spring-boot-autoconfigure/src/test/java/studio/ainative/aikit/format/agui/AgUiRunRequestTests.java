package studio.ainative.aikit.format.agui;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is read of an AG-UI request, and what is refused by name.
 */
class AgUiRunRequestTests {

	private static final String IDS = "\"threadId\":\"t\",\"runId\":\"r\"";

	private static final String HI = "\"messages\":[{\"id\":\"1\",\"role\":\"user\",\"content\":\"Hi\"}]";

	@Test
	void readsWhatTheClientSends() {
		AgUiRunRequest request = read(
				"""
						{"threadId":"t","runId":"r","protocolVersion":"1.0","state":{"a":[1]},"context":[{"value":"v"}],"forwardedProps":{},
						 "messages":[{"id":"1","role":"developer","content":"Be brief."},
						  {"id":"2","role":"user","content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"},{"type":"hologram"}]},
						  {"id":"3","role":"reasoning","content":"Hm."},{"id":"4","role":"activity","activityType":"x","content":{"a":1}},
						  {"id":"5","role":"assistant","toolCalls":[]}],
						 "tools":[{"name":"time","description":"Tells it.","parameters":{"type":"object"},"x":null}]}
						""");
		assertThat(request.threadId()).isEqualTo("t");
		assertThat(request.runId()).isEqualTo("r");
		assertThat(request.messages()).containsExactly(message("1", Message.Role.SYSTEM, "Be brief."),
				message("2", Message.Role.USER, "Hello"), message("5", Message.Role.ASSISTANT, ""));
		assertThat(request.tools()).containsExactly(
				Map.of("name", "time", "description", "Tells it.", "parameters", Map.of("type", "object")));
		assertThat(request).hasToString("AgUiRunRequest[messages=3, tools=1]");
		assertThat(read("{" + IDS + "," + HI + "}").tools()).isEmpty();
	}

	@Test
	void readsImagesFilesAndCallsOfToolsWithTheirResults() {
		AgUiRunRequest request = read("""
				{"threadId":"t","runId":"r","messages":[
				 {"id":"1","role":"user","content":[{"type":"text","text":"What is this?"},
				  {"type":"image","source":{"type":"data","value":"AQID","mimeType":"image/png"}},
				  {"type":"image","source":{"type":"url","value":"https://example.org/a"}},
				  {"type":"binary","mimeType":"application/pdf","filename":"b.pdf","data":"AQID"}]},
				 {"id":"2","role":"assistant","toolCalls":[
				  {"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
				 {"id":"3","role":"tool","toolCallId":"c1","content":"sunny"}]}
				""");
		assertThat(request.messages()).usingRecursiveFieldByFieldElementComparatorOnFields("role", "content", "parts")
			.containsExactly(
					Message.user("What is this?", new MessagePart.File("image/png", null, "data:image/png;base64,AQID"),
							new MessagePart.File("image/*", null, "https://example.org/a"),
							new MessagePart.File("application/pdf", "b.pdf", "data:application/pdf;base64,AQID")),
					Message.assistant("", new MessagePart.ToolCall("c1", "weather", "{}")),
					Message.tool(new MessagePart.ToolResult("c1", "sunny")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[]                                               |                        | The request's body must be an object.
					null                                             |                        | The request's body must be an object.
					{"runId":"r",HI}                                 | threadId               | 'threadId' is missing.
					{"threadId":"t",HI}                              | runId                  | 'runId' is missing.
					{"threadId":7,"runId":"r",HI}                    | threadId               | 'threadId' must be text.
					{IDS}                                            | messages               | 'messages' must hold at least one message.
					{IDS,"messages":null}                            | messages               | 'messages' must be a list.
					{IDS,"messages":[1]}                             | messages[0]            | 'messages[0]' must be an object.
					{IDS,"messages":[{}]}                            | messages[0].role       | 'messages[0].role' is missing.
					{IDS,"messages":[{"role":"user"}]}               | messages[0].content    | 'messages[0].content' is missing.
					{IDS,"messages":[{"role":"user","content":{}}]}  | messages[0].content    | 'messages[0].content' must be text.
					{IDS,"messages":[{"content":[{}],"role":"user"}]} | messages[0].content[0].type | 'messages[0].content[0].type' is missing.
					{IDS,"messages":[{"content":[{"type":"binary"}],"role":"user"}]} | messages[0].content[0] | 'messages[0].content[0]' must have a mimeType, and data or a URL.
					{IDS,"messages":[{"content":[{"type":"image","source":{"type":"data","value":"canary!","mimeType":"image/png"}}],"role":"user"}]} | messages[0].content[0] | 'messages[0].content[0]': The bytes of a file must be a data: URL in base64, with its type.
					{IDS,"messages":[{"content":[{"type":"audio"}],"role":"user"}]} | messages[0].content[0].type | 'messages[0].content[0]': sound and videos can't be passed on.
					{IDS,"messages":[{"role":"tool","content":"x"}]} | messages[0].toolCallId | 'messages[0].toolCallId' is missing.
					{IDS,"messages":[{"role":"assistant","toolCalls":[{}]}]} | messages[0].toolCalls[0].id | 'messages[0].toolCalls[0].id' is missing.
					{IDS,HI,"tools":{}}                              | tools                  | 'tools' must be a list.
					{IDS,HI,"tools":[{}]}                            | tools[0].name          | 'tools[0].name' must be text.
					{IDS,HI,"tools":[{"name":"t","description":7}]}  | tools[0].description   | 'tools[0].description' must be text.
					{IDS,HI,"tools":[{"name":"t","parameters":[]}]}  | tools[0].parameters    | 'tools[0].parameters' must be an object.
					""")
	void refusesByName(String json, @Nullable String field, String sentence) {
		assertThatExceptionOfType(UnreadableRequestException.class)
			.isThrownBy(() -> read(json.replace("IDS", IDS).replace("HI", HI)))
			.satisfies((ex) -> {
				assertThat(ex.field()).isEqualTo((field != null) ? field : "");
				assertThat(ex.toErrorEvent().error()).isEqualTo(sentence);
			});
	}

	@Test
	void refusesWhatIsTooMuch() {
		String message = "{\"role\":\"user\",\"content\":\"Hi\"},";
		String part = "{\"type\":\"text\",\"text\":\"Hi\"},";
		for (String json : List.of("\"messages\":[" + message.repeat(2048) + "{}]",
				"\"messages\":[{\"role\":\"user\",\"content\":[" + part.repeat(10_000) + "{}]}]",
				HI + ",\"tools\":[" + "{\"name\":\"t\"},".repeat(128) + "{}]")) {
			assertThatExceptionOfType(UnreadableRequestException.class)
				.isThrownBy(() -> read("{" + IDS + "," + json + "}"))
				.withMessageContaining("must not have more than");
		}
	}

	private static Message message(String id, Message.Role role, String content) {
		return new Message(id, role, content, null, Message.Status.COMPLETE);
	}

	private static AgUiRunRequest read(String json) {
		return new JsonMapper().readValue(json, AgUiRunRequest.class);
	}

}

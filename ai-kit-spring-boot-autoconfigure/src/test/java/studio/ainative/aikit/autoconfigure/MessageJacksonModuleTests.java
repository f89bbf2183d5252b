package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MessageJacksonModuleTests {

	private static final JsonMapper JSON = JsonMapper.builder().addModule(new MessageJacksonModule()).build();

	@Test
	void writesTextAsItAlwaysDid() {
		assertThat(JSON.writeValueAsString(Message.user("Hi"))).isEqualTo("{\"role\":\"user\",\"content\":\"Hi\"}");
	}

	@Test
	void readsWhatItWrites() {
		List<Message> messages = List.of(
				Message.user("Hi", MessagePart.File.of("image/png", new byte[] { 1 }).withName("a.png"),
						MessagePart.File.at("image/*", URI.create("https://example.org/a"))),
				Message.assistant("Well", new MessagePart.Reasoning("Hm", "anthropic", Map.of("signature", "s")),
						new MessagePart.ToolCall("c1", "weather", "{}")),
				Message.tool(new MessagePart.ToolResult("c1", "weather", "none", true)));
		for (Message message : messages) {
			assertThat(JSON.readValue(JSON.writeValueAsString(message), Message.class)).isEqualTo(message);
		}
	}

	@Test
	void readsPartsWithoutContentAndPassesUnknownOnesBy() {
		assertThat(JSON.readValue(
				"{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"later\",\"a\":[1]}]}",
				Message.class))
			.isEqualTo(Message.user("Hi"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"role":"user","content":"","parts":"canary"}       | 'parts' of a message must be a list of 1000 parts or fewer
					{"role":"user","content":"","parts":["canary"]}     | A part of a message must be an object
					{"role":"user","content":"","parts":[{"a":1}]}      | 'type' of a part of a message must be text
					{"role":"user","parts":[]}                          | 'content' of a message must be text
					{"role":"user","content":7,"parts":[{"type":"text","text":"canary"}]} | 'content' of a message must be text
					{"role":"user","parts":[{"type":"file","mediaType":"image/png","url":"file:///canary"}]} | The address of a file must be
					{"role":"user","parts":[{"type":"file","mediaType":"image/png","url":"data:image/png;base64,!!!!"}]} | The bytes of a file must be
					{"id":7,"role":"user","content":"canary"}           | 'id' of a message must be text
					{"role":"user","content":"canary","timestamp":true} | 'timestamp' of a message must be milliseconds since 1970 or ISO 8601
					{"role":"tool","parts":[{"type":"tool-result","callId":"c","result":"","failed":"canary"}]} | 'failed' of a part of a message must be true or false
					{"role":"tool","content":"canary"}                  | A message of a tool must hold results, and nothing else
					{"role":"user","parts":[{"type":"tool-result","callId":"canary","result":""}]} | A message of the role 'user' can't hold such a part
					{"role":"assistant","parts":[{"type":"tool-call","id":"","name":"canary","arguments":""}]} | 'id' of a part of a message must not be empty
					""")
	void saysWhatIsWrong(String json, String sentence) {
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> JSON.readValue(json, Message.class))
			.satisfies((ex) -> assertThat(ex.toErrorEvent().error()).startsWith(sentence).doesNotContain("canary"));
	}

}

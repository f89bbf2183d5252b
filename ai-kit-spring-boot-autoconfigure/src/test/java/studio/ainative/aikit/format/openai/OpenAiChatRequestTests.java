package studio.ainative.aikit.format.openai;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is read of an OpenAI request, and what is refused by name.
 */
class OpenAiChatRequestTests {

	private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

	@Test
	void readsWhatTheSdksSend() {
		OpenAiChatRequest request = read("""
				{"model":"fast","messages":[
				  {"role":"developer","content":"Be brief."},
				  {"role":"user","name":"Ada","content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]},
				  {"role":"assistant","content":"Hi","refusal":null,"tool_calls":[]},
				  {"role":"assistant","content":null},
				  {"role":"user","content":"Go on."}],
				 "stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"n":1,
				 "temperature":0.2,"max_completion_tokens":100,"stop":["a","b"],"seed":null,
				 "tools":[{"type":"function","function":{"name":"time","parameters":{"type":"object"}}}],
				 "tool_choice":"auto","service_tier":"priority","store":true,"metadata":{"a":["b"]},"whatever":[[[1]]]}
				""");
		assertThat(request.model()).isEqualTo("fast");
		assertThat(request.messages()).containsExactly(Message.system("Be brief."), Message.user("Hello"),
				Message.assistant("Hi"), Message.assistant(""), Message.user("Go on."));
		assertThat(request.stream()).isTrue();
		assertThat(request.includeUsage()).isTrue();
		assertThat(request.options()).isEqualTo(
				Map.of("temperature", 0.2, "max_completion_tokens", 100, "stop", List.of("a", "b"), "tools",
						List.of(Map.of("type", "function", "function",
								Map.of("name", "time", "parameters", Map.of("type", "object")))),
						"tool_choice", "auto"));
	}

	@Test
	void neitherStreamsNorTellsUsageUnlessAsked() {
		for (String rest : List.of("", ",\"stream\":null,\"stream_options\":null,\"n\":null", ",\"stream\":false")) {
			OpenAiChatRequest request = read("{\"model\":\"fast\"," + HI + rest + "}");
			assertThat(request.stream()).isFalse();
			assertThat(request.includeUsage()).isFalse();
			assertThat(request.options()).isEmpty();
		}
	}

	@Test
	void readsImagesFilesAndCallsOfToolsWithTheirResults() {
		OpenAiChatRequest request = read(
				"""
						{"model":"m","messages":[
						 {"role":"user","content":[{"type":"text","text":"What "},
						  {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},
						  {"type":"image_url","image_url":{"url":"https://example.org/a"}},
						  {"type":"file","file":{"filename":"b.pdf","file_data":"data:application/pdf;base64,AQID"}},
						  {"type":"text","text":"is this?"}]},
						 {"role":"assistant","content":null,"tool_calls":[
						  {"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
						 {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"sun"},{"type":"text","text":"ny"}]}]}
						""");
		assertThat(request.messages()).containsExactly(
				Message.user("", new MessagePart.Text("What "),
						new MessagePart.File("image/png", null, "data:image/png;base64,AQID"),
						new MessagePart.File("image/*", null, "https://example.org/a"),
						new MessagePart.File("application/pdf", "b.pdf", "data:application/pdf;base64,AQID"),
						new MessagePart.Text("is this?")),
				Message.assistant("", new MessagePart.ToolCall("c1", "weather", "{}")),
				Message.tool(new MessagePart.ToolResult("c1", "sunny")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[]                                                       |                           | The request's body must be an object.
					null                                                     |                           | The request's body must be an object.
					"Hi"                                                     |                           | The request's body must be an object.
					{HI}                                                     | model                     | 'model' is missing.
					{"model":null,HI}                                        | model                     | 'model' is missing.
					{"model":" ",HI}                                         | model                     | 'model' must be the name of a model.
					{"model":7,HI}                                           | model                     | 'model' must be text.
					{"model":"m"}                                            | messages                  | 'messages' must hold at least one message.
					{"model":"m","messages":[]}                              | messages                  | 'messages' must hold at least one message.
					{"model":"m","messages":null}                            | messages                  | 'messages' must be a list.
					{"model":"m","messages":{}}                              | messages                  | 'messages' must be a list.
					{"model":"m","messages":["Hi"]}                          | messages[0]               | 'messages[0]' must be an object.
					{"model":"m","messages":[null]}                          | messages[0]               | 'messages[0]' must be an object.
					{"model":"m","messages":[{"content":"Hi"}]}              | messages[0].role          | 'messages[0].role' is missing.
					{"model":"m","messages":[{"role":1,"content":"Hi"}]}     | messages[0].role          | 'messages[0].role' must be text.
					{"model":"m","messages":[{"role":"x","content":"Hi"}]}   | messages[0].role          | 'messages[0].role' must be one of: system, developer, user, assistant, tool.
					{"model":"m","messages":[{"role":"tool","content":""}]}  | messages[0].tool_call_id  | 'messages[0].tool_call_id' is missing.
					{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":{"url":"https://canary.example/a"}}]}]} | messages[0].content | 'messages[0].content' must be text.
					{"model":"m","messages":[{"role":"function","content":""}]} | messages[0].role       | 'messages[0].role': results of functions can't be passed on.
					{"model":"m","messages":[{"role":"user"}]}               | messages[0].content       | 'messages[0].content' is missing.
					{"model":"m","messages":[{"role":"user","content":1}]}   | messages[0].content       | 'messages[0].content' must be text.
					{"model":"m","messages":[{"role":"user","content":[1]}]} | messages[0].content[0]    | 'messages[0].content[0]' must be an object.
					{"model":"m","messages":[{"role":"user","content":[{}]}]} | messages[0].content[0].type | 'messages[0].content[0].type' is missing.
					{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]} | messages[0].content[0].text | 'messages[0].content[0].text' is missing.
					{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":[]}]}]} | messages[0].content[0].text | 'messages[0].content[0].text' must be text.
					{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:"}}]}]} | messages[0].content[0] | 'messages[0].content[0]': The bytes of a file must be a data: URL in base64, with its type.
					{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///canary"}}]}]} | messages[0].content[0] | 'messages[0].content[0]': The address of a file must be an https: or http: URL of 4096 characters or fewer.
					{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]} | messages[0].content[0].image_url.url | 'messages[0].content[0].image_url.url' is missing.
					{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":"canary"}]}]} | messages[0].content[0].image_url | 'messages[0].content[0].image_url' must be an object.
					{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"canary"}}]}]} | messages[0].content[0].file.file_data | 'messages[0].content[0].file.file_data' is missing.
					{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio"}]}]} | messages[0].content[0].type | 'messages[0].content[0]': sound can't be passed on.
					{"model":"m","messages":[{"role":"assistant","content":[{"type":"image_url","image_url":{"url":"https://canary.example/a"}}]}]} | messages[0] | 'messages[0]': A message of the role 'assistant' can't hold such a part: files are the user's, calls of tools and reasoning the assistant's, results of tools the tool's.
					{"model":"m","messages":[{"role":"assistant","tool_calls":[{}]}]} | messages[0].tool_calls[0].id | 'messages[0].tool_calls[0].id' is missing.
					{"model":"m","messages":[{"role":"assistant","tool_calls":{}}]} | messages[0].tool_calls | 'messages[0].tool_calls' must be a list.
					{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"arguments":{}}}]}]} | messages[0].tool_calls[0].function.arguments | 'messages[0].tool_calls[0].function.arguments' must be text.
					{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c"}]}]} | messages[0].tool_calls[0].function.name | 'messages[0].tool_calls[0].function.name' is missing.
					{"model":"m",HI,"n":2}                                   | n                         | 'n' must be 1: one answer is given to a request.
					{"model":"m",HI,"stream":"yes"}                          | stream                    | 'stream' must be true or false.
					{"model":"m",HI,"stream_options":true}                   | stream_options            | 'stream_options' must be an object.
					{"model":"m",HI,"stream_options":{"include_usage":1}}    | stream_options.include_usage | 'stream_options.include_usage' must be true or false.
					{"model":"m",HI,"temperature":"hot"}                     | temperature               | 'temperature' must be a number.
					{"model":"m",HI,"max_tokens":0}                          | max_tokens                | 'max_tokens' must be a whole number above zero.
					{"model":"m",HI,"max_completion_tokens":1.5}             | max_completion_tokens     | 'max_completion_tokens' must be a whole number above zero.
					{"model":"m",HI,"stop":[1]}                              | stop                      | 'stop' must be text or a list of texts.
					{"model":"m",HI,"tools":{}}                              | tools                     | 'tools' must be a list of objects.
					{"model":"m",HI,"response_format":"json"}                | response_format           | 'response_format' must be an object with a type.
					{"model":"m",HI,"response_format":{"type":1}}            | response_format           | 'response_format' must be an object with a type.
					{"model":"m",HI,"tool_choice":{}}                        | tool_choice               | 'tool_choice' must be text or an object with a type.
					{"model":"m",HI,"tools":[{}]}                            | tools[0].type             | 'tools[0].type' must be text.
					{"model":"m",HI,"tools":[{"type":"x"},{"type":"function"}]} | tools[1].function      | 'tools[1].function' must be an object.
					{"model":"m",HI,"tools":[{"type":"function","function":{}}]} | tools[0].function.name | 'tools[0].function.name' must be text.
					{"model":"m",HI,"tools":[{"type":"function","function":{"name":"t","description":7}}]} | tools[0].function.description | 'tools[0].function.description' must be text.
					{"model":"m",HI,"tools":[{"type":"function","function":{"name":"t","parameters":[]}}]} | tools[0].function.parameters | 'tools[0].function.parameters' must be an object.
					""")
	void refusesByName(String json, @Nullable String field, String sentence) {
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> read(json.replace("HI", HI)))
			.satisfies((ex) -> {
				assertThat(ex.field()).isEqualTo((field != null) ? field : "");
				assertThat(ex.toErrorEvent().error()).isEqualTo(sentence);
			});
	}

	@Test
	void passesByPartsThatItDoesNotKnow() {
		assertThat(
				read("""
						{"model":"m","messages":[{"role":"user","content":[{"type":"hologram","x":[1]},{"type":"text","text":"Hi"}]}]}
						""")
					.messages())
			.containsExactly(Message.user("Hi"));
	}

	@Test
	void refusesWhatIsTooMuch() {
		String message = "{\"role\":\"user\",\"content\":\"Hi\"},";
		assertRefused("{\"model\":\"m\",\"messages\":[" + message.repeat(2048) + "{}]}", "messages");
		String part = "{\"type\":\"text\",\"text\":\"Hi\"},";
		assertRefused(
				"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + part.repeat(10_000) + "{}]}]}",
				"messages[0].content");
		assertRefused("{\"model\":\"m\"," + HI + ",\"tools\":[" + "{},".repeat(128) + "{}]}", "tools");
		assertRefused("{\"model\":\"" + "m".repeat(257) + "\"," + HI + "}", "model");
	}

	@Test
	void refusesNestingThatNobodyMeans() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> read("{\"model\":\"m\",\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "," + HI + "}"));
	}

	@Test
	void tellsNothingOfWhatWasSaid() {
		assertThat(
				read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"canary\"}],\"user\":\"canary\"}"))
			.hasToString("OpenAiChatRequest[model=m, messages=1, stream=false, options=[user]]");
	}

	private static void assertRefused(String json, String field) {
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> read(json))
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo(field));
	}

	private static OpenAiChatRequest read(String json) {
		return new JsonMapper().readValue(json, OpenAiChatRequest.class);
	}

}

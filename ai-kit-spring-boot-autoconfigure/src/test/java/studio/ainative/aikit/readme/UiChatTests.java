package studio.ainative.aikit.readme;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.autoconfigure.FakeProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * The README's controller for {@code useChat}, over HTTP: what it streams, and what bad
 * input is told, which that client shows word for word.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UiChatTests {

	private static final String QUESTION = "{\"id\":\"u1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Hi\"}]}";

	private final FakeProvider provider = FakeProvider.answering(FakeProvider.HELLO);

	private final ConfigurableApplicationContext servlet = QuickStartServer.servlet(this.provider.endpoint(),
			"ai-kit.response.resume.store=memory");

	private final ConfigurableApplicationContext reactive = QuickStartServer.reactive(this.provider.endpoint(),
			"ai-kit.response.resume.store=memory", "spring.http.codecs.max-in-memory-size=32MB");

	private final ConfigurableApplicationContext narrow = QuickStartServer.reactive(this.provider.endpoint());

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterAll
	void stop() {
		this.servlet.close();
		this.reactive.close();
		this.narrow.close();
		this.provider.close();
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void streamsAnAnswer(ConfigurableApplicationContext stack) throws Exception {
		HttpResponse<String> response = post(stack, "{\"id\":\"c\",\"messages\":[" + QUESTION + "]}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.headers().firstValue("x-vercel-ai-ui-message-stream")).hasValue("v1");
		assertThat(response.body()).contains("\"delta\":\"Hel\"", "\"delta\":\"lo\"", "\"outcome\":\"complete\"")
			.endsWith("data: [DONE]\n\n");
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void passesImagesOn(ConfigurableApplicationContext stack) throws Exception {
		HttpResponse<String> response = post(stack, asking("""
				{"type":"text","text":"What are these?"},
				{"type":"file","mediaType":"image/png","url":"data:image/png;base64,AQID"},
				{"type":"file","mediaType":"image/png","url":"https://example.org/a.png"}"""));
		assertThat(response.body()).contains("\"outcome\":\"complete\"");
		List<FakeProvider.Call> calls = this.provider.calls();
		assertThat(calls.get(calls.size() - 1).body().findValuesAsString("url"))
			.containsExactly("data:image/png;base64,AQID", "https://example.org/a.png");
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void goesOnWithAnAnswerThatIsKept(ConfigurableApplicationContext stack) throws Exception {
		HttpResponse<String> answer = post(stack, "/api/chat/kept", "{\"id\":\"c\",\"messages\":[" + QUESTION + "]}");
		assertThat(answer.body()).contains("\"delta\":\"Hel\"", "\"outcome\":\"complete\"");
		String id = answer.headers().firstValue("x-workflow-run-id").orElseThrow();
		assertThat(get(stack, "/api/chat/kept/" + id + "/stream?startIndex=0").body())
			.isEqualTo(": resumed\n\n" + answer.body());
		assertThat(get(stack, "/api/chat/kept/c/stream").statusCode()).as("nothing streams any more").isEqualTo(204);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{}                                              | 'id' must be text.
					{"id":null,"messages":[]}                       | 'id' must be text.
					{"id":["canary"],"messages":[]}                 | 'id' must be text.
					{"id":"c"}                                      | 'messages' must be a list.
					{"id":"c","messages":null}                      | 'messages' must be a list.
					{"id":"c","messages":{"canary":1}}              | 'messages' must be a list.
					{"id":"c","messages":[]}                        | 'messages' must not be empty.
					{"id":"c","messages":[],"trigger":7}            | 'trigger' must be text.
					{"id":"c","messages":[],"trigger":"canary"}     | 'trigger' must be one of: submit-message, regenerate-message.
					{"id":"c","messages":[],"messageId":{}}         | 'messageId' must be text.
					{"id":"c","messages":[null]}                    | 'messages[0]' must be an object.
					{"id":"c","messages":["canary"]}                | 'messages[0]' must be an object.
					{"id":"c","messages":[{}]}                      | 'messages[0].id' must be text.
					{"id":"c","messages":[{"id":"u"}]}              | 'messages[0].role' must be text.
					{"id":"c","messages":[{"id":"u","role":null}]}  | 'messages[0].role' must be text.
					{"id":"c","messages":[{"id":"u","role":"canary"}]} | 'messages[0].role' must be one of: system, user, assistant.
					{"id":"c","messages":[{"id":"u","role":"user"}]} | 'messages[0].parts' must be a list.
					{"id":"c","messages":[{"id":"u","role":"user","content":"canary"}]} | 'messages[0].parts' must be a list.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[7]}]} | 'messages[0].parts[0]' must be an object.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{}]}]} | 'messages[0].parts[0].type' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"text"}]}]} | 'messages[0].parts[0].text' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"text","text":null}]}]} | 'messages[0].parts[0].text' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","url":"data:;base64,AAAA"}]}]} | 'messages[0].parts[0].mediaType' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","mediaType":"a/b"}]}]} | 'messages[0].parts[0].url' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","mediaType":"a/b","url":"file:///canary"}]}]} | 'messages[0].parts[0].url' must be a data: or an https: URL.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","mediaType":"a/b","url":"data:;base64,AAAA"}]}]} | Files can't be passed on to the model here, except for images (PNG, JPEG, GIF, WebP) and the bytes of PDF documents
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","mediaType":"canary","url":"data:;base64,AAAA"}]}]} | The media type of a file must be one, such as image/png
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"file","mediaType":"application/pdf","url":"https://canary.example/a.pdf"}]}]} | Files can't be passed on to the model here, except for images (PNG, JPEG, GIF, WebP) and the bytes of PDF documents
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"tool-x","state":"s"}]}]} | 'messages[0].parts[0].toolCallId' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"tool-x","toolCallId":"t"}]}]} | 'messages[0].parts[0].state' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"dynamic-tool","toolCallId":"t","state":"s"}]}]} | 'messages[0].parts[0].toolName' must be text.
					{"id":"c","messages":[{"id":"u","role":"user","parts":[]}]} | 'content' of the last user message must not be blank
					{"id":"c","messages":[{"id":"a","role":"assistant","parts":[]}]} | 'messages' must not be empty
					["canary"]                                      | The request's body must be an object.
					"canary"                                        | The request's body must be an object.
					canary                                          | The request's body is not valid JSON.
					{"id":"c","messages":[{"id":"canary             | The request's body is not valid JSON.
					``                                              | The request has no body, or none that can be read.
					null                                            | The request has no body, or none that can be read.
					""")
	void saysInASentenceWhatIsWrong(String body, String sentence, CapturedOutput output) throws Exception {
		int calls = this.provider.calls().size();
		assertRefused(body, 400, sentence);
		assertThat(this.provider.calls()).hasSize(calls);
		assertNoWarnings(output);
		assertThat(output).doesNotContain("canary");
	}

	@Test
	void saysThatABodyIsTooMuch(CapturedOutput output) throws Exception {
		assertRefused(asking("{\"type\":\"x\"},".repeat(9_999) + "{\"type\":\"x\"}"), 400,
				"The messages must have 5000 parts or fewer, all together.");
		assertRefused(
				asking("{\"type\":\"file\",\"mediaType\":\"a/b\",\"url\":\"data:a/b;base64,"
						+ "AAAA".repeat(5 * 1024 * 1024) + "\"}"),
				400, "The files must have 10 MB or less, all together.");
		assertRefused(asking("{\"type\":\"data-x\",\"data\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"), 400,
				"The request's body holds a text, a number or a nesting that is too long.");
		assertRefusal(post(this.narrow, asking("{\"type\":\"text\",\"text\":\"" + "t".repeat(300_000) + "\"}")), 413,
				"The request's body is larger than this server accepts.");
		assertNoWarnings(output);
	}

	Stream<ConfigurableApplicationContext> stacks() {
		return Stream.of(this.servlet, this.reactive);
	}

	private static String asking(String parts) {
		return "{\"id\":\"c\",\"messages\":[{\"id\":\"u1\",\"role\":\"user\",\"parts\":[" + parts + "]}]}";
	}

	private void assertRefused(String body, int status, String sentence) throws Exception {
		for (ConfigurableApplicationContext stack : List.of(this.servlet, this.reactive)) {
			assertRefusal(post(stack, body), status, sentence);
		}
	}

	private static void assertRefusal(HttpResponse<String> response, int status, String sentence) {
		assertThat(response.body()).isEqualTo(sentence);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().allValues("Content-Type")).containsExactly("text/plain;charset=UTF-8");
	}

	private HttpResponse<String> post(ConfigurableApplicationContext stack, String body) throws Exception {
		return post(stack, "/api/chat/ui", body);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext stack, String path) throws Exception {
		return this.client.send(
				HttpRequest.newBuilder(QuickStartServer.uri(stack, path)).timeout(Duration.ofSeconds(30)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> post(ConfigurableApplicationContext stack, String path, String body) throws Exception {
		return this.client.send(HttpRequest.newBuilder(QuickStartServer.uri(stack, path))
			.version(HttpClient.Version.HTTP_1_1)
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/json")
			.header("Accept", "*/*")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}

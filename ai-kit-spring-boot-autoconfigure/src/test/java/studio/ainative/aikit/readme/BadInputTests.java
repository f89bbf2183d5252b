package studio.ainative.aikit.readme;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.autoconfigure.FakeProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * What a client gets for bad input from the README's controllers as they stand: a plain
 * sentence, whatever it accepts, without a word in the log.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTests {

	/** What clients send, none at all among it. */
	private static final List<@Nullable String> ACCEPTS = Arrays.asList("application/json", "text/event-stream", "*/*",
			null, "text/html,application/xhtml+xml,*/*;q=0.8", "image/png", "text/event-stream, application/json",
			"no media type");

	/** What no answer may repeat, and no line of the log. */
	private static final String OWN_WORDS = "canary";

	private final FakeProvider provider = FakeProvider.answering(FakeProvider.HELLO);

	private final ConfigurableApplicationContext servlet = QuickStartServer.servlet(this.provider.endpoint());

	private final ConfigurableApplicationContext reactive = QuickStartServer.reactive(this.provider.endpoint());

	private final ConfigurableApplicationContext roomy = QuickStartServer.reactive(this.provider.endpoint(),
			"spring.http.codecs.max-in-memory-size=2MB");

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterAll
	void stop() {
		this.servlet.close();
		this.reactive.close();
		this.roomy.close();
		this.provider.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{}                                                  | 'messages' must not be empty
					{"messages":[]}                                     | 'messages' must not be empty
					{"messages":null}                                   | 'messages' must not be empty
					{"messages":[null]}                                 | 'messages' must not hold null
					{"canary":[]}                                       | 'messages' must not be empty
					{"messages":"canary"}                               | 'messages' must be a list.
					{"messages":{"canary":1}}                           | 'messages' must be a list.
					{"messages":["canary"]}                             | A message must be an object
					{"messages":[[]]}                                   | A message must be an object
					{"messages":[{"role":"canary","content":"Hello"}]}  | 'role' of a message must be one of: system, user, assistant
					{"messages":[{"role":7,"content":"Hello"}]}         | 'role' of a message must be one of: system, user, assistant
					{"messages":[{"content":"canary"}]}                 | 'role' of a message must be one of: system, user, assistant
					{"messages":[{"role":"user"}]}                      | 'content' of a message must be text
					{"messages":[{"role":"user","content":null}]}       | 'content' of a message must be text
					{"messages":[{"role":"user","content":["canary"]}]} | 'content' of a message must be text
					{"messages":[{"role":"user","content":""}]}         | 'content' of the last user message must not be blank
					{"messages":[{"role":"user","content":" "}]}        | 'content' of the last user message must not be blank
					{"messages":[{"role":"assistant","content":""}]}    | 'messages' must have text
					["canary"]                                          | The request's body must be an object.
					"canary"                                            | The request's body must be an object.
					7                                                   | The request's body must be an object.
					canary                                              | The request's body is not valid JSON.
					{"messages":[{"role":"user","content":"canary       | The request's body is not valid JSON.
					{"messages":[}                                      | The request's body is not valid JSON.
					``                                                  | The request has no body, or none that can be read.
					null                                                | The request has no body, or none that can be read.
					""")
	void saysWhatIsWrongWithABody(String body, String sentence, CapturedOutput output) throws Exception {
		int calls = this.provider.calls().size();
		assertRefused(body, "application/json", 400, sentence);
		assertThat(this.provider.calls()).hasSize(calls);
		assertNoWarnings(output);
		assertThat(output).doesNotContain(OWN_WORDS);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "application/xml", "canary/canary",
			"canary", "multipart/form-data;boundary=canary" })
	void saysWhatTypeABodyMustHave(@Nullable String type, CapturedOutput output) throws Exception {
		assertRefused("{\"messages\":[]}", type, 415,
				"The request's body must be JSON, and its Content-Type application/json.");
		assertNoWarnings(output);
		assertThat(output).doesNotContain(OWN_WORDS);
	}

	@Test
	void saysThatABodyNestsTooDeeply(CapturedOutput output) throws Exception {
		assertRefused("[".repeat(100_000), "application/json", 400, "The request's body must be an object.");
		assertRefused("{\"messages\":" + "[".repeat(1_000), "application/json", 400,
				"The request's body holds a text, a number or a nesting that is too long.");
		assertNoWarnings(output);
	}

	/** WebFlux reads no more than it is told to, whatever is in it. */
	@Test
	void saysThatABodyIsTooMuch(CapturedOutput output) throws Exception {
		String text = "{\"type\":\"text\",\"text\":\"t\"}";
		String file = "{\"type\":\"file\",\"mediaType\":\"image/png\",\"url\":\"data:image/png;base64,"
				+ "AAAA".repeat(5 * 1024 * 1024) + "\"}";
		String deep = "{\"type\":\"x\",\"data\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
		assertRefusal(postParts(this.servlet, text + ("," + text).repeat(9_999)), 400,
				"'parts' of a message must be a list of 1000 parts or fewer");
		assertRefusal(postParts(this.roomy, text + ("," + text).repeat(9_999)), 400,
				"'parts' of a message must be a list of 1000 parts or fewer");
		assertRefusal(postParts(this.servlet, file), 400, "A file must have 10 MB or less");
		assertRefusal(postParts(this.roomy, file), 413, "The request's body is larger than this server accepts.");
		for (ConfigurableApplicationContext stack : List.of(this.servlet, this.reactive)) {
			assertRefusal(postParts(stack, deep), 400,
					"The request's body holds a text, a number or a nesting that is too long.");
		}
		assertNoWarnings(output);
	}

	@Test
	void refusesToSayNothingInAConversation(CapturedOutput output) throws Exception {
		for (String accept : ACCEPTS) {
			assertRefusal(post(this.servlet, "/api/conversation", " ", "text/plain", accept), 400,
					"'content' must not be blank");
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void answersWhateverAReaderAccepts(ConfigurableApplicationContext stack) throws Exception {
		String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
		for (String accept : ACCEPTS) {
			HttpResponse<String> response = post(stack, "/api/chat", body, "application/json", accept);
			assertThat(response.statusCode()).as(accept).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
			assertThat(response.body()).contains("\"outcome\":\"complete\"");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 300_000, 8_000_000 })
	void saysThatABodyIsTooLargeOnWebFlux(int length, CapturedOutput output) throws Exception {
		String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "t".repeat(length) + "\"}]}";
		for (String path : List.of("/api/chat", "/api/chat/flux")) {
			for (String accept : ACCEPTS) {
				assertRefusal(post(this.reactive, path, body, "application/json", accept), 413,
						"The request's body is larger than this server accepts.");
			}
		}
		assertNoWarnings(output);
		assertThat(post(this.servlet, "/api/chat", body, "application/json", null).statusCode()).isEqualTo(200);
	}

	@Test
	void acceptsALargerBodyOnWebFluxIfToldTo() throws Exception {
		String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "t".repeat(300_000) + "\"}]}";
		assertThat(post(this.roomy, "/api/chat", body, "application/json", null).body())
			.contains("\"outcome\":\"complete\"");
	}

	Stream<ConfigurableApplicationContext> stacks() {
		return Stream.of(this.servlet, this.reactive);
	}

	private void assertRefused(String body, @Nullable String type, int status, String sentence) throws Exception {
		List<HttpResponse<String>> responses = new ArrayList<>();
		for (String accept : ACCEPTS) {
			for (ConfigurableApplicationContext stack : List.of(this.servlet, this.reactive)) {
				responses.add(post(stack, "/api/chat", body, type, accept));
			}
			responses.add(post(this.servlet, "/api/chat/emitter", body, type, accept));
			responses.add(post(this.reactive, "/api/chat/flux", body, type, accept));
		}
		for (HttpResponse<String> response : responses) {
			assertRefusal(response, status, sentence);
		}
	}

	private HttpResponse<String> postParts(ConfigurableApplicationContext stack, String parts) throws Exception {
		return post(stack, "/api/chat", "{\"messages\":[{\"role\":\"user\",\"parts\":[" + parts + "]}]}",
				"application/json", null);
	}

	private static void assertRefusal(HttpResponse<String> response, int status, String sentence) {
		String request = response.request() + " " + response.request().headers().map();
		assertThat(response.statusCode()).as(request).isEqualTo(status);
		assertThat(response.headers().allValues("Content-Type")).as(request)
			.containsExactly("application/problem+json");
		JsonNode problem = JsonMapper.shared().readTree(response.body());
		assertThat(problem.path("status").asInt()).isEqualTo(status);
		assertThat(problem.path("title").asString()).isNotBlank();
		assertThat(problem.path("detail").asString()).as(request).isEqualTo(sentence);
		assertThat(response.body()).doesNotContain(OWN_WORDS, "Exception", "studio.ainative", "jackson", "java.");
	}

	private HttpResponse<String> post(ConfigurableApplicationContext stack, String path, String body,
			@Nullable String type, @Nullable String accept) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(QuickStartServer.uri(stack, path))
			.version(HttpClient.Version.HTTP_1_1)
			.timeout(Duration.ofSeconds(30))
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (type != null) {
			request.header("Content-Type", type);
		}
		if (accept != null) {
			request.header("Accept", accept);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}

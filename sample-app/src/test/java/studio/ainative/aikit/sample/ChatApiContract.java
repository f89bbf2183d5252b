package studio.ainative.aikit.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code POST /api/chat} over a socket, the same on each stack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChatApiContract {

	private final Stack stack;

	private SampleServer server;

	ChatApiContract(Stack stack) {
		this.stack = stack;
	}

	@BeforeAll
	void start() {
		this.server = SampleServer.start(this.stack, "demo.token-delay=1ms", "demo.slow-start=0s",
				"demo.slow-token-delay=200ms");
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@AfterEach
	void awaitTheEndOfTheCalls() {
		this.server.awaitNoOpenCalls();
	}

	@Test
	void sendsEachTokenWhileTheProviderIsStillAnswering() throws Exception {
		Calls before = this.server.calls();
		HttpResponse<InputStream> response = this.server.post(user("A slow answer"), BodyHandlers.ofInputStream());
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
			// All of this answer is smaller than the buffers on its way, so without a
			// flush for each token nothing would come before the provider has ended.
			for (int index = 0; index < 3; index++) {
				assertThat(nextToken(reader).path("index").asInt()).isEqualTo(index);
				assertThat(this.server.calls()).isEqualTo(before.withOneMoreOpen());
			}
		}
		this.server.awaitCalls(before.withOneMoreCancelled());
	}

	@Test
	void sendsTheWholeAnswer() throws Exception {
		Answer answer = ask(user("Hello"));
		assertThat(answer.text()).startsWith("Hello! I am the demo provider")
			.contains("grüezi, こんにちは and 👋🏽")
			.endsWith("slow, broken or dangerous.");
		assertThat(answer.names()).startsWith("start").endsWith("usage", "done");
		assertThat(answer.last("done").path("outcome").asString()).isEqualTo("complete");
		assertThat(answer.last("usage").at("/cost/amount").asDouble()).isPositive();
	}

	@Test
	void hasNoOtherFrontEndUnlessAPropertySaysSo() throws Exception {
		assertThat(this.server.send("GET", "/v1/models", BodyHandlers.discarding()).statusCode()).isEqualTo(404);
		assertThat(this.server.postTo("/ag-ui", "{}", BodyHandlers.discarding()).statusCode()).isEqualTo(404);
	}

	@Test
	void saysWhichModelAnswers() throws Exception {
		try (InputStream info = this.server.uri("/api/info").toURL().openStream()) {
			assertThat(JsonMapper.shared().readTree(info)).hasToString("{\"provider\":\"demo\",\"model\":\"demo-1\"}");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"messages":[]}                                   | 'messages' must not be empty
			{"messages":null}                                 | 'messages' must not be empty
			{}                                                | 'messages' must not be empty
			{"messages":[null]}                               | 'messages' must not hold null
			{"messages":"Hello"}                              | 'messages'
			{"messages":[{"role":"robot","content":"Hello"}]} | must be one of: system, user, assistant
			{"messages":[{"content":"Hello"}]}                | must be one of: system, user, assistant
			{"messages":[{"role":"user"}]}                    | 'content' of a message must be text
			{"messages":[{"role":"user","content":7}]}        | 'content' of a message must be text
			["Hello"]                                         | must be an object
			{"messages":                                      | not valid JSON
			Hello                                             | not valid JSON
			``                                                | no body
			""")
	void saysWhatIsWrongWithABody(String body, String reason) throws Exception {
		Calls before = this.server.calls();
		HttpResponse<String> response = this.server.post(body, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		JsonNode problem = JsonMapper.shared().readTree(response.body());
		assertThat(problem.path("status").asInt()).isEqualTo(400);
		assertThat(problem.path("detail").asString()).contains(reason)
			.doesNotContain("Exception", "studio.ainative", "tools.jackson");
		assertThat(this.server.calls()).as("calls of the provider").isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\",\"mood\":\"good\"}],\"n\":1}",
			"{\"n\":{\"m\":[1]},\"messages\":[{\"role\":\"user\",\"parts\":[],\"content\":\"Hello\"}]}" })
	void ignoresFieldsThatItDoesNotKnow(String body) throws Exception {
		assertThat(ask(body).text()).startsWith("Hello!");
	}

	@Test
	void answersAMessageOfTenMegabytes() throws Exception {
		int words = 2_000_000;
		long before = ask(user("word")).last("usage").path("promptTokens").asLong();
		Answer answer = ask(user("word".concat(" word".repeat(words))));
		assertThat(answer.text()).startsWith("Hello!");
		assertThat(answer.last("usage").path("promptTokens").asLong()).isEqualTo(before + words);
	}

	private static String user(String content) {
		return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}";
	}

	private Answer ask(String body) throws IOException, InterruptedException {
		HttpResponse<String> response = this.server.post(body, BodyHandlers.ofString(StandardCharsets.UTF_8));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return Answer.of(response.body());
	}

	private static JsonNode nextToken(BufferedReader reader) throws IOException {
		String line = reader.readLine();
		while (line != null && !line.equals("event: token")) {
			line = reader.readLine();
		}
		assertThat(line).as("the answer goes on").isNotNull();
		String text = "event: token\n" + reader.readLine() + "\n" + reader.readLine() + "\n\n";
		return Answer.of(text).last("token");
	}

}

package studio.ainative.aikit.sample;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The addresses for clients of OpenAI's API and of AG-UI, which the sample has where
 * their properties say so, the same on each stack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrontEndContract {

	/** Models are called by the names of their streams. */
	private static final String MODEL = "default";

	private static final String TEXT = "Hello! I am the demo provider";

	private static final String CHAT = """
			{"model":"%s","stream":%s,"messages":[{"role":"user","content":"Hello"}]}""";

	private static final String RUN = """
			{"threadId":"t1","runId":"r1","state":{},"tools":[],"context":[],"forwardedProps":{},
			"messages":[{"id":"m1","role":"user","content":"Hello"}]}""";

	private final Stack stack;

	private SampleServer server;

	FrontEndContract(Stack stack) {
		this.stack = stack;
	}

	@BeforeAll
	void start() {
		this.server = SampleServer.start(this.stack, "demo.token-delay=0s", "ai-kit.endpoints.openai.enabled=true",
				"ai-kit.endpoints.ag-ui.enabled=true");
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void namesItsModels() throws Exception {
		HttpResponse<String> response = this.server.send("GET", "/v1/models", BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(json(response.body()).at("/data/0/id").asString()).isEqualTo(MODEL);
	}

	@Test
	void answersOpenAisClients() throws Exception {
		Calls before = this.server.calls();
		JsonNode completion = json(chat(MODEL, false).body());
		assertThat(completion.at("/choices/0/message/content").asString()).startsWith(TEXT);
		assertThat(completion.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
		assertThat(completion.at("/usage/completion_tokens").asInt()).isPositive();
		this.server.awaitCalls(before.withOneMoreCompleted());
	}

	@Test
	void streamsToOpenAisClients() throws Exception {
		StringBuilder text = new StringBuilder();
		String last = "";
		HttpResponse<String> response = chat(MODEL, true);
		for (String line : response.body().lines().filter((one) -> one.startsWith("data: ")).toList()) {
			last = line.substring("data: ".length());
			if (last.startsWith("{")) {
				text.append(json(last).at("/choices/0/delta/content").asString(""));
			}
		}
		assertThat(text).startsWith(TEXT);
		assertThat(last).isEqualTo("[DONE]");
	}

	@Test
	void refusesAModelThatItHasNot() throws Exception {
		HttpResponse<String> response = chat("demo-1", true);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(json(response.body()).at("/error/code").asString()).isEqualTo("model_not_found");
	}

	@Test
	void answersRunsOfAgUi() throws Exception {
		StringBuilder text = new StringBuilder();
		String body = this.server.postTo("/ag-ui", RUN, BodyHandlers.ofString()).body();
		String type = "";
		for (String line : body.lines().filter((one) -> one.startsWith("data: ")).toList()) {
			JsonNode event = json(line.substring("data: ".length()));
			type = event.path("type").asString();
			if (type.equals("TEXT_MESSAGE_CONTENT")) {
				text.append(event.path("delta").asString());
			}
		}
		assertThat(text).startsWith(TEXT);
		assertThat(type).isEqualTo("RUN_FINISHED");
		assertThat(body).contains("\"type\":\"RUN_STARTED\"");
	}

	private HttpResponse<String> chat(String model, boolean streamed) throws Exception {
		return this.server.postTo("/v1/chat/completions", CHAT.formatted(model, streamed), BodyHandlers.ofString());
	}

	private static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

}

package studio.ainative.aikit.autoconfigure;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What other servers of OpenAI's format get wrong, a test for each, with where it was
 * reported. The provider behind does it wrong as well, where it can.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiConformanceTests {

	static final List<String> SERVERS = List.of("tomcat", "netty");

	private static final String DONE = "data: [DONE]\n\n";

	private final Map<String, EndpointServer> servers = Map.of("tomcat",
			EndpointServer.start(WebApplicationType.SERVLET, "ai-kit.endpoints.openai.enabled=true"), "netty",
			EndpointServer.start(WebApplicationType.REACTIVE, "ai-kit.endpoints.openai.enabled=true"));

	@AfterAll
	void stop() {
		this.servers.values().forEach(EndpointServer::close);
	}

	// ollama#4357, sglang#3912
	@ParameterizedTest
	@FieldSource("SERVERS")
	void aReasonIsNullUntilTheLastChunkAndThenAKnownWord(String name) throws Exception {
		List<JsonNode> reasons = reasons(stream(name, chunk("{\"content\":\"Hel\"}", "\"\""),
				chunk("{\"content\":\"lo\"}", "\"\""), chunk("{}", "\"end_turn\""), DONE));
		assertThat(reasons.subList(0, reasons.size() - 1)).isNotEmpty().allMatch(JsonNode::isNull);
		assertThat(reasons.get(reasons.size() - 1).asString()).isEqualTo("stop");
	}

	// LocalAI#1744, LightLLM#130, openai-workflow#52, anything-llm#1475
	@ParameterizedTest
	@FieldSource("SERVERS")
	void aReasonIsNeverAbsentAndStandsInOneChunk(String name) throws Exception {
		List<JsonNode> choices = choices(
				stream(name, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n",
						chunk("{\"content\":\"lo\"}", "\"stop\""), chunk("{}", "\"stop\""), DONE));
		assertThat(choices).allMatch((choice) -> choice.has("finish_reason") && choice.has("delta"));
		assertThat(choices.stream().filter((choice) -> choice.path("finish_reason").isString())).hasSize(1);
	}

	// open-webui#16377
	@ParameterizedTest
	@FieldSource("SERVERS")
	void reasoningNeverFinishesAChoice(String name) throws Exception {
		List<JsonNode> choices = choices(stream(name, chunk("{\"reasoning_content\":\"Hm.\"}", "\"stop\""),
				chunk("{\"content\":\"Hello\"}", "null"), chunk("{}", "\"stop\""), DONE));
		assertThat(choices.stream().filter((choice) -> choice.path("delta").has("reasoning_content"))).singleElement()
			.matches((choice) -> choice.path("finish_reason").isNull());
		assertThat(choices.stream().map((choice) -> choice.at("/delta/content").asString("")))
			.containsSubsequence("Hello", "");
		assertThat(choices.get(choices.size() - 1).path("finish_reason").asString()).isEqualTo("stop");
	}

	// ATOM#1711, langchain#35236
	@ParameterizedTest
	@FieldSource("SERVERS")
	void theChunkOfUsageHasAnEmptyArrayOfChoices(String name) throws Exception {
		List<JsonNode> chunks = chunks(stream(name, true, chunk("{\"content\":\"Hello\"}", "null"),
				chunk("{}", "\"stop\""),
				"data: {\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n", DONE));
		assertThat(chunks).allMatch((chunk) -> chunk.path("choices").isArray());
		JsonNode last = chunks.get(chunks.size() - 1);
		assertThat(last.path("choices")).isEmpty();
		assertThat(last.at("/usage/total_tokens").intValue()).isEqualTo(11);
	}

	// cline#8518, openai-agents-js#107, shell_gpt#470, lobehub#9220, gateway#1629
	@ParameterizedTest
	@FieldSource("SERVERS")
	void usageIsAbsentUnlessItWasAskedFor(String name) throws Exception {
		List<JsonNode> chunks = chunks(stream(name, chunk("{\"content\":\"Hello\"}", "null"), chunk("{}", "\"stop\""),
				"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n",
				DONE));
		assertThat(chunks).allMatch((chunk) -> !chunk.has("usage") && !chunk.path("choices").isEmpty());
	}

	// grafana-llm-app#790
	@ParameterizedTest
	@FieldSource("SERVERS")
	void theFirstChunkHasTheRoleAndEmptyContent(String name) throws Exception {
		List<JsonNode> choices = choices(stream(name, "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n",
				chunk("{\"content\":\"Hello\"}", "null"), chunk("{}", "\"stop\""), DONE));
		assertThat(choices.get(0).path("delta").toString()).isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
	}

	// open-webui#23917
	@ParameterizedTest
	@FieldSource("SERVERS")
	void usageThatWasAskedForIsTold(String name) throws Exception {
		List<JsonNode> chunks = chunks(
				stream(name, true, chunk("{\"content\":\"Hello\"}", "null"), chunk("{}", "\"stop\""), DONE));
		JsonNode usage = chunks.get(chunks.size() - 1).path("usage");
		assertThat(usage.path("completion_tokens").intValue()).isPositive();
		assertThat(usage.path("estimated").booleanValue()).as("the provider told none").isTrue();
	}

	// recordings in LocalAI#1744, ollama#4357
	@ParameterizedTest
	@FieldSource("SERVERS")
	void theAnswersIdentityNeverChanges(String name) throws Exception {
		List<JsonNode> chunks = chunks(stream(name,
				"data: {\"id\":\"a\",\"model\":\"m1\",\"created\":1,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n",
				"data: {\"id\":\"b\",\"model\":\"m2\",\"created\":2,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n",
				DONE));
		for (String field : List.of("id", "model", "created", "object")) {
			assertThat(chunks.stream().map((chunk) -> chunk.path(field)).distinct()).as(field).hasSize(1);
		}
		assertThat(chunks.stream()
			.flatMap((chunk) -> chunk.path("choices").valueStream())
			.filter((choice) -> choice.path("delta").has("role"))).hasSize(1);
	}

	// aprender#2375
	@ParameterizedTest
	@FieldSource("SERVERS")
	void unknownRoutesAnswer404InTheEnvelope(String name) throws Exception {
		for (String path : List.of("/v1/completions", "/v1/responses", "/v1/audio/speech", "/v1/nothing")) {
			HttpResponse<String> response = server(name).post(path, "{}");
			assertThat(response.statusCode()).as(path).isEqualTo(404);
			assertThat(JsonMapper.shared().readTree(response.body()).at("/error/code").asString()).as(path)
				.isEqualTo("unknown_url");
		}
	}

	private EndpointServer server(String name) {
		return Objects.requireNonNull(this.servers.get(name));
	}

	private String stream(String name, String... frames) throws Exception {
		return stream(name, false, frames);
	}

	private String stream(String name, boolean usage, String... frames) throws Exception {
		server(name).provider().respond().raw(String.join("", frames)).thenEnd();
		HttpResponse<String> response = server(name).post("/v1/chat/completions",
				"{\"model\":\"fast\",\"stream\":true,\"stream_options\":{\"include_usage\":" + usage
						+ "},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).endsWith("\n\n" + DONE);
		return response.body();
	}

	private static List<JsonNode> chunks(String body) {
		return Stream.of(body.split("\n\n"))
			.filter((frame) -> frame.startsWith("data: {"))
			.map((frame) -> JsonMapper.shared().readTree(frame.substring("data: ".length())))
			.toList();
	}

	private static List<JsonNode> choices(String body) {
		return chunks(body).stream().flatMap((chunk) -> chunk.path("choices").valueStream()).toList();
	}

	private static List<JsonNode> reasons(String body) {
		return choices(body).stream().map((choice) -> choice.path("finish_reason")).toList();
	}

	private static String chunk(String delta, String finishReason) {
		return "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
				+ ",\"finish_reason\":" + finishReason + "}]}\n\n";
	}

}

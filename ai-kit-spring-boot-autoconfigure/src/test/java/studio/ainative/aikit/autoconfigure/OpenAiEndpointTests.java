package studio.ainative.aikit.autoconfigure;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * OpenAI's API in front of the application's streams, on both stacks.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiEndpointTests {

	static final List<String> SERVERS = List.of("tomcat", "netty");

	private static final String CHAT = "/v1/chat/completions";

	private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

	private final Map<String, EndpointServer> servers = Map.of("tomcat", start(WebApplicationType.SERVLET), "netty",
			start(WebApplicationType.REACTIVE));

	private static EndpointServer start(WebApplicationType type) {
		return EndpointServer.start(type, "ai-kit.endpoints.openai.enabled=true",
				"ai-kit.response.heartbeat.interval=2s");
	}

	@AfterAll
	void stop() {
		this.servers.values().forEach(EndpointServer::close);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void streamsTheAnswerOfTheStreamThatTheModelNames(String name) throws Exception {
		EndpointServer server = server(name);
		server.provider().respond("Hel", "lo").usage(9, 2);
		HttpResponse<String> response = server.post(CHAT,
				"{\"model\":\"careful\"," + HI + ",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
						+ "\"temperature\":0.5,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"time\"}}]}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.body())
			.contains("\"model\":\"careful\"", "{\"content\":\"Hel\"}", "{\"content\":\"lo\"}",
					"\"finish_reason\":\"stop\"", "\"total_tokens\":11")
			.endsWith("data: [DONE]\n\n");
		JsonNode asked = JsonMapper.shared().readTree(server.provider().lastRequest().body());
		assertThat(asked.path("model").asString()).isEqualTo("gpt-careful");
		assertThat(asked.path("temperature").doubleValue()).isEqualTo(0.5);
		assertThat(asked.at("/tools/0/function/name").asString()).isEqualTo("time");
		assertThat(asked.at("/messages/0/content").asString()).isEqualTo("Hi");
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void answersInOnePieceUnlessAStreamIsAskedFor(String name) throws Exception {
		server(name).provider().respond("Hel", "lo").usage(9, 2);
		HttpResponse<String> response = server(name).post(CHAT, "{\"model\":\"fast\"," + HI + "}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		JsonNode answer = JsonMapper.shared().readTree(response.body());
		assertThat(answer.path("object").asString()).isEqualTo("chat.completion");
		assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("Hello");
		assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(11);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void listsTheStreams(String name) throws Exception {
		JsonNode list = JsonMapper.shared().readTree(server(name).send("GET", "/v1/models").body());
		assertThat(list.path("object").asString()).isEqualTo("list");
		assertThat(list.path("data").valueStream().map((model) -> model.path("id").asString()))
			.containsExactlyInAnyOrder("fast", "careful", "default");
		assertThat(list.path("data").valueStream()).allSatisfy((model) -> {
			assertThat(model.path("object").asString()).isEqualTo("model");
			assertThat(model.path("created").isIntegralNumber()).isTrue();
			assertThat(model.path("owned_by").isString()).isTrue();
		});
		assertThat(server(name).send("GET", "/v1/models/fast").body()).contains("\"id\":\"fast\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					POST | /v1/chat/completions | {                                        | 400 | null                | invalid_request
					POST | /v1/chat/completions | {HI}                                     | 400 | model               | invalid_request
					POST | /v1/chat/completions | {"model":"fast","messages":[{"role":1}]} | 400 | messages[0].role    | invalid_request
					POST | /v1/chat/completions | {"model":"fast","messages":[{"role":"user","content":" "}]} | 400 | messages | invalid_request
					POST | /v1/chat/completions | {"model":"fast",HI,"n":2}                | 400 | n                   | invalid_request
					POST | /v1/chat/completions | {"model":"gpt-4o",HI}                    | 404 | model               | model_not_found
					GET  | /v1/chat/completions | -                                        | 405 | null                | method_not_allowed
					POST | /v1/models           | {}                                       | 405 | null                | method_not_allowed
					GET  | /v1/models/gpt-4o    | -                                        | 404 | model               | model_not_found
					GET  | /v1                  | -                                        | 404 | null                | unknown_url
					POST | /v1/embeddings       | {}                                       | 404 | null                | unknown_url
					GET  | /v1/models/a/b       | -                                        | 404 | null                | unknown_url
					""")
	void refusesInTheEnvelope(String method, String path, String body, int status, String param, String code,
			CapturedOutput output) throws Exception {
		for (String name : SERVERS) {
			for (String accept : List.of("application/json", "text/event-stream", "*/*", "image/png")) {
				HttpResponse<String> response = send(server(name), method, path, body.replace("HI", HI), accept);
				assertThat(response.statusCode()).as(name + accept).isEqualTo(status);
				assertEnvelope(response, param, code);
				assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
			}
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void refusesABodyOverTheLimit(String name, CapturedOutput output) throws Exception {
		String image = "x".repeat(20 * 1024 * 1024);
		HttpResponse<String> response = server(name).post(CHAT, "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\","
				+ "\"content\":\"data:image/png;base64," + image + "\"}]}");
		assertThat(response.statusCode()).isEqualTo(413);
		assertEnvelope(response, "null", "request_too_large");
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void refusesFieldsThatAreNoneInTheEnvelope(String name, CapturedOutput output) throws Exception {
		String nested = "[".repeat(2_000) + "]".repeat(2_000);
		String parts = "{\"type\":\"text\",\"text\":\"x\"},".repeat(10_000);
		List<String> bodies = List.of("[]", "7", "null", "{}", "{\"model\":null," + HI + "}",
				"{\"model\":7," + HI + "}", "{\"model\":\"fast\"}", message("null"), message("7"), message("[]"),
				message("[7]"), message("[null]"), message("[{}]"), message("[{\"role\":\"user\"}]"),
				message("[{\"role\":\"robot\",\"content\":\"Hi\"}]"), message("[{\"role\":\"user\",\"content\":7}]"),
				message("[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]"),
				message("[{\"role\":\"user\",\"content\":[" + parts + "{}]}]"),
				message("[{\"role\":\"tool\",\"content\":\"x\"}]"),
				"{\"model\":\"fast\"," + HI + ",\"stream\":\"yes\"}", "{\"model\":\"fast\"," + HI + ",\"tools\":7}",
				"{\"model\":\"fast\"," + HI + ",\"x\":" + nested + "}");
		for (String body : bodies) {
			HttpResponse<String> response = server(name).post(CHAT, body);
			String shown = body.substring(0, Math.min(body.length(), 120));
			assertThat(response.statusCode()).as(shown).isEqualTo(400);
			JsonNode error = JsonMapper.shared().readTree(response.body()).path("error");
			assertThat(error.path("code").asString()).as(shown).isEqualTo("invalid_request");
			assertThat(error.path("message").asString()).as(shown).isNotBlank().doesNotContain("Exception", "studio.");
		}
		assertNoWarnings(output);
	}

	private static String message(String messages) {
		return "{\"model\":\"fast\",\"messages\":" + messages + "}";
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void refusesABodyThatDoesNotSayThatItIsJson(String name) throws Exception {
		HttpResponse<String> response = server(name).send(HttpRequest.newBuilder(URI.create(server(name).url() + CHAT))
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"fast\"," + HI + "}")));
		assertThat(response.statusCode()).isEqualTo(415);
		assertEnvelope(response, "null", "unsupported_media_type");
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void tellsTheTrueStatusBeforeAnythingElse(boolean stream) throws Exception {
		String request = "{\"model\":\"fast\"," + HI + ",\"stream\":" + stream + "}";
		for (String name : SERVERS) {
			EndpointServer server = server(name);
			server.provider().respond().status(429).retryAfter("7");
			HttpResponse<String> limited = server.post(CHAT, request);
			assertThat(limited.statusCode()).isEqualTo(429);
			assertThat(limited.headers().firstValue("Retry-After")).hasValue("7");
			assertThat(limited.headers().firstValue("x-should-retry")).hasValue("true");
			assertEnvelope(limited, "null", "rate_limit_exceeded");

			server.provider().respond().status(429).errorBody("insufficient_quota", "insufficient_quota", "Pay.");
			HttpResponse<String> spent = server.post(CHAT, request);
			assertThat(spent.statusCode()).isEqualTo(429);
			assertThat(spent.headers().firstValue("x-should-retry")).hasValue("false");
			assertEnvelope(spent, "null", "insufficient_quota");

			server.provider().respond().status(401);
			HttpResponse<String> locked = server.post(CHAT, request);
			assertThat(locked.statusCode()).as("the key is the application's").isEqualTo(500);
			assertThat(locked.headers().firstValue("x-should-retry")).hasValue("false");

			server.provider()
				.respond()
				.status(400)
				.errorBody("invalid_request_error", "context_length_exceeded", "canary");
			HttpResponse<String> tooLong = server.post(CHAT, request);
			assertThat(tooLong.statusCode()).isEqualTo(400);
			assertEnvelope(tooLong, "null", "context_length_exceeded");
			assertThat(tooLong.body()).doesNotContain("canary");

			server.provider().respond().thenCut();
			assertThat(server.post(CHAT, request).statusCode()).isEqualTo(502);
			server.provider().respond().status(503);
			assertThat(server.post(CHAT, request).statusCode()).isIn(502, 503);
		}
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void tellsAFailureInTheStreamOnceThereIsText(String name) throws Exception {
		server(name).provider().respond("Hel").thenCut();
		HttpResponse<String> response = server(name).post(CHAT, "{\"model\":\"fast\"," + HI + ",\"stream\":true}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("{\"content\":\"Hel\"}", "event: error\ndata: {\"error\":{")
			.doesNotContain("[DONE]");
		server(name).provider().respond("Hel").thenCut();
		assertThat(server(name).post(CHAT, "{\"model\":\"fast\"," + HI + "}").statusCode()).isEqualTo(502);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void doesNotKeepAReaderWaitingForAStatus(WebApplicationType type) throws Exception {
		try (EndpointServer server = EndpointServer.start(type, "ai-kit.endpoints.openai.enabled=true",
				"ai-kit.response.heartbeat.interval=200ms")) {
			server.provider().respond().pause(Duration.ofSeconds(2)).tokens("late");
			HttpResponse<String> response = server.post(CHAT, "{\"model\":\"fast\"," + HI + ",\"stream\":true}");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).contains(": heartbeat", "late", "[DONE]");
		}
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void endsTheCallWhenTheReaderLeaves(String name) throws Exception {
		EndpointServer server = server(name);
		server.provider().respond("Hel").thenStall();
		HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + CHAT))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"fast\"," + HI + ",\"stream\":true}"))
			.build();
		try (InputStream body = HttpClient.newHttpClient()
			.send(request, HttpResponse.BodyHandlers.ofInputStream())
			.body()) {
			assertThat(body.read()).isEqualTo('d');
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> server.provider().lastRequest().isClosedByClient());
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void leavesTheApplicationsOwnPathsAlone(String name) throws Exception {
		assertThat(server(name).send("GET", "/v1/own").body()).isEqualTo("own");
		assertThat(server(name).send("GET", "/v2/models").body()).doesNotContain("unknown_url");
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void aControllerAnswersAndRefusesAlike(String name, CapturedOutput output) throws Exception {
		server(name).provider().respond("Hel", "lo");
		HttpResponse<String> response = server(name).post("/own/chat/completions", "{\"model\":\"mine\"," + HI + "}");
		assertThat(response.body()).contains("\"model\":\"mine\"", "{\"content\":\"lo\"}").endsWith("data: [DONE]\n\n");
		for (String accept : List.of("application/json", "text/event-stream")) {
			HttpResponse<String> refused = send(server(name), "POST", "/own/chat/completions",
					"{\"model\":\"mine\",\"messages\":[{\"role\":7}]}", accept);
			assertThat(refused.statusCode()).isEqualTo(400);
			assertEnvelope(refused, "messages[0].role", "invalid_request");
			assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
			assertEnvelope(send(server(name), "POST", "/own/chat/completions", "{", accept), "null", "invalid_request");
		}
		assertNoWarnings(output);
	}

	@Test
	void isOffUnlessTurnedOn(CapturedOutput output) throws Exception {
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			try (EndpointServer server = EndpointServer.start(type)) {
				assertThat(server.send("GET", "/v1/models").statusCode()).isEqualTo(404);
			}
		}
		assertThat(output).doesNotContain("Spring Security");
	}

	@Test
	void warnsWhereNothingSecuresIt(CapturedOutput output) {
		EndpointServer
			.start(WebApplicationType.REACTIVE, "ai-kit.endpoints.openai.enabled=true",
					"ai-kit.endpoints.openai.base-path=/llm/v1")
			.close();
		assertThat(output).containsOnlyOnce("'ai-kit.endpoints.openai.enabled' lets whoever reaches /llm/v1");
	}

	@ParameterizedTest
	@CsvSource({ "base-path, v1", "base-path, /v1/", "base-path, /v1/**", "max-body-size, 65MB", "max-body-size, 0B" })
	void refusesASettingThatCantWork(String property, String value, CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> new SpringApplicationBuilder(EndpointServer.Application.class).web(WebApplicationType.REACTIVE)
					.properties("server.port=0", "ai-kit.stream.endpoint=http://localhost:1/",
							"ai-kit.endpoints.openai.enabled=true", "ai-kit.endpoints.openai." + property + "=" + value)
					.run());
		assertThat(output).contains("APPLICATION FAILED TO START", "'ai-kit.endpoints.openai." + property + "'");
	}

	private EndpointServer server(String name) {
		return Objects.requireNonNull(this.servers.get(name));
	}

	private static void assertEnvelope(HttpResponse<String> response, String param, String code) {
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		JsonNode error = JsonMapper.shared().readTree(response.body()).path("error");
		assertThat(error.path("message").asString()).isNotBlank();
		assertThat(error.path("type").asString()).isNotBlank();
		assertThat(error.path("code").asString()).isEqualTo(code);
		assertThat(error.has("param")).isTrue();
		assertThat(error.path("param").asString("null")).isEqualTo(param);
	}

	private static HttpResponse<String> send(EndpointServer server, String method, String path, @Nullable String body,
			String accept) throws Exception {
		return server.send(HttpRequest.newBuilder(URI.create(server.url() + path))
			.header("Accept", accept)
			.header("Content-Type", "application/json")
			.method(method, method.equals("GET") ? HttpRequest.BodyPublishers.noBody()
					: HttpRequest.BodyPublishers.ofString(String.valueOf(body))));
	}

}

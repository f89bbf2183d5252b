package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * AG-UI in front of the application's streams, on both stacks.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgUiEndpointTests {

	static final List<String> SERVERS = List.of("tomcat", "netty");

	private static final String RUN = "{\"threadId\":\"t1\",\"runId\":\"r1\",\"messages\":[{\"id\":\"1\",\"role\":\"user\",\"content\":\"Hi\"}]}";

	private final Map<String, EndpointServer> servers = Map.of("tomcat", start(WebApplicationType.SERVLET), "netty",
			start(WebApplicationType.REACTIVE));

	private static EndpointServer start(WebApplicationType type) {
		return EndpointServer.start(type, "ai-kit.endpoints.ag-ui.enabled=true");
	}

	@AfterAll
	void stop() {
		this.servers.values().forEach(EndpointServer::close);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void runsTheStreamThatThePathNames(String name) throws Exception {
		for (String path : List.of("/ag-ui", "/ag-ui/fast")) {
			server(name).provider().respond("Hel", "lo").usage(9, 2);
			HttpResponse<String> response = server(name).post(path, RUN);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
			assertThat(response.body())
				.startsWith("data: {\"type\":\"RUN_STARTED\",\"threadId\":\"t1\",\"runId\":\"r1\"}\n\n")
				.contains("\"delta\":\"lo\"", "\"totalTokens\":11")
				.doesNotContain("\r", "[DONE]");
		}
		assertThat(server(name).provider().lastRequest().body()).contains("\"model\":\"gpt-fast\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			POST | /ag-ui         | {                | 400 | INVALID_REQUEST
			POST | /ag-ui         | {"threadId":"t"} | 400 | INVALID_REQUEST
			GET  | /ag-ui         | -                | 405 | INVALID_REQUEST
			POST | /ag-ui/unknown | {}               | 404 | NOT_FOUND
			""")
	void refusesWithASentence(String method, String path, String body, int status, String code, CapturedOutput output)
			throws Exception {
		for (String name : SERVERS) {
			for (String accept : List.of("text/event-stream", "application/json")) {
				HttpResponse<String> response = server(name)
					.send(HttpRequest.newBuilder(URI.create(server(name).url() + path))
						.header("Accept", accept)
						.header("Content-Type", "application/json")
						.method(method, HttpRequest.BodyPublishers.ofString(body)));
				assertThat(response.statusCode()).isEqualTo(status);
				assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
				JsonNode error = JsonMapper.shared().readTree(response.body());
				assertThat(error.path("message").asString()).isNotBlank();
				assertThat(error.path("code").asString()).isEqualTo(code);
			}
		}
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void refusesABodyOverTheLimit(String name, CapturedOutput output) throws Exception {
		HttpResponse<String> response = server(name).post("/ag-ui", "{\"x\":\"" + "x".repeat(20 * 1024 * 1024) + "\"}");
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(JsonMapper.shared().readTree(response.body()).path("message").asString()).contains("4");
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void refusesFieldsThatAreNone(String name, CapturedOutput output) throws Exception {
		String nested = "[".repeat(2_000) + "]".repeat(2_000);
		String parts = "{\"type\":\"text\",\"text\":\"x\"},".repeat(10_000);
		List<String> bodies = List.of("[]", "7", "null", "{}", run("null"), run("7"), run("[7]"), run("[null]"),
				run("[{}]"), run("[{\"role\":\"user\"}]"), run("[{\"role\":\"robot\",\"content\":\"Hi\"}]"),
				run("[{\"role\":\"user\",\"content\":7}]"), run("[{\"role\":\"user\",\"content\":[" + parts + "{}]}]"),
				RUN.replace("\"t1\"", "7"), RUN.replace("\"r1\"", "null"),
				RUN.replace("{\"threadId", "{\"tools\":7,\"threadId"),
				RUN.replace("{\"threadId", "{\"x\":" + nested + ",\"threadId"));
		for (String body : bodies) {
			HttpResponse<String> response = server(name).post("/ag-ui", body);
			String shown = body.substring(0, Math.min(body.length(), 120));
			assertThat(response.statusCode()).as(shown).isEqualTo(400);
			JsonNode error = JsonMapper.shared().readTree(response.body());
			assertThat(error.path("code").asString()).as(shown).isEqualTo("INVALID_REQUEST");
			assertThat(error.path("message").asString()).as(shown).isNotBlank().doesNotContain("Exception", "studio.");
		}
		assertNoWarnings(output);
	}

	private static String run(String messages) {
		return "{\"threadId\":\"t1\",\"runId\":\"r1\",\"messages\":" + messages + "}";
	}

	@ParameterizedTest
	@FieldSource("SERVERS")
	void tellsTheTrueStatusBeforeAnythingElse(String name) throws Exception {
		server(name).provider().respond().status(429).retryAfter("7");
		HttpResponse<String> limited = server(name).post("/ag-ui", RUN);
		assertThat(limited.statusCode()).isEqualTo(429);
		assertThat(limited.headers().firstValue("Retry-After")).hasValue("7");
		server(name).provider().respond("Hel").thenCut();
		assertThat(server(name).post("/ag-ui", RUN).body()).contains("Hel", "RUN_ERROR").doesNotContain("RUN_FINISHED");
	}

	@Test
	void isOffUnlessTurnedOn() throws Exception {
		try (EndpointServer server = EndpointServer.start(WebApplicationType.REACTIVE)) {
			assertThat(server.post("/ag-ui", RUN).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void warnsWhereNothingSecuresIt(CapturedOutput output) {
		EndpointServer
			.start(WebApplicationType.REACTIVE, "ai-kit.endpoints.ag-ui.enabled=true",
					"ai-kit.endpoints.ag-ui.base-path=/agents")
			.close();
		assertThat(output).containsOnlyOnce("'ai-kit.endpoints.ag-ui.enabled' lets whoever reaches /agents");
	}

	private EndpointServer server(String name) {
		return Objects.requireNonNull(this.servers.get(name));
	}

}

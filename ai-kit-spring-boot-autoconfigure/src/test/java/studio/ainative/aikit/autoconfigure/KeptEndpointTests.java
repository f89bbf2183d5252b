package studio.ainative.aikit.autoconfigure;

import java.net.http.HttpResponse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers of the endpoints for other front ends, where answers outlive their connections.
 */
class KeptEndpointTests {

	private static final String CHAT = "{\"model\":\"fast\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

	private static final String RUN = "{\"threadId\":\"t1\",\"runId\":\"r1\",\"messages\":[{\"id\":\"1\",\"role\":\"user\",\"content\":\"Hi\"}]}";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void areKeptAsAllOthers(WebApplicationType type) throws Exception {
		try (EndpointServer server = EndpointServer.start(type, "ai-kit.endpoints.openai.enabled=true",
				"ai-kit.endpoints.ag-ui.enabled=true", "ai-kit.response.resume.enabled=true")) {
			assertKept(server, "/v1/chat/completions", CHAT, "data: [DONE]");
			assertKept(server, "/ag-ui", RUN, "RUN_FINISHED");
		}
	}

	private static void assertKept(EndpointServer server, String path, String body, String end) throws Exception {
		server.provider().respond("Hel", "lo").usage(9, 2);
		HttpResponse<String> answer = server.post(path, body);
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).contains(end);
		String id = answer.headers().firstValue("AI-Kit-Stream-Id").orElseThrow();
		HttpResponse<String> again = server.send("GET", "/ai-kit/streams/" + id);
		assertThat(again.statusCode()).isEqualTo(200);
		assertThat(again.body()).contains("\"token\":\"Hel\"", "\"token\":\"lo\"", "\"outcome\":\"complete\"");
	}

}

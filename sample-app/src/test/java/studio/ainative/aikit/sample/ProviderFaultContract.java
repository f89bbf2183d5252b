package studio.ainative.aikit.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a reader is told when the provider itself is at fault, the same on each stack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ProviderFaultContract {

	private static final String KEY = "sk-of-nobody-0123456789";

	/** The port of tcpmux, which nobody has. */
	private static final int UNUSED_PORT = 1;

	private final Stack stack;

	/** What the provider answers to the next request. */
	private volatile Response response = new Response(500, "text/plain", "");

	private HttpServer provider;

	private SampleServer server;

	ProviderFaultContract(Stack stack) {
		this.stack = stack;
	}

	@BeforeAll
	void start() throws IOException {
		this.provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.provider.createContext("/", (exchange) -> {
			try (exchange) {
				Response response = this.response;
				byte[] bytes = response.content().getBytes(StandardCharsets.UTF_8);
				exchange.getRequestBody().readAllBytes();
				exchange.getResponseHeaders().set("Content-Type", response.contentType());
				exchange.sendResponseHeaders(response.status(), bytes.length);
				exchange.getResponseBody().write(bytes);
			}
		});
		this.provider.start();
		this.server = start(this.provider.getAddress().getPort());
	}

	private SampleServer start(int providerPort) {
		return SampleServer.start(this.stack, "ai-kit.stream.endpoint=http://localhost:" + providerPort + "/v1",
				"ai-kit.stream.api-key=" + KEY, "ai-kit.stream.retry.max-retries=0");
	}

	@AfterAll
	void stop() {
		this.server.close();
		this.provider.stop(0);
	}

	@Test
	void aWrongKeyIsAnAuthenticationError() throws Exception {
		String body = ask(401, "application/json",
				"{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\",\"code\":\"invalid_api_key\"}}");
		assertFailed(body, "AUTHENTICATION");
		assertThat(body).doesNotContain(KEY);
	}

	@Test
	void aPageInPlaceOfAStreamIsUnreadable() throws Exception {
		String body = ask(200, "text/html", "<!doctype html><title>Sign in to the Wi-Fi</title>");
		assertFailed(body, "MALFORMED_RESPONSE");
		assertThat(body).doesNotContain("<", "Wi-Fi");
	}

	@Test
	void aProviderThatIsDownIsAnInterruption() throws Exception {
		try (SampleServer alone = start(UNUSED_PORT)) {
			assertFailed(ask(alone), "INTERRUPTED");
		}
	}

	private static void assertFailed(String body, String code) {
		Answer answer = Answer.of(body);
		assertThat(answer.names()).containsExactly("start", "error", "done");
		JsonNode error = answer.last("error");
		assertThat(error.path("code").asString()).isEqualTo(code);
		assertThat(error.path("error").asString()).as("a plain sentence")
			.matches("[A-Z][\\w' ]+\\.")
			.doesNotContain("Exception", "localhost");
		assertThat(answer.last("done").path("outcome").asString()).isEqualTo("error");
	}

	/** Ask while the provider answers like that. */
	private String ask(int status, String contentType, String content) throws Exception {
		this.response = new Response(status, contentType, content);
		return ask(this.server);
	}

	private static String ask(SampleServer server) throws IOException, InterruptedException {
		HttpResponse<String> response = server.post("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
				BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	private record Response(int status, String contentType, String content) {
	}

}

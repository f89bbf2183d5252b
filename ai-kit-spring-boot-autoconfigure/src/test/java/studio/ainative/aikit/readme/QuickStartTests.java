package studio.ainative.aikit.readme;

import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.autoconfigure.FakeProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the README's code with the README's configuration, on both stacks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickStartTests {

	private static final String HELLO = """
			{"messages":[{"role":"user","content":"Hello"}]}""";

	private final FakeProvider provider = FakeProvider.answering(FakeProvider.HELLO);

	private final ConfigurableApplicationContext servlet = QuickStartServer.servlet(this.provider.endpoint());

	private final ConfigurableApplicationContext reactive = QuickStartServer.reactive(this.provider.endpoint());

	private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	@AfterAll
	void stop() {
		this.servlet.close();
		this.reactive.close();
		this.provider.close();
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void streamsAnAnswer(ConfigurableApplicationContext stack) throws Exception {
		HttpResponse<String> response = post(stack, "/api/chat", HELLO);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
		assertThat(response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
		assertThat(response.body()).startsWith("event: start\n")
			.contains("{\"token\":\"Hel\",\"index\":0}", "{\"token\":\"lo\",\"index\":1}", "\"totalTokens\":11",
					"\"cost\":{\"amount\":")
			.contains("event: done\n", "\"outcome\":\"complete\"");
		FakeProvider.Call call = this.provider.calls().get(this.provider.calls().size() - 1);
		assertThat(call.headers().get("Authorization")).isEqualTo("Bearer test-key");
		assertThat(call.body().path("messages").path(0).path("content").asString())
			.isEqualTo("You are a helpful assistant.");
	}

	@Test
	void streamsAFluxFromWebFlux() throws Exception {
		assertThat(post(this.reactive, "/api/chat/flux", HELLO).body()).contains("\"token\":\"Hel\"",
				"\"token\":\"lo\"", "\"outcome\":\"complete\"");
	}

	@Test
	void streamsAnEmitterFromSpringMvc() throws Exception {
		assertThat(post(this.servlet, "/api/chat/emitter", HELLO).body()).contains("\"token\":\"Hel\"",
				"\"token\":\"lo\"", "\"outcome\":\"complete\"");
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void writesEventsFromAThread(ConfigurableApplicationContext stack) throws Exception {
		assertThat(get(stack, "/api/countdown").body()).contains("{\"token\":\"3 \",\"index\":0}",
				"{\"token\":\"2 \",\"index\":1}", "{\"token\":\"1 \",\"index\":2}", "\"outcome\":\"complete\"");
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void injectsANamedStream(ConfigurableApplicationContext stack) throws Exception {
		assertThat(get(stack, "/api/careful").body()).contains("Hel", "lo");
		FakeProvider.Call call = this.provider.calls().get(this.provider.calls().size() - 1);
		assertThat(call.body().path("model").asString()).isEqualTo("gpt-4o");
		assertThat(call.body().path("temperature").asInt(-1)).isZero();
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("stacks")
	void asksAnotherModelInOneCall(ConfigurableApplicationContext stack) throws Exception {
		assertThat(post(stack, "/api/chat/options", HELLO).body()).contains("\"outcome\":\"complete\"");
		FakeProvider.Call call = this.provider.calls().get(this.provider.calls().size() - 1);
		assertThat(call.body().path("model").asString()).isEqualTo("gpt-4.1");
		assertThat(call.body().path("temperature").asInt(-1)).isZero();
	}

	@Test
	void keepsAConversationForEachSession() throws Exception {
		assertThat(post(this.servlet, "/api/conversation", "Hello").body()).contains("\"outcome\":\"complete\"");
		assertThat(get(this.servlet, "/api/conversation").body()).contains("\"role\":\"user\"",
				"\"role\":\"assistant\"");
		HttpResponse<String> stranger = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(QuickStartServer.uri(this.servlet, "/api/conversation"))
				.timeout(Duration.ofSeconds(20))
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(stranger.body()).isEqualTo("[]");
	}

	Stream<ConfigurableApplicationContext> stacks() {
		return Stream.of(this.servlet, this.reactive);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext stack, String path) throws Exception {
		return this.client.send(
				HttpRequest.newBuilder(QuickStartServer.uri(stack, path)).timeout(Duration.ofSeconds(20)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> post(ConfigurableApplicationContext stack, String path, String body) throws Exception {
		return this.client.send(HttpRequest.newBuilder(QuickStartServer.uri(stack, path))
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}

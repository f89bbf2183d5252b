package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Errors in lines that belong to no event, which the rules of server-sent events ignore.
 */
class StrayErrorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String KEY = "KEY-7f3a9c-canary";

	private final ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "error: {\"message\":\"A sentence\"}\ndata: [DONE]\n\n",
			"error:{\"error\":{\"message\":\"A sentence\"}}\n\ndata: [DONE]\n\n",
			"error: \"A sentence\"\r\n\r\ndata: [DONE]\r\n\r\n", "error: A sentence",
			"{\"error\":{\"message\":\"A sentence\"}}", "\uFEFF{\"error\":\"A sentence\"}\n",
			"  [{\"error\":{\"message\":\"A sentence\"}}]\n\ndata: [DONE]\n\n",
			"{\n  \"error\": {\n    \"message\": \"A sentence\"\n  }\n}", "{\"broken\n{\"detail\":\"A sentence\"}\n",
			": a comment\n{\"error\":{\"message\":\"A sentence\"}}\ndata: [DONE]\n\n",
			"{\"code\":\"Throttling\",\n\"message\":\"A sentence\"}\n" })
	void isToldInTheProvidersWordsHoweverItsBytesCome(String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		for (int piece : new int[] { bytes.length, 7, 1 }) {
			ScriptedResponse response = this.server.respond();
			for (int start = 0; start < bytes.length; start += piece) {
				byte[] part = new byte[Math.min(piece, bytes.length - start)];
				System.arraycopy(bytes, start, part, 0, part.length);
				response.raw(part);
			}
			response.thenEnd();
			assertThat(failure().providerMessage()).isEqualTo("A sentence");
		}
	}

	@Test
	void isToldWithoutTheKey() {
		this.server.respond().raw("error: {\"message\":\"The key " + KEY + " is wrong\"}\n\n").thenEnd();
		assertThat(failure().providerMessage()).isEqualTo("The key *** is wrong");
	}

	@Test
	void isToldWhileTheConnectionStaysOpen() {
		this.server.respond().raw("{\"error\":{\"message\":\"A sentence\"}}").thenStall();
		assertThat(failure().providerMessage()).isEqualTo("A sentence");
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello: world\n", "{\"alive\":true}\n", "error\n", "error:\n", "error: null\n",
			"error: {}\n", "error: false\n", "errors: 1\n", "{\"error\":null}\n", "{\"code\":0,\"msg\":\"\"}\n", "[]\n",
			"[DONE]\n", "{\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"message\":\"x\"}\n", "{\"error\":\n",
			"}]\"\n" })
	void otherLinesMeanNothingAsEver(String line) {
		this.server.respond().raw(line).tokens("Hel").raw(line + "\n").tokens("lo").thenEndAndStayOpen();
		assertThat(Answers.text(stream().stream("Hi"))).isEqualTo("Hello");
	}

	private ProviderException failure() {
		ProviderException ex = catchThrowableOfType(ProviderException.class,
				() -> stream().stream("Hi").blockLast(TIMEOUT));
		assertThat(ex).isNotNull();
		return ex;
	}

	private AIStream stream() {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.apiKey(KEY)
			.model("a-model")
			.retry(RetryConfig.none())
			.build();
	}

}

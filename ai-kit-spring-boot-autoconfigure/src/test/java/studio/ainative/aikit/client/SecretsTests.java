package studio.ainative.aikit.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Keys, prompts and answers stay out of messages, logs and {@code toString()}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String KEY = "my-very-own-key-123456";

	private static final String PROMPT = "A prompt about my health";

	private static final String ANSWER = "An answer about my health";

	private final ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void aProviderThatRepeatsTheKeyIsSilenced(CapturedOutput output) {
		this.server.respond()
			.errorBody("invalid_request_error", "invalid_api_key",
					"Incorrect API key provided: " + KEY + " or sk-proj-abcdef***xyz for: " + PROMPT)
			.status(401);
		ProviderException ex = (ProviderException) failure(stream().stream(PROMPT));
		verifySilence(ex, output);
		assertThat(ex.providerMessage()).isEqualTo("Incorrect API key provided: *** or *** for: " + PROMPT);
	}

	@Test
	void aCodeThatIsTheKeyIsNoWord(CapturedOutput output) {
		this.server.respond().errorBody("invalid_request_error", KEY, "No").status(400);
		verifySilence(failure(stream().stream(PROMPT)), output);
	}

	@Test
	void aBrokenAnswerIsNotQuoted(CapturedOutput output) {
		this.server.respond(ANSWER).pause(Duration.ofMillis(50)).thenCut();
		AIStreamException ex = failure(stream().stream(PROMPT));
		verifySilence(ex, output);
		assertThat(ex.partialAnswer()).isEqualTo(ANSWER);
	}

	@Test
	void aMalformedEventIsNotQuoted(CapturedOutput output) {
		this.server.respond().raw("data: {\"choices\": [" + ANSWER + "\n\n").thenEnd();
		verifySilence(failure(stream().stream(PROMPT)), output);
	}

	@Test
	void aListenersExceptionIsNotQuoted(CapturedOutput output) {
		this.server.respond(ANSWER);
		AIStream stream = stream().mutate().onToken((token) -> {
			throw new IllegalStateException(token.text());
		}).build();
		Answers.text(stream.stream(PROMPT));
		assertThat(output).contains("A listener of TOKEN failed with java.lang.IllegalStateException")
			.doesNotContain(ANSWER);
	}

	@Test
	void settingsKeepTheirSecrets() {
		StreamConfig config = StreamConfig.defaults()
			.withEndpoint(URI.create("https://user:pass@example.com/v1?key=" + KEY))
			.withApiKey(KEY)
			.withSystemPrompt(PROMPT)
			.withHeader("X-Key", KEY)
			.withOption("user", KEY);
		assertThat(config.toString()).doesNotContain(KEY, PROMPT, "pass").contains("example.com/v1", "X-Key");
		assertThat(CallOptions.defaults().withSystemPrompt(PROMPT).withOption("user", KEY).toString())
			.doesNotContain(KEY, PROMPT);
		assertThat(new AIStreamEvent.End(AIStreamEvent.Outcome.COMPLETE, ANSWER, Usage.NONE, null).toString())
			.doesNotContain(ANSWER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "red\r\nX-Evil: 1", "red\nblue", "red\0", "red\u007f" })
	void aHeaderCannotSmuggleAnother(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> AIStream.builder().header("X-Team", value))
			.withMessageContaining("X-Team")
			.withMessageNotContaining("red");
		assertThatIllegalArgumentException().isThrownBy(() -> AIStream.builder().apiKey(value))
			.withMessageNotContaining("red");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "X Team", "X-Team:", "X\nTeam" })
	void aHeadersNameIsAToken(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> AIStream.builder().header(name, "red"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com/v1", "ftp://example.com", "/v1", "http:///v1" })
	void anEndpointIsAnAddressOfHttp(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> AIStream.builder().endpoint(endpoint))
			.withMessageContaining("'endpoint' must be an absolute http or https address");
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

	private static AIStreamException failure(Flux<StreamEvent> answer) {
		return (AIStreamException) Objects.requireNonNull(catchThrowable(() -> answer.blockLast(TIMEOUT)));
	}

	private static void verifySilence(AIStreamException ex, CapturedOutput output) {
		StringWriter trace = new StringWriter();
		ex.printStackTrace(new PrintWriter(trace));
		for (String text : List.of(trace.toString(), ex.toString(), ex.toErrorEvent().error(),
				ex.toErrorEvent().details().toString(), output.getAll())) {
			assertThat(text).doesNotContain(KEY).doesNotContain(PROMPT).doesNotContain(ANSWER);
		}
	}

}

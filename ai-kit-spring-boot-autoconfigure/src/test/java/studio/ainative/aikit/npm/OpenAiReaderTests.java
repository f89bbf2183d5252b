package studio.ainative.aikit.npm;

import java.util.List;
import java.util.stream.Stream;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * OpenAI's own SDKs, that of npm and that of Java, read both stacks: between heartbeats,
 * compressed, and byte by byte.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiReaderTests {

	static final List<String> READERS = ReaderServers.READERS;

	private static final String CALL = """
			data: {"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_9","type":"function","function":{"name":"weather","arguments":"{\\"city\\":"}}]},"finish_reason":null}]}

			""";

	private static final String ARGUMENTS = """
			data: {"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Oslo\\"}"}}]},"finish_reason":null}]}

			data: {"id":"1","model":"gpt","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

			data: [DONE]

			""";

	private static final String REASONING = """
			data: {"id":"1","model":"gpt","choices":[{"index":0,"delta":{"reasoning_content":"Hm."},"finish_reason":null}]}

			""";

	private static NpmPackage npm;

	private final ReaderServers servers = new ReaderServers("openai");

	@BeforeAll
	static void install() throws Exception {
		npm = NpmPackage.install("readers");
	}

	@AfterAll
	void stop() throws Exception {
		this.servers.close();
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void npmOpenAi(String reader, CapturedOutput output) throws Exception {
		ScriptedServer provider = this.servers.server(reader).provider();
		int before = provider.requests().size();
		answer(provider);
		answer(provider);
		toolCall(provider);
		answer(provider);
		reasoning(provider);
		failure(provider);
		provider.respond("Hel").pause(ReaderServers.PAUSE).thenCut();
		provider.respond("Hel").pause(ReaderServers.PAUSE).thenCut();
		answer(provider);
		provider.respond().status(429).retryAfter("7");
		provider.respond().status(429).retryAfter("7");
		this.servers.read(reader, (url) -> assertAllIsSeen(npm.run("openai.mjs", url + "/v1")));
		assertResultIsPassedOn(provider.requests().get(before + 3));
		assertNoWarnings(output);
	}

	private static void assertAllIsSeen(JsonNode seen) {
		JsonNode created = seen.path("create");
		assertThat(created.path("error").isNull()).as("%s", created).isTrue();
		assertThat(created.path("text").asString()).isEqualTo("Hello");
		assertThat(created.path("finish").valueStream().map(JsonNode::asString)).containsExactly("stop");
		assertThat(created.at("/usage/total_tokens").intValue()).isEqualTo(11);
		assertThat(created.path("ids").intValue()).isEqualTo(1);

		JsonNode helped = seen.path("helper");
		assertThat(helped.at("/message/content").asString()).as("%s", helped).isEqualTo("Hello");
		assertThat(helped.path("text").asString()).isEqualTo("Hello");
		assertThat(helped.path("finish").asString()).isEqualTo("stop");
		assertThat(helped.at("/usage/total_tokens").intValue()).isEqualTo(11);

		JsonNode call = seen.at("/tools/message/tool_calls/0");
		assertThat(call.path("id").asString()).as("%s", seen.path("tools")).isEqualTo("call_9");
		assertThat(call.at("/function/name").asString()).isEqualTo("weather");
		assertThat(call.at("/function/arguments").asString()).isEqualTo("{\"city\":\"Oslo\"}");
		assertThat(seen.at("/tools/finish").asString()).isEqualTo("tool_calls");

		assertThat(seen.path("result").asString()).isEqualTo("Hello");

		assertThat(seen.at("/reasoning/reasoning").asString()).isEqualTo("Hm.");
		assertThat(seen.at("/reasoning/text").asString()).isEqualTo("lo");

		assertThat(seen.at("/midway/text").asString()).isEqualTo("Hel");
		assertThat(seen.at("/midway/finish")).isEmpty();
		assertThat(seen.at("/midway/error/code").asString()).as("%s", seen.path("midway")).isEqualTo("provider_error");
		assertThat(seen.at("/midway/error/message").asString()).contains("could not answer").doesNotContain("canary");

		assertThat(seen.at("/cut/text").asString()).isEqualTo("Hel");
		assertThat(seen.at("/cut/finish")).isEmpty();
		assertThat(seen.at("/cut/error/code").asString()).as("%s", seen.path("cut")).isEqualTo("interrupted");
		assertThat(seen.at("/cutHelper/text").asString()).isEqualTo("Hel");
		assertThat(seen.at("/cutHelper/error/name").asString("")).as("%s", seen.path("cutHelper")).isNotEmpty();

		assertThat(seen.at("/whole/message/content").asString()).isEqualTo("Hello");
		assertThat(seen.at("/whole/usage/total_tokens").intValue()).isEqualTo(11);

		assertThat(seen.at("/limited/error/name").asString()).isEqualTo("RateLimitError");
		assertThat(seen.at("/limited/error/code").asString()).isEqualTo("rate_limit_exceeded");
		assertThat(seen.at("/limitedWhole/status").intValue()).isEqualTo(429);
		assertThat(seen.at("/limitedWhole/retryAfter").asString()).isEqualTo("7");
		assertThat(seen.at("/unknown/name").asString()).isEqualTo("NotFoundError");
		assertThat(seen.at("/unknown/code").asString()).isEqualTo("model_not_found");
		assertThat(seen.path("models").valueStream().map(JsonNode::asString)).contains("fast", "careful");
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void openAiJava(String reader, CapturedOutput output) throws Exception {
		ScriptedServer provider = this.servers.server(reader).provider();
		this.servers.read(reader, (url) -> {
			OpenAIClient client = client(url);
			try {
				wholeAnswers(provider, client);
				answersThatAreNot(provider, client);
			}
			finally {
				client.close();
			}
		});
		assertNoWarnings(output);
	}

	static OpenAIClient client(String url) {
		return OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("key").maxRetries(0).build();
	}

	private static void wholeAnswers(ScriptedServer provider, OpenAIClient client) {
		answer(provider);
		ChatCompletion answer = stream(client);
		assertThat(answer.choices().get(0).message().content()).hasValue("Hello");
		assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
		assertThat(answer.usage()).hasValueSatisfying((usage) -> assertThat(usage.totalTokens()).isEqualTo(11));

		toolCall(provider);
		ChatCompletionMessage call = stream(client).choices().get(0).message();
		assertThat(call.toolCalls()).hasValueSatisfying((calls) -> {
			assertThat(calls).hasSize(1);
			assertThat(calls.get(0).asFunction().id()).isEqualTo("call_9");
			assertThat(calls.get(0).asFunction().function().name()).isEqualTo("weather");
			assertThat(calls.get(0).asFunction().function().arguments()).isEqualTo("{\"city\":\"Oslo\"}");
		});

		answer(provider);
		ChatCompletionToolMessageParam result = ChatCompletionToolMessageParam.builder()
			.toolCallId("call_9")
			.content("sunny")
			.build();
		assertThat(
				stream(client, params("fast").addMessage(call).addMessage(result)).choices().get(0).message().content())
			.hasValue("Hello");
		assertResultIsPassedOn(provider.lastRequest());

		answer(provider);
		ChatCompletion whole = client.chat().completions().create(params("fast").build());
		assertThat(whole.choices().get(0).message().content()).hasValue("Hello");
		assertThat(whole.usage()).isPresent();
		assertThat(client.models().list().data().stream().map(Model::id)).contains("fast", "careful");
	}

	private static void answersThatAreNot(ScriptedServer provider, OpenAIClient client) {
		provider.respond("Hel").pause(ReaderServers.PAUSE).thenCut();
		assertThatExceptionOfType(SseException.class).isThrownBy(() -> stream(client))
			.satisfies((ex) -> assertThat(ex.code()).hasValue("interrupted"));
		failure(provider);
		assertThatExceptionOfType(SseException.class).isThrownBy(() -> stream(client))
			.satisfies((ex) -> assertThat(ex.code()).hasValue("provider_error"));
		provider.respond().status(429).retryAfter("7");
		assertThatExceptionOfType(RateLimitException.class).isThrownBy(() -> stream(client))
			.satisfies((ex) -> assertThat(ex.headers().values("Retry-After")).containsExactly("7"));
		assertThatExceptionOfType(NotFoundException.class)
			.isThrownBy(() -> client.chat().completions().create(params("gpt-4o").build()));
		assertThatExceptionOfType(OpenAIException.class)
			.isThrownBy(() -> client.chat().completions().create(params("fast").n(2).build()))
			.withMessageContaining("'n' must be 1");
	}

	private static ChatCompletion stream(OpenAIClient client) {
		return stream(client, params("fast"));
	}

	private static ChatCompletion stream(OpenAIClient client, ChatCompletionCreateParams.Builder builder) {
		ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
		ChatCompletionCreateParams params = builder
			.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
			.build();
		try (StreamResponse<ChatCompletionChunk> response = client.chat().completions().createStreaming(params);
				Stream<ChatCompletionChunk> chunks = response.stream()) {
			chunks.forEach(accumulator::accumulate);
		}
		return accumulator.chatCompletion();
	}

	static ChatCompletionCreateParams.Builder params(String model) {
		return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hi");
	}

	private static void answer(ScriptedServer provider) {
		provider.respond("Hel").pause(ReaderServers.PAUSE).tokens("lo").usage(9, 2);
	}

	static void toolCall(ScriptedServer provider) {
		provider.respond().raw(CALL).pause(ReaderServers.PAUSE).raw(ARGUMENTS).thenEnd();
	}

	/** The provider says in the middle that it can't go on. */
	static void failure(ScriptedServer provider) {
		provider.respond("Hel")
			.pause(ReaderServers.PAUSE)
			.raw("data: {\"error\":{\"message\":\"canary\"}}\n\n")
			.thenEnd();
	}

	static void assertResultIsPassedOn(RecordedRequest request) {
		JsonNode messages = JsonMapper.shared().readTree(request.body()).path("messages");
		assertThat(messages).as("%s", messages).hasSize(3);
		assertThat(messages.at("/1/tool_calls/0/id").asString()).isEqualTo("call_9");
		assertThat(messages.at("/2/role").asString()).isEqualTo("tool");
		assertThat(messages.at("/2/tool_call_id").asString()).isEqualTo("call_9");
		assertThat(messages.at("/2/content").asString()).isEqualTo("sunny");
	}

	static void reasoning(ScriptedServer provider) {
		provider.respond().raw(REASONING).pause(ReaderServers.PAUSE).tokens("lo");
	}

}

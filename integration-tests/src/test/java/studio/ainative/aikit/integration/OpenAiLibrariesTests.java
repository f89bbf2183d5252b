package studio.ainative.aikit.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Spring AI and LangChain4j read OpenAI's API in front of both stacks: between
 * heartbeats, compressed where they ask for it, and byte by byte.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiLibrariesTests {

	static final List<String> READERS = List.of("tomcat", "netty", "tomcat byte by byte", "netty byte by byte");

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	/** What readers are told of a provider's error. */
	private static final String FAILED = "The AI service had a problem.";

	private static final Duration HEARTBEATS = Duration.ofMillis(150);

	private final ScriptedServer provider = ScriptedServer.start();

	private final Map<String, ConfigurableApplicationContext> servers = Map.of("tomcat",
			start(WebApplicationType.SERVLET), "netty", start(WebApplicationType.REACTIVE));

	private ConfigurableApplicationContext start(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "ai-kit.stream.provider=openai", "ai-kit.stream.retry.enabled=false",
					"ai-kit.stream.endpoint=" + this.provider.uri(), "ai-kit.streams.fast.model=gpt-fast",
					"ai-kit.endpoints.openai.enabled=true", "ai-kit.response.compression=true",
					"ai-kit.response.heartbeat.interval=50ms")
			.run();
	}

	@AfterAll
	void stop() {
		this.servers.values().forEach(ConfigurableApplicationContext::close);
		this.provider.close();
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void springAi(String reader) {
		try (OneByteProxy proxy = new OneByteProxy(port(reader))) {
			OpenAiChatModel model = springAiModel(url(proxy, reader), "fast");
			answer();
			List<org.springframework.ai.chat.model.ChatResponse> chunks = stream(model);
			assertThat(text(chunks)).isEqualTo("Hello");
			assertThat(chunks).anyMatch((chunk) -> chunk.getMetadata().getUsage().getTotalTokens() == 11)
				.anyMatch((chunk) -> chunk.hasFinishReasons(Set.of("STOP")));

			toolCall();
			assertThat(stream(model).stream()
				.flatMap((chunk) -> chunk.getResults().stream())
				.flatMap((result) -> result.getOutput().getToolCalls().stream())).singleElement()
				.isEqualTo(new AssistantMessage.ToolCall("call_9", "function", "weather", "{\"city\":\"Oslo\"}"));

			answer();
			org.springframework.ai.chat.model.ChatResponse whole = Objects.requireNonNull(model.call(new Prompt("Hi")));
			assertThat(whole.getResult().getOutput().getText()).isEqualTo("Hello");
			assertThat(whole.getMetadata().getUsage().getTotalTokens()).isEqualTo(11);

			this.provider.respond("Hel").pause(HEARTBEATS).thenCut();
			List<String> texts = new ArrayList<>();
			assertThatException().isThrownBy(() -> model.stream(new Prompt("Hi"))
				.doOnNext((chunk) -> texts.add(text(List.of(chunk))))
				.blockLast(TIMEOUT));
			assertThat(String.join("", texts)).isEqualTo("Hel");
			spent();
			// By its status, or where that took long by an event
			assertThatException().isThrownBy(() -> stream(model)).withStackTraceContaining("quota is used up");
			assertThatException().isThrownBy(() -> stream(springAiModel(url(proxy, reader), "gpt-4o")))
				.withStackTraceContaining("NotFoundException");
			// It asks for compression, and sees no heartbeats through it
			assertThat(streams(proxy, reader)).allMatch((sent) -> sent.contains("content-encoding: gzip"));
		}
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void langChain4j(String reader, CapturedOutput output) throws Exception {
		try (OneByteProxy proxy = new OneByteProxy(port(reader))) {
			OpenAiStreamingChatModel model = langChain4jModel(url(proxy, reader), "fast");
			answer();
			Heard heard = Heard.ask(model);
			ChatResponse answer = heard.answer.get(60, TimeUnit.SECONDS);
			assertThat(heard.text).hasToString("Hello");
			assertThat(answer.aiMessage().text()).isEqualTo("Hello");
			assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
			assertThat(answer.tokenUsage().totalTokenCount()).isEqualTo(11);

			toolCall();
			assertThat(Heard.ask(model).answer.get(60, TimeUnit.SECONDS).aiMessage().toolExecutionRequests())
				.singleElement()
				.satisfies((call) -> {
					assertThat(call.id()).isEqualTo("call_9");
					assertThat(call.name()).isEqualTo("weather");
					assertThat(call.arguments()).isEqualTo("{\"city\":\"Oslo\"}");
				});

			answer();
			ChatResponse whole = dev.langchain4j.model.openai.OpenAiChatModel.builder()
				.baseUrl(url(proxy, reader))
				.apiKey("none")
				.modelName("fast")
				.httpClientBuilder(JdkHttpClient.builder())
				.build()
				.chat(UserMessage.from("Hi"));
			assertThat(whole.aiMessage().text()).isEqualTo("Hello");
			assertThat(whole.tokenUsage().totalTokenCount()).isEqualTo(11);

			this.provider.respond("Hel").pause(HEARTBEATS).thenCut();
			Heard cut = Heard.ask(model);
			assertThat(cut.answer).failsWithin(TIMEOUT);
			assertThat(cut.text).hasToString("Hel");
			spent();
			assertThat(Heard.ask(model).answer).failsWithin(TIMEOUT)
				.withThrowableThat()
				.withStackTraceContaining("quota is used up");
			assertThat(Heard.ask(langChain4jModel(url(proxy, reader), "gpt-4o")).answer).failsWithin(TIMEOUT)
				.withThrowableThat()
				.withStackTraceContaining("model_not_found");
			assertThat(streams(proxy, reader)).filteredOn((sent) -> sent.contains("hel") || sent.contains("weather"))
				.allMatch((sent) -> !sent.contains("content-encoding") && sent.contains(": heartbeat"));
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ");
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void springAiGoesOnAfterToolsAndStops(String reader) {
		try (OneByteProxy proxy = new OneByteProxy(port(reader))) {
			OpenAiChatModel model = springAiModel(url(proxy, reader), "fast");
			answer();
			List<Message> messages = List.of(new org.springframework.ai.chat.messages.UserMessage("Hi"),
					AssistantMessage.builder()
						.content("")
						.toolCalls(List.of(new AssistantMessage.ToolCall("call_9", "function", "weather", "{}")))
						.build(),
					ToolResponseMessage.builder()
						.responses(List.of(new ToolResponseMessage.ToolResponse("call_9", "weather", "sunny")))
						.build());
			assertThat(text(stream(model, new Prompt(messages)))).isEqualTo("Hello");
			assertResultArrived();

			fail();
			assertThatException().isThrownBy(() -> stream(model)).withStackTraceContaining(FAILED);

			this.provider.respond("Hel").thenStall();
			assertThat(model.stream(new Prompt("Hi"))
				.map((chunk) -> text(List.of(chunk)))
				.filter((text) -> !text.isEmpty())
				.blockFirst(TIMEOUT)).isEqualTo("Hel");
			await().atMost(TIMEOUT).until(() -> this.provider.lastRequest().isClosedByClient());
		}
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void langChain4jGoesOnAfterToolsAndStops(String reader, CapturedOutput output) throws Exception {
		try (OneByteProxy proxy = new OneByteProxy(port(reader))) {
			OpenAiStreamingChatModel model = langChain4jModel(url(proxy, reader), "fast");
			answer();
			Heard heard = Heard.ask(model, UserMessage.from("Hi"),
					AiMessage.from(ToolExecutionRequest.builder().id("call_9").name("weather").arguments("{}").build()),
					ToolExecutionResultMessage.from("call_9", "weather", "sunny"));
			assertThat(heard.answer.get(60, TimeUnit.SECONDS).aiMessage().text()).isEqualTo("Hello");
			assertResultArrived();

			fail();
			Heard failed = Heard.ask(model);
			assertThat(failed.answer).failsWithin(TIMEOUT).withThrowableThat().withStackTraceContaining(FAILED);
			assertThat(failed.text).hasToString("Hel");

			this.provider.respond("Hel").thenStall();
			Heard stopped = Heard.ask(model);
			stopped.handle.get(60, TimeUnit.SECONDS).cancel();
			await().atMost(TIMEOUT).until(() -> this.provider.lastRequest().isClosedByClient());
			assertThat(stopped.text).hasToString("Hel");
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ");
	}

	private void assertResultArrived() {
		assertThat(this.provider.lastRequest().body()).contains("\"tool_call_id\":\"call_9\"", "\"content\":\"sunny\"");
	}

	/** In the middle of an answer. */
	private void fail() {
		this.provider.respond("Hel")
			.pause(HEARTBEATS)
			.raw("data: {\"error\":{\"message\":\"canary\",\"type\":\"server_error\"}}\n\n")
			.thenEnd();
	}

	/** Those that the byte by byte proxy has passed on. */
	private static List<String> streams(OneByteProxy proxy, String reader) {
		List<String> streams = proxy.responses()
			.stream()
			.filter((sent) -> sent.contains("text/event-stream"))
			.map((sent) -> sent.toLowerCase(Locale.ROOT))
			.toList();
		assertThat(streams.isEmpty()).isEqualTo(!reader.endsWith("byte by byte"));
		return streams;
	}

	private void answer() {
		this.provider.respond("Hel").pause(HEARTBEATS).tokens("lo").usage(9, 2);
	}

	private void toolCall() {
		this.provider.respond()
			.raw(BridgeContract.call(0, "call_9", "weather", "{\\\"city\\\":"))
			.pause(HEARTBEATS)
			.raw(BridgeContract.call(0, "call_9", "weather", "\\\"Oslo\\\"}"))
			.raw(BridgeContract.chunk("{}", "\"tool_calls\""))
			.raw(BridgeContract.DONE)
			.thenEnd();
	}

	private void spent() {
		this.provider.respond().status(429).errorBody("insufficient_quota", "insufficient_quota", "Pay.");
	}

	private int port(String reader) {
		String name = reader.startsWith("tomcat") ? "tomcat" : "netty";
		return Objects.requireNonNull(this.servers.get(name))
			.getEnvironment()
			.getRequiredProperty("local.server.port", Integer.class);
	}

	private String url(OneByteProxy proxy, String reader) {
		return (reader.endsWith("byte by byte") ? proxy.url() : "http://localhost:" + port(reader)) + "/v1";
	}

	private static OpenAiChatModel springAiModel(String url, String model) {
		return OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder().baseUrl(url).apiKey("none").model(model).streamUsage(true).build())
			.build();
	}

	private static OpenAiStreamingChatModel langChain4jModel(String url, String model) {
		return OpenAiStreamingChatModel.builder()
			.baseUrl(url)
			.apiKey("none")
			.modelName(model)
			.httpClientBuilder(JdkHttpClient.builder())
			.build();
	}

	private static List<org.springframework.ai.chat.model.ChatResponse> stream(OpenAiChatModel model) {
		return stream(model, new Prompt("Hi"));
	}

	private static List<org.springframework.ai.chat.model.ChatResponse> stream(OpenAiChatModel model, Prompt prompt) {
		return Objects.requireNonNull(model.stream(prompt).collectList().block(TIMEOUT));
	}

	private static String text(List<org.springframework.ai.chat.model.ChatResponse> chunks) {
		return chunks.stream()
			.flatMap((chunk) -> chunk.getResults().stream())
			.map((result) -> Objects.requireNonNullElse(result.getOutput().getText(), ""))
			.collect(Collectors.joining());
	}

	/**
	 * What LangChain4j calls back with. Its first end counts.
	 */
	private static final class Heard implements StreamingChatResponseHandler {

		private final StringBuilder text = new StringBuilder();

		private final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();

		private final CompletableFuture<StreamingHandle> handle = new CompletableFuture<>();

		static Heard ask(OpenAiStreamingChatModel model) {
			return ask(model, UserMessage.from("Hi"));
		}

		static Heard ask(OpenAiStreamingChatModel model, ChatMessage... messages) {
			Heard heard = new Heard();
			model.chat(ChatRequest.builder().messages(messages).build(), heard);
			return heard;
		}

		@Override
		public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
			this.text.append(piece.text());
			this.handle.complete(context.streamingHandle());
		}

		@Override
		public void onCompleteResponse(ChatResponse response) {
			this.answer.complete(response);
		}

		@Override
		public void onError(Throwable failure) {
			this.answer.completeExceptionally(failure);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			exclude = { ReactiveWebSecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class })
	static class Application {

	}

}

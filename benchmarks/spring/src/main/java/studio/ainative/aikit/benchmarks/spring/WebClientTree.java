package studio.ainative.aikit.benchmarks.spring;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.benchmarks.harness.ClientPeer;
import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.TokenSink;

/**
 * What most people write by hand: {@code WebClient}, {@code ServerSentEvent}, and a tree
 * of Jackson's for each event.
 */
public class WebClientTree implements ClientPeer {

	static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT = new ParameterizedTypeReference<>() {
	};

	private final JsonMapper mapper = new JsonMapper();

	private @Nullable WebClient client;

	private String url = "";

	private Format format = Format.OPENAI;

	@Override
	public void open(String baseUrl, Format format, int lanes) {
		this.client = client(lanes);
		this.url = baseUrl + format.path();
		this.format = format;
	}

	WebClient client(int lanes) {
		return WebClients.create(lanes);
	}

	@Override
	public CompletionStage<?> stream(TokenSink sink) {
		return WebClients.post(Objects.requireNonNull(this.client), this.url)
			.bodyToFlux(EVENT)
			.doOnNext((event) -> read(event, sink))
			.then()
			.toFuture();
	}

	private void read(ServerSentEvent<String> event, TokenSink sink) {
		String data = event.data();
		if (data == null || data.equals("[DONE]")) {
			return;
		}
		JsonNode node = this.mapper.readTree(data);
		switch (this.format) {
			case OPENAI -> readOpenAi(node, sink);
			case RESPONSES -> readResponses(node, sink);
			case ANTHROPIC -> readAnthropic(node, sink);
			case AIKIT -> readAiKit(String.valueOf(event.event()), node, sink);
		}
	}

	private static void readOpenAi(JsonNode node, TokenSink sink) {
		JsonNode content = node.path("choices").path(0).path("delta").path("content");
		if (content.isString()) {
			sink.token(content.stringValue());
		}
		JsonNode usage = node.path("usage");
		if (usage.isObject()) {
			sink.usage(usage.path("prompt_tokens").asLong(), usage.path("completion_tokens").asLong());
		}
	}

	private static void readResponses(JsonNode node, TokenSink sink) {
		switch (node.path("type").stringValue()) {
			case "response.output_text.delta" -> sink.token(node.path("delta").stringValue());
			case "response.completed" -> {
				JsonNode usage = node.path("response").path("usage");
				sink.usage(usage.path("input_tokens").asLong(), usage.path("output_tokens").asLong());
			}
			default -> {
			}
		}
	}

	private static void readAnthropic(JsonNode node, TokenSink sink) {
		switch (node.path("type").stringValue()) {
			case "content_block_delta" -> sink.token(node.path("delta").path("text").stringValue());
			case "message_start" -> sink.usage(node.path("message").path("usage").path("input_tokens").asLong(), -1);
			case "message_delta" -> sink.usage(-1, node.path("usage").path("output_tokens").asLong());
			default -> {
			}
		}
	}

	private static void readAiKit(String event, JsonNode node, TokenSink sink) {
		switch (event) {
			case "token" -> sink.token(node.path("token").stringValue());
			case "usage" -> sink.usage(node.path("promptTokens").asLong(), node.path("completionTokens").asLong());
			default -> {
			}
		}
	}

}

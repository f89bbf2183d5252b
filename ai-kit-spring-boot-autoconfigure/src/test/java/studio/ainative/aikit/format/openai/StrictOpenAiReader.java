package studio.ainative.aikit.format.openai;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads chunks as the strictest of OpenAI's clients does, and refuses all others.
 */
final class StrictOpenAiReader {

	private static final Set<String> DELTAS = Set.of("role", "content", "reasoning_content", "refusal", "tool_calls");

	private static final Set<String> REASONS = Set.of("stop", "length", "tool_calls", "content_filter");

	private static final JsonMapper JSON = new JsonMapper();

	private final Map<Integer, @Nullable String> finished = new HashMap<>();

	private final Set<Integer> begun = new HashSet<>();

	private final Set<String> calls = new HashSet<>();

	private final Set<String> named = new HashSet<>();

	private final StringBuilder content = new StringBuilder();

	private @Nullable JsonNode head;

	private @Nullable JsonNode usage;

	private @Nullable JsonNode error;

	private boolean isWhole;

	/** Read a body. */
	static StrictOpenAiReader read(String body) {
		assertThat(body).doesNotContain("\r").endsWith("\n\n");
		StrictOpenAiReader reader = new StrictOpenAiReader();
		for (String frame : body.split("\n\n", 0)) {
			reader.frame(frame.lines().toList());
		}
		assertThat(reader.isWhole || reader.error != null).as("has an end").isTrue();
		return reader;
	}

	/** What was said in the first choice. */
	String content() {
		return this.content.toString();
	}

	/** Whether the answer looks whole. */
	boolean isWhole() {
		return this.isWhole;
	}

	@Nullable JsonNode usage() {
		return this.usage;
	}

	private void frame(List<String> lines) {
		assertThat(this.isWhole || this.error != null).as("something after the end").isFalse();
		if (lines.size() == 2) {
			assertThat(lines.get(0)).isEqualTo("event: error");
			error(JSON.readTree(lines.get(1).substring("data: ".length())));
			return;
		}
		assertThat(lines).hasSize(1);
		assertThat(lines.get(0)).startsWith("data: ");
		String data = lines.get(0).substring("data: ".length());
		if (data.equals("[DONE]")) {
			assertThat(this.finished.keySet()).isEqualTo(this.begun);
			this.isWhole = true;
			return;
		}
		chunk(JSON.readTree(data));
	}

	private void error(JsonNode envelope) {
		this.error = envelope.path("error");
		assertThat(envelope.propertyNames()).containsExactly("error");
		for (String field : List.of("message", "type", "code")) {
			assertThat(this.error.path(field).isString()).as(field).isTrue();
		}
	}

	private void chunk(JsonNode chunk) {
		assertThat(chunk.path("id").isString()).isTrue();
		assertThat(chunk.path("object").asString()).isEqualTo("chat.completion.chunk");
		assertThat(chunk.path("created").isIntegralNumber()).isTrue();
		assertThat(chunk.path("model").isString()).isTrue();
		assertThat(chunk.path("choices").isArray()).isTrue();
		if (this.head == null) {
			this.head = chunk;
			assertThat(chunk.path("choices")).hasSize(1);
		}
		for (String field : List.of("id", "created", "model")) {
			assertThat(chunk.path(field)).isEqualTo(this.head.path(field));
		}
		if (chunk.has("usage")) {
			assertThat(this.usage).isNull();
			this.usage = chunk.path("usage");
			assertThat(chunk.path("choices")).isEmpty();
			for (String count : List.of("prompt_tokens", "completion_tokens", "total_tokens")) {
				assertThat(this.usage.path(count).isIntegralNumber()).as(count).isTrue();
			}
			return;
		}
		assertThat(this.usage).as("content after usage").isNull();
		assertThat(chunk.path("choices")).hasSize(1);
		choice(chunk.path("choices").path(0));
	}

	private void choice(JsonNode choice) {
		int index = choice.path("index").intValue();
		assertThat(this.finished).as("content after a finish reason").doesNotContainKey(index);
		assertThat(choice.has("finish_reason")).isTrue();
		JsonNode delta = choice.path("delta");
		assertThat(delta.isObject()).isTrue();
		assertThat(DELTAS).containsAll(delta.propertyNames());
		if (this.begun.add(index)) {
			assertThat(delta.path("role").asString()).isEqualTo("assistant");
			assertThat(delta.path("content").asString()).isEmpty();
		}
		else {
			assertThat(delta.has("role")).isFalse();
		}
		for (String field : delta.propertyNames()) {
			assertThat(delta.path(field).isNull()).isFalse();
		}
		if (index == 0) {
			this.content.append(delta.path("content").asString(""));
		}
		for (JsonNode call : delta.path("tool_calls")) {
			call(index + "/" + call.path("index").intValue(), call);
		}
		JsonNode reason = choice.path("finish_reason");
		if (!reason.isNull()) {
			assertThat(REASONS).contains(reason.asString());
			assertThat(delta.isEmpty()).isTrue();
			this.finished.put(index, reason.asString());
		}
	}

	private void call(String key, JsonNode call) {
		assertThat(call.path("index").isIntegralNumber()).isTrue();
		boolean first = this.calls.add(key);
		assertThat(call.has("id")).isEqualTo(first);
		assertThat(call.has("type")).isEqualTo(first);
		assertThat(call.path("function").path("arguments").isString()).isTrue();
		if (call.path("function").has("name")) {
			assertThat(this.named.add(key)).as("the name once").isTrue();
		}
	}

}

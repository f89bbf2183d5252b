package studio.ainative.aikit.format.uimessage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.lang.Contract;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a UI message stream as the first release of a major version of {@code ai} does:
 * an unknown part, field or word, a null, or a delta of a part that is not open, and the
 * chat is in an error. Stricter than that release, it also asks that all that was opened
 * is closed.
 */
final class StrictUiReader {

	/** The fields of each part in 5.0.0; those with a question mark may be absent. */
	private static final Map<String, List<String>> FIELDS = Map.ofEntries(
			Map.entry("start", List.of("messageId", "messageMetadata?")), Map.entry("start-step", List.of()),
			Map.entry("text-start", List.of("id")), Map.entry("text-delta", List.of("id", "delta")),
			Map.entry("text-end", List.of("id")), Map.entry("reasoning-start", List.of("id")),
			Map.entry("reasoning-delta", List.of("id", "delta")), Map.entry("reasoning-end", List.of("id")),
			Map.entry("tool-input-start", List.of("toolCallId", "toolName")),
			Map.entry("tool-input-delta", List.of("toolCallId", "inputTextDelta")),
			Map.entry("tool-input-available", List.of("toolCallId", "toolName", "input")),
			Map.entry("tool-output-available", List.of("toolCallId", "output")),
			Map.entry("tool-output-error", List.of("toolCallId", "errorText")),
			Map.entry("data-retry", List.of("data", "transient?")),
			Map.entry("message-metadata", List.of("messageMetadata")), Map.entry("finish-step", List.of()),
			Map.entry("finish", List.of("messageMetadata?")), Map.entry("abort", List.of()),
			Map.entry("error", List.of("errorText")));

	private final Map<String, List<String>> fields = new HashMap<>(FIELDS);

	private final List<String> types = new ArrayList<>();

	private final Set<String> open = new HashSet<>();

	private final Set<String> closed = new HashSet<>();

	private final Map<String, String> toolCalls = new HashMap<>();

	/** What the reader's user sees. */
	final StringBuilder text = new StringBuilder();

	final StringBuilder reasoning = new StringBuilder();

	String outcome = "none";

	private StrictUiReader(int level) {
		if (level >= 6) {
			this.fields.put("finish", List.of("messageMetadata?", "finishReason?"));
			this.fields.put("tool-input-error", List.of("toolCallId", "toolName", "input", "errorText"));
		}
		if (level >= 7) {
			this.fields.put("abort", List.of("reason?"));
		}
	}

	static StrictUiReader read(String stream, int level) {
		StrictUiReader reader = new StrictUiReader(level);
		String[] frames = stream.split("\n\n", -1);
		assertThat(frames[frames.length - 1]).as("what follows the last blank line").isEmpty();
		assertThat(frames[frames.length - 2]).isEqualTo("data: [DONE]");
		for (int i = 0; i < frames.length - 2; i++) {
			assertThat(frames[i].startsWith("data: {") && frames[i].indexOf('\n') < 0 && frames[i].indexOf('\r') < 0)
				.isTrue();
			reader.part(JsonMapper.shared().readTree(frames[i].substring("data: ".length())));
		}
		reader.end();
		return reader;
	}

	private void part(JsonNode part) {
		String type = part.path("type").asString();
		require(!this.types.contains("error"), part);
		this.types.add(type);
		List<String> known = this.fields.get(type);
		require(known != null, part);
		for (Map.Entry<String, JsonNode> field : part.properties()) {
			require(!field.getValue().isNull(), part);
			require(field.getKey().equals("type") || known.contains(field.getKey())
					|| known.contains(field.getKey() + "?"), part);
		}
		for (String field : known) {
			require(field.endsWith("?") || part.has(field), part);
		}
		String id = part.path("id").asString("");
		switch (type) {
			case "text-start", "reasoning-start" -> {
				require(!this.closed.contains(id), part);
				require(this.open.add(id), part);
			}
			case "text-delta" -> {
				require(this.open.contains(id), part);
				this.text.append(part.path("delta").asString());
			}
			case "reasoning-delta" -> {
				require(this.open.contains(id), part);
				this.reasoning.append(part.path("delta").asString());
			}
			case "text-end", "reasoning-end" -> {
				require(this.open.remove(id), part);
				this.closed.add(id);
			}
			case "start-step" -> assertThat(this.open.add("step")).isTrue();
			case "finish-step" -> {
				assertThat(this.open.remove("step")).isTrue();
				assertThat(this.open).isEmpty();
			}
			case "data-retry" -> {
				if (!part.has("transient")) {
					this.text.setLength(0);
					this.reasoning.setLength(0);
				}
			}
			case "tool-input-start" -> assertThat(this.toolCalls.put(toolCallId(part), "")).isNull();
			case "tool-input-delta" -> this.toolCalls.compute(toolCallId(part),
					(call, input) -> input + part.path("inputTextDelta").asString());
			case "tool-input-available", "tool-input-error" ->
				assertThat(this.toolCalls.put(toolCallId(part), "available")).isNotNull().isNotEqualTo("available");
			case "tool-output-available", "tool-output-error" ->
				assertThat(this.toolCalls.put(toolCallId(part), "over")).isEqualTo("available");
			case "finish" -> {
				if (part.has("finishReason")) {
					assertThat(part.path("finishReason").asString()).isIn("stop", "length", "content-filter",
							"tool-calls", "other");
				}
			}
			default -> {
			}
		}
		this.outcome = part.path("messageMetadata").path("outcome").asString(this.outcome);
	}

	/** Without a library: there are millions of these. */
	@Contract("false, _ -> fail")
	private static void require(boolean fact, JsonNode part) {
		if (!fact) {
			throw new AssertionError("Not to be read: " + part);
		}
	}

	private static String toolCallId(JsonNode part) {
		return part.path("toolCallId").asString();
	}

	private void end() {
		assertThat(this.open).isEmpty();
		assertThat(this.types.get(0)).isEqualTo("start");
		String last = this.types.get(this.types.size() - 1);
		switch (this.outcome) {
			case "complete" -> assertThat(this.types).doesNotContain("error", "abort").endsWith("finish");
			case "stopped" -> assertThat(this.types).doesNotContain("error").endsWith("abort", "finish");
			case "error" -> assertThat(this.types).doesNotContain("finish", "abort").endsWith("error");
			default -> throw new AssertionError(this.outcome + " after " + last);
		}
	}

}

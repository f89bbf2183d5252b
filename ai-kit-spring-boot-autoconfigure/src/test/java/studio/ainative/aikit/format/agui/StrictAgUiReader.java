package studio.ainative.aikit.format.agui;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads events as the strictest of AG-UI's clients does, and refuses all others.
 */
final class StrictAgUiReader {

	private static final JsonMapper JSON = new JsonMapper();

	private final Set<String> texts = new HashSet<>();

	private final Set<String> calls = new HashSet<>();

	private final Set<String> spans = new HashSet<>();

	private final Set<String> thoughts = new HashSet<>();

	private final Set<String> used = new HashSet<>();

	private final Set<String> ended = new HashSet<>();

	private final Set<String> resultIds = new HashSet<>();

	private final StringBuilder text = new StringBuilder();

	private @Nullable String end;

	private boolean begun;

	/** Read a body. */
	static StrictAgUiReader read(String body) {
		assertThat(body).doesNotContain("\r").endsWith("\n\n");
		StrictAgUiReader reader = new StrictAgUiReader();
		for (String frame : body.split("\n\n", 0)) {
			assertThat(frame).startsWith("data: ").doesNotContain("\n");
			reader.event(JSON.readTree(frame.substring("data: ".length())));
		}
		assertThat(reader.end).as("the end").isNotNull();
		return reader;
	}

	boolean isWhole() {
		return "RUN_FINISHED".equals(this.end);
	}

	String text() {
		return this.text.toString();
	}

	private void event(JsonNode event) {
		assertThat(this.end).as("something after the end").isNull();
		noNull(event);
		String type = event.path("type").asString();
		assertThat(this.begun).isEqualTo(!type.equals("RUN_STARTED"));
		this.begun = true;
		switch (type) {
			case "RUN_STARTED" -> texts(event, "threadId", "runId");
			case "TEXT_MESSAGE_START" -> {
				assertThat(event.path("role").asString()).isEqualTo("assistant");
				open(this.texts, event, "messageId");
			}
			case "TEXT_MESSAGE_CONTENT" -> this.text.append(delta(this.texts, event, "messageId"));
			case "TEXT_MESSAGE_END" -> close(this.texts, event, "messageId");
			case "REASONING_START" -> open(this.spans, event, "messageId");
			case "REASONING_MESSAGE_START" -> {
				assertThat(event.path("role").asString()).isEqualTo("reasoning");
				assertThat(this.spans).contains(event.path("messageId").asString());
				assertThat(this.thoughts.add(event.path("messageId").asString())).isTrue();
			}
			case "REASONING_MESSAGE_CONTENT" -> delta(this.thoughts, event, "messageId");
			case "REASONING_MESSAGE_END" -> close(this.thoughts, event, "messageId");
			case "REASONING_END" -> close(this.spans, event, "messageId");
			case "TOOL_CALL_START" -> {
				texts(event, "toolCallName", "parentMessageId");
				open(this.calls, event, "toolCallId");
			}
			case "TOOL_CALL_ARGS" -> delta(this.calls, event, "toolCallId");
			case "TOOL_CALL_RESULT" -> {
				assertThat(this.ended).contains(event.path("toolCallId").asString());
				assertThat(event.path("content").isString()).isTrue();
				assertThat(event.path("role").asString()).isEqualTo("tool");
				assertThat(this.resultIds.add(event.path("messageId").asString())).isTrue();
			}
			case "TOOL_CALL_END" -> {
				close(this.calls, event, "toolCallId");
				this.ended.add(event.path("toolCallId").asString());
			}
			case "RUN_FINISHED" -> {
				texts(event, "threadId", "runId");
				assertThat(List.of(this.texts, this.calls, this.spans, this.thoughts)).allMatch(Set::isEmpty);
				end(type, event);
			}
			case "RUN_ERROR" -> {
				texts(event, "message", "code");
				end(type, event);
			}
			default -> throw new AssertionError("Unknown type " + type);
		}
	}

	private void end(String type, JsonNode event) {
		this.end = type;
		if (event.has("usage")) {
			assertThat(event.path("usage").isArray()).isTrue();
			event.path("usage")
				.forEach((usage) -> usage.forEach((count) -> assertThat(count.isIntegralNumber()).isTrue()));
		}
	}

	private void open(Set<String> open, JsonNode event, String field) {
		texts(event, field);
		assertThat(this.used.add(event.path(field).asString())).as("an id of its own").isTrue();
		open.add(event.path(field).asString());
	}

	private static String delta(Set<String> open, JsonNode event, String field) {
		assertThat(open).contains(event.path(field).asString());
		assertThat(event.path("delta").asString()).isNotEmpty();
		return event.path("delta").asString();
	}

	private static void close(Set<String> open, JsonNode event, String field) {
		assertThat(open.remove(event.path(field).asString())).isTrue();
	}

	private static void texts(JsonNode event, String... fields) {
		for (String field : fields) {
			assertThat(event.path(field).isString()).as(field).isTrue();
		}
	}

	private static void noNull(JsonNode node) {
		assertThat(node.isNull()).isFalse();
		node.forEach(StrictAgUiReader::noNull);
	}

}

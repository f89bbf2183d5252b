package studio.ainative.aikit.format.aikit;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads AI Kit's own format as its description has it, down to the order of the lines,
 * and refuses all else.
 */
final class StrictAiKitReader {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Pattern FRAME = Pattern.compile("event: ([a-z]+)\n(?:id: ([0-9]+)\n)?data: ([^\r\n]+)");

	/** Those of a {@code metadata} event that stands for an event of another kind. */
	private static final Set<String> KINDS = Set.of("reasoning", "toolCall", "toolResult", "reasoningEnd");

	private final StringBuilder text = new StringBuilder();

	private long lastId;

	private boolean begun;

	private @Nullable String outcome;

	/** Read a body. */
	static StrictAiKitReader read(String body) {
		assertThat(body).doesNotContain("\r").endsWith("\n\n");
		StrictAiKitReader reader = new StrictAiKitReader();
		for (String frame : body.split("\n\n", 0)) {
			Matcher lines = FRAME.matcher(frame);
			assertThat(lines.matches()).as(frame).isTrue();
			reader.event(lines.group(1), lines.group(2), JSON.readTree(lines.group(3)));
		}
		assertThat(reader.outcome).as("the end").isNotNull();
		return reader;
	}

	@Nullable String outcome() {
		return this.outcome;
	}

	/** That of the first choice. */
	String text() {
		return this.text.toString();
	}

	/** How many events had an id. */
	long events() {
		return this.lastId;
	}

	private void event(String name, @Nullable String id, JsonNode data) {
		assertThat(this.outcome).as("something after the end").isNull();
		assertThat(data.isObject()).isTrue();
		assertThat(this.begun).isEqualTo(!name.equals("start"));
		this.begun = true;
		assertThat(id == null).as("only the start and the end have no id")
			.isEqualTo(Set.of("start", "done").contains(name));
		if (id != null) {
			assertThat(Long.parseLong(id)).isEqualTo(this.lastId + 1);
			this.lastId++;
		}
		switch (name) {
			case "start" -> texts(data, "timestamp");
			case "token" -> token(data);
			case "usage" -> {
				counts(data, "promptTokens", "completionTokens", "totalTokens");
				counts(data.path("usage"), "promptTokens", "completionTokens", "totalTokens");
			}
			case "metadata" -> metadata(data);
			case "error" -> texts(data, "error", "code");
			case "retry" -> counts(data, "attempt", "delay", "discardedTokens");
			case "done" -> {
				texts(data, "timestamp", "outcome");
				this.outcome = data.path("outcome").asString();
			}
			default -> throw new AssertionError("Unknown event " + name);
		}
	}

	private void token(JsonNode data) {
		texts(data, "token");
		counts(data, "index");
		if (!data.has("choice")) {
			this.text.append(data.path("token").asString());
		}
	}

	private static void metadata(JsonNode data) {
		List<String> kinds = data.propertyStream().map((field) -> field.getKey()).filter(KINDS::contains).toList();
		if (kinds.isEmpty()) {
			return;
		}
		assertThat(kinds).hasSize(1);
		JsonNode value = data.path(kinds.get(0));
		switch (kinds.get(0)) {
			case "reasoning" -> assertThat(value.isString()).isTrue();
			case "toolCall" -> {
				counts(value, "index");
				texts(value, "arguments");
				assertThat(value.propertyStream()).noneMatch((field) -> field.getValue().isNull());
			}
			case "toolResult" -> texts(value, "callId", "name", "result");
			default -> {
				texts(value, "provider");
				assertThat(value.path("data").isObject()).isTrue();
			}
		}
	}

	private static void texts(JsonNode data, String... fields) {
		for (String field : fields) {
			assertThat(data.path(field).isString()).as(field).isTrue();
		}
	}

	private static void counts(JsonNode data, String... fields) {
		for (String field : fields) {
			assertThat(data.path(field).isIntegralNumber()).as(field).isTrue();
		}
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads the UI message stream: one text that is begun and ended, usage in the message's
 * metadata, and {@code [DONE]} after a {@code finish} that says the answer is whole.
 */
final class UiMessageReader extends AnswerReader {

	private static final Pattern TYPE = Pattern.compile("^\\{\"type\":\"([^\"]*)\"");

	private static final Pattern TEXT = Pattern.compile("\\{\"type\":\"text-(?:start|end)\",\"id\":\"([^\"]+)\"\\}");

	private static final Pattern DELTA = Pattern
		.compile("\\{\"type\":\"text-delta\",\"id\":\"([^\"]+)\",\"delta\":\"" + STRING + "\"\\}");

	private static final Pattern USAGE = Pattern
		.compile("\"usage\":\\{\"inputTokens\":(\\d+),\"outputTokens\":(\\d+),");

	private String last = "";

	private boolean open;

	private boolean whole;

	@Override
	@Nullable String event(Map<String, String> fields, String data) {
		if (data.equals("[DONE]")) {
			if (!this.whole) {
				return "no finish";
			}
			done();
			return null;
		}
		if (this.whole) {
			return "a part after the finish: " + data;
		}
		String type = first(TYPE, data);
		String problem = switch (type) {
			case "start" -> expect(this.last.isEmpty(), data);
			case "start-step" -> expect(this.last.equals("start"), data);
			case "text-start" -> expect(!this.open && tokens() == 0 && isSame(first(TEXT, data)), data);
			case "text-delta" -> delta(data);
			case "text-end" -> expect(this.open && isSame(first(TEXT, data)), data);
			case "finish-step" -> expect(!this.open && tokens() > 0, data);
			case "message-metadata" -> {
				Matcher usage = USAGE.matcher(data);
				if (usage.find()) {
					usage(usage.group(1), usage.group(2));
				}
				yield null;
			}
			case "finish" -> expect(this.last.equals("finish-step") && data.contains("\"outcome\":\"complete\""), data);
			case "error" -> "an error: " + data;
			default -> "another part: " + data;
		};
		this.last = type;
		this.open = type.equals("text-start") || (this.open && !type.equals("text-end"));
		this.whole = type.equals("finish");
		return problem;
	}

	private @Nullable String delta(String data) {
		Matcher delta = DELTA.matcher(data);
		if (!this.open || !delta.matches() || !isSame(delta.group(1))) {
			return "token " + tokens() + " is another one: " + data;
		}
		token(delta.group(2));
		return null;
	}

	private static @Nullable String expect(boolean right, String data) {
		return right ? null : "out of place: " + data;
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads AG-UI's events: a run with one message, usage with the run's end.
 */
final class AgUiReader extends AnswerReader {

	private static final Pattern TYPE = Pattern.compile("^\\{\"type\":\"([^\"]*)\"");

	private static final Pattern MESSAGE = Pattern.compile("\"messageId\":\"([^\"]+)\"");

	private static final Pattern CONTENT = Pattern
		.compile("\\{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"([^\"]+)\",\"delta\":\"" + STRING + "\"\\}");

	private static final Pattern USAGE = Pattern
		.compile("\"usage\":\\[\\{\"inputTokens\":(\\d+),\"outputTokens\":(\\d+),");

	private String last = "";

	@Override
	@Nullable String event(Map<String, String> fields, String data) {
		String type = first(TYPE, data);
		boolean right = switch (type) {
			case "RUN_STARTED" -> this.last.isEmpty();
			case "TEXT_MESSAGE_START" -> this.last.equals("RUN_STARTED") && isSame(first(MESSAGE, data));
			case "TEXT_MESSAGE_CONTENT" -> isContent(data);
			case "TEXT_MESSAGE_END" -> this.last.equals("TEXT_MESSAGE_CONTENT") && isSame(first(MESSAGE, data));
			case "RUN_FINISHED" -> this.last.equals("TEXT_MESSAGE_END");
			default -> false;
		};
		if (!right) {
			return (type.equals("RUN_ERROR") ? "an error: " : "out of place: ") + data;
		}
		if (type.equals("RUN_FINISHED")) {
			Matcher usage = USAGE.matcher(data);
			if (usage.find()) {
				usage(usage.group(1), usage.group(2));
			}
			done();
		}
		this.last = type;
		return null;
	}

	private boolean isContent(String data) {
		Matcher content = CONTENT.matcher(data);
		boolean open = this.last.equals("TEXT_MESSAGE_START") || this.last.equals("TEXT_MESSAGE_CONTENT");
		if (!open || !content.matches() || !isSame(content.group(1))) {
			return false;
		}
		token(content.group(2));
		return true;
	}

}

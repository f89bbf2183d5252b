package studio.ainative.aikit.benchmarks.harness;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads OpenAI's chunks of chat completions, all of one id: usage in a chunk of its own,
 * and {@code [DONE]} after a finish reason.
 */
final class OpenAiReader extends AnswerReader {

	private static final Pattern ID = Pattern.compile("^\\{\"id\":\"([^\"]+)\",\"object\":\"chat.completion.chunk\",");

	private static final Pattern TOKEN = Pattern
		.compile("\"choices\":\\[\\{\"index\":0,\"delta\":\\{\"content\":\"" + STRING + "\"\\}");

	private static final Pattern FINISH_REASON = Pattern.compile("\"finish_reason\":\"([a-z_]+)\"");

	private static final Pattern USAGE = Pattern
		.compile("\"choices\":\\[\\],\"usage\":\\{\"prompt_tokens\":(\\d+),\"completion_tokens\":(\\d+),");

	private String finishReason = "";

	@Override
	@Nullable String event(Map<String, String> fields, String data) {
		if (fields.containsKey("event")) {
			return "an error: " + data;
		}
		if (data.equals("[DONE]")) {
			if (!this.finishReason.equals("stop")) {
				return "no finish reason, or another one: " + this.finishReason;
			}
			done();
			return null;
		}
		if (!isSame(first(ID, data))) {
			return "another chunk: " + data;
		}
		Matcher token = TOKEN.matcher(data);
		Matcher usage = USAGE.matcher(data);
		if (token.find()) {
			if (!this.finishReason.isEmpty()) {
				return "a token after the finish: " + data;
			}
			token(token.group(1));
		}
		else if (usage.find()) {
			usage(usage.group(1), usage.group(2));
		}
		else if (!first(FINISH_REASON, data).isEmpty()) {
			this.finishReason = first(FINISH_REASON, data);
		}
		return null;
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads AI Kit's events. Tokens are numbered.
 */
final class AiKitReader extends AnswerReader {

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"" + STRING + "\"");

	private static final Pattern INDEX = Pattern.compile("\"index\":(\\d+)");

	private static final Pattern PROMPT_TOKENS = Pattern.compile("\"promptTokens\":(\\d+)");

	private static final Pattern COMPLETION_TOKENS = Pattern.compile("\"completionTokens\":(\\d+)");

	@Override
	@Nullable String event(Map<String, String> fields, String data) {
		switch (fields.getOrDefault("event", "")) {
			case "token" -> {
				if (!fields.containsKey("id") || !String.valueOf(tokens()).equals(first(INDEX, data))) {
					return "token " + tokens() + " is another one: " + data;
				}
				token(first(TOKEN, data));
			}
			case "usage" -> usage(first(PROMPT_TOKENS, data), first(COMPLETION_TOKENS, data));
			case "error" -> {
				return "an error: " + data;
			}
			case "done" -> done();
			default -> {
			}
		}
		return null;
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with answers of AI Kit's events. One that differs from an answer
 * that was found right in its timestamps at most is not read again: so each can be
 * checked at little more than the price of a copy.
 */
final class AnswerCheck {

	private static final Pattern TIMESTAMP = Pattern.compile("(?<=\"timestamp\":\")[^\"]*");

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"((?:[^\"\\\\]|\\\\.)*)\"");

	private static final Pattern INDEX = Pattern.compile("\"index\":(\\d+)");

	private static final Pattern PROMPT_TOKENS = Pattern.compile("\"promptTokens\":(\\d+)");

	private static final Pattern COMPLETION_TOKENS = Pattern.compile("\"completionTokens\":(\\d+)");

	private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

	private final int expectedTokens;

	private final Predicate<String> expectedText;

	private byte[] right = {};

	private final BitSet timestamps = new BitSet();

	AnswerCheck(int expectedTokens, Predicate<String> expectedText) {
		this.expectedTokens = expectedTokens;
		this.expectedText = expectedText;
	}

	/**
	 * Check an answer.
	 * @param body holds the answer
	 * @param length how long it is
	 * @return what is wrong, {@code null} if nothing is
	 */
	@Nullable String problem(byte[] body, int length) {
		if (isLikeTheRightOne(body, length)) {
			return null;
		}
		String problem = read(new String(body, 0, length, StandardCharsets.UTF_8));
		if (problem == null) {
			remember(Arrays.copyOf(body, length));
		}
		return problem;
	}

	private boolean isLikeTheRightOne(byte[] body, int length) {
		if (length != this.right.length) {
			return false;
		}
		int position = 0;
		while (true) {
			int same = Arrays.mismatch(body, position, length, this.right, position, length);
			if (same < 0) {
				return true;
			}
			if (!this.timestamps.get(position + same)) {
				return false;
			}
			position += same + 1;
		}
	}

	private void remember(byte[] body) {
		this.right = body;
		this.timestamps.clear();
		// One character for each byte, so that positions are those of bytes
		Matcher matcher = TIMESTAMP.matcher(new String(body, StandardCharsets.ISO_8859_1));
		while (matcher.find()) {
			this.timestamps.set(matcher.start(), matcher.end());
		}
	}

	private @Nullable String read(String body) {
		if (!body.endsWith("\n\n")) {
			return "the last event is not whole";
		}
		StringBuilder text = new StringBuilder();
		int tokens = 0;
		boolean usage = false;
		boolean done = false;
		for (String event : body.split("\n\n", -1)) {
			Map<String, String> fields = fields(event);
			String data = fields.getOrDefault("data", "");
			switch (fields.getOrDefault("event", "")) {
				case "token" -> {
					if (!fields.containsKey("id") || !String.valueOf(tokens).equals(first(INDEX, data))) {
						return "token " + tokens + " is another one: " + event;
					}
					text.append(unescape(first(TOKEN, data)));
					tokens++;
				}
				case "usage" -> usage = String.valueOf(Payloads.PROMPT_TOKENS).equals(first(PROMPT_TOKENS, data))
						&& String.valueOf(this.expectedTokens).equals(first(COMPLETION_TOKENS, data));
				case "error" -> {
					return "an error: " + data;
				}
				case "done" -> done = true;
				default -> {
				}
			}
		}
		if (tokens != this.expectedTokens) {
			return tokens + " tokens instead of " + this.expectedTokens;
		}
		if (!this.expectedText.test(text.toString())) {
			return "another text";
		}
		return usage ? (done ? null : "no done") : "no usage, or another one";
	}

	private static Map<String, String> fields(String event) {
		Map<String, String> fields = new HashMap<>();
		for (String line : List.of(event.split("\n", -1))) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				String value = line.substring(colon + 1);
				fields.put(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
			}
		}
		return fields;
	}

	private static String first(Pattern pattern, String data) {
		Matcher matcher = pattern.matcher(data);
		return matcher.find() ? matcher.group(1) : "";
	}

	private static String unescape(String json) {
		return ESCAPE.matcher(json)
			.replaceAll((match) -> Matcher.quoteReplacement(unescape(match.group(1), match.group(2))));
	}

	private static String unescape(@Nullable String code, @Nullable String character) {
		if (code != null) {
			return String.valueOf((char) Integer.parseInt(code, 16));
		}
		return switch (String.valueOf(character)) {
			case "n" -> "\n";
			case "r" -> "\r";
			case "t" -> "\t";
			default -> String.valueOf(character);
		};
	}

}

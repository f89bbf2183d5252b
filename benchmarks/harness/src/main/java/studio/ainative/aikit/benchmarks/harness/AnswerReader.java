package studio.ainative.aikit.benchmarks.harness;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads one answer in one format, event by event, and says what is wrong with it.
 */
abstract class AnswerReader {

	/** A string's content in JSON. */
	static final String STRING = "((?:[^\"\\\\]|\\\\.)*)";

	private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

	private final StringBuilder text = new StringBuilder();

	private int tokens;

	private String promptTokens = "";

	private String completionTokens = "";

	private @Nullable String id;

	private boolean done;

	/**
	 * Read an event.
	 * @param fields its fields by their names
	 * @param data its data, empty if it has none
	 * @return what is wrong, {@code null} if nothing is
	 */
	abstract @Nullable String event(Map<String, String> fields, String data);

	/**
	 * Read an answer. Comments are passed over.
	 * @param body the whole body
	 * @param expectedTokens how many tokens it must have
	 * @param expectedText says whether the text is right
	 * @return what is wrong, {@code null} if nothing is
	 */
	final @Nullable String read(String body, int expectedTokens, Predicate<String> expectedText) {
		if (!body.endsWith("\n\n")) {
			return "the last event is not whole";
		}
		for (String event : body.split("\n\n", -1)) {
			Map<String, String> fields = fields(event);
			if (fields.isEmpty()) {
				continue;
			}
			String problem = this.done ? "an event after the end: " + event
					: event(fields, fields.getOrDefault("data", ""));
			if (problem != null) {
				return problem;
			}
		}
		if (this.tokens != expectedTokens) {
			return this.tokens + " tokens instead of " + expectedTokens;
		}
		if (!expectedText.test(this.text.toString())) {
			return "another text";
		}
		if (!this.promptTokens.equals(String.valueOf(Payloads.PROMPT_TOKENS))
				|| !this.completionTokens.equals(String.valueOf(expectedTokens))) {
			return "no usage, or another one";
		}
		return this.done ? null : "no done";
	}

	/** How many tokens were read. */
	final int tokens() {
		return this.tokens;
	}

	/**
	 * Take a token.
	 * @param json its text as it stands in JSON, without quotes
	 */
	final void token(String json) {
		this.text.append(unescape(json));
		this.tokens++;
	}

	final void usage(String promptTokens, String completionTokens) {
		this.promptTokens = promptTokens;
		this.completionTokens = completionTokens;
	}

	/** Note that the answer has ended well: nothing may follow. */
	final void done() {
		this.done = true;
	}

	/** Whether an id is that of all before it. */
	final boolean isSame(String next) {
		if (this.id == null) {
			this.id = next;
		}
		return !next.isEmpty() && this.id.equals(next);
	}

	/** The first group of the first match, empty if there is none. */
	static String first(Pattern pattern, String data) {
		Matcher matcher = pattern.matcher(data);
		return matcher.find() ? matcher.group(1) : "";
	}

	private static Map<String, String> fields(String event) {
		Map<String, String> fields = new HashMap<>();
		for (String line : event.split("\n", -1)) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				String value = line.substring(colon + 1);
				fields.put(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
			}
		}
		return fields;
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

package studio.ainative.aikit.provider.wire;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The time that an error asks to wait before another call. Google tells it in the body
 * alone, in a <a href=
 * "https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto">{@code RetryInfo}</a>;
 * others in a field of their own, or in their sentence ("Please try again in 1m2.5s").
 */
final class BodyWait {

	private static final List<String> MILLISECONDS = List.of("retry_after_ms", "retryAfterMs", "retry-after-ms");

	private static final List<String> SECONDS = List.of("retryDelay", "retry_delay", "retry_after", "retryAfter",
			"retry-after", "Retry-After", "retry_after_seconds", "retryAfterSeconds");

	private static final List<String> INSIDE = List.of("details", "metadata", "headers", "parameters");

	private static final String NUMBER = "\\d{1,9}(?:\\.\\d{1,9})?";

	private static final Pattern PART = Pattern
		.compile("(" + NUMBER + ")\\s*(ms|milliseconds?|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)\\b");

	private static final Pattern SENTENCE = Pattern
		.compile("\\b(?:(?:re)?try(?: your request)?(?: again)?(?: in| after)" + "|wait(?: for)?)(?: about)? ((?:"
				+ NUMBER + "\\s*[a-z]{1,12}[ ,]*){1,4})");

	/** In a gateway's sentence that quotes Google's body. */
	private static final Pattern QUOTED = Pattern.compile("retrydelay\\W{1,20}(" + NUMBER + "s)\\b");

	private BodyWait() {
	}

	/**
	 * Find the time.
	 * @param error the error
	 * @param outer what it stands in, perhaps the same
	 * @param message its sentence
	 * @return the time, more than zero; {@code null} if none is told
	 */
	static @Nullable Duration of(JsonNode error, JsonNode outer, @Nullable String message) {
		Duration told = inFields(error);
		if (told == null) {
			told = inFields(outer);
		}
		if (told == null && message != null) {
			told = inWords(message.toLowerCase(Locale.ROOT));
		}
		return (told == null || told.isZero()) ? null : told;
	}

	private static @Nullable Duration inFields(JsonNode node) {
		Duration told = fields(node);
		for (String name : INSIDE) {
			JsonNode object = Json.object(node, name);
			if (told == null && object != null) {
				told = inFields(object);
			}
			for (JsonNode element : Json.elements(node, name)) {
				told = (told == null) ? fields(element) : told;
			}
		}
		return told;
	}

	private static @Nullable Duration fields(JsonNode node) {
		for (String name : MILLISECONDS) {
			JsonNode value = node.get(name);
			if (value != null && value.isNumber()) {
				return Duration.ofMillis(Json.count(node, name, 0));
			}
		}
		for (String name : SECONDS) {
			Duration seconds = seconds(node, name);
			if (seconds != null) {
				return seconds;
			}
		}
		return null;
	}

	private static @Nullable Duration seconds(JsonNode node, String name) {
		JsonNode value = node.get(name);
		if (value == null) {
			return null;
		}
		if (value.isObject()) { // A Duration of protobuf, written out
			return Duration.ofSeconds(Json.count(value, "seconds", 0),
					Math.min(999_999_999, Json.count(value, "nanos", 0)));
		}
		String text = value.isNumber() ? value.asString() : Json.text(node, name);
		if (text == null) {
			return null;
		}
		String lower = text.strip().toLowerCase(Locale.ROOT);
		return lower.matches(NUMBER) ? part(lower, "s") : sum(lower);
	}

	private static @Nullable Duration inWords(String message) {
		Matcher quoted = QUOTED.matcher(message);
		if (quoted.find()) {
			return sum(quoted.group(1));
		}
		Matcher sentence = SENTENCE.matcher(message);
		return sentence.find() ? sum(sentence.group(1)) : null;
	}

	/** The parts that follow each other from the beginning. */
	private static @Nullable Duration sum(String text) {
		Matcher parts = PART.matcher(text.replaceAll("([a-z])(?=\\d)", "$1 "));
		Duration sum = Duration.ZERO;
		while (parts.find()) {
			sum = sum.plus(part(parts.group(1), parts.group(2)));
		}
		return sum.isZero() ? null : sum;
	}

	private static Duration part(String number, String unit) {
		double seconds = Double.parseDouble(number) * secondsIn(unit);
		return Duration.ofSeconds((long) seconds).plusNanos(Math.round((seconds - Math.floor(seconds)) * 1e9));
	}

	private static double secondsIn(String unit) {
		if (unit.startsWith("ms") || unit.startsWith("mil")) {
			return 0.001;
		}
		return switch (unit.charAt(0)) {
			case 'm' -> 60;
			case 'h' -> 3_600;
			case 'd' -> 86_400;
			default -> 1;
		};
	}

}

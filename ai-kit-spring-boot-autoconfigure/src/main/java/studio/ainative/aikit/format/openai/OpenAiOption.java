package studio.ainative.aikit.format.openai;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What an option of a request may be. Those that are not here are not passed on: the
 * model, a tier or a store are for the application to choose, as it pays.
 *
 * @param words what its value has to be, in words
 * @param predicate tells whether a value is that
 */
record OpenAiOption(String words, Predicate<Object> predicate) {

	private static final Map<String, OpenAiOption> BY_NAME = new HashMap<>();

	static {
		add("a number", Number.class::isInstance, "temperature", "top_p", "presence_penalty", "frequency_penalty");
		add("a whole number above zero", OpenAiOption::isCount, "max_tokens", "max_completion_tokens");
		add("a whole number", OpenAiOption::isWhole, "seed");
		add("text", String.class::isInstance, "reasoning_effort", "verbosity", "user", "safety_identifier",
				"prompt_cache_key");
		add("true or false", Boolean.class::isInstance, "parallel_tool_calls");
		add("an object", Map.class::isInstance, "logit_bias");
		add("an object with a type", OpenAiOption::isTyped, "response_format");
		add("text or a list of texts", (value) -> value instanceof String || isListOf(String.class, value), "stop");
		add("a list of objects", (value) -> isListOf(Map.class, value), "tools");
		add("text or an object with a type", (value) -> value instanceof String || isTyped(value), "tool_choice");
	}

	private static void add(String words, Predicate<Object> predicate, String... names) {
		for (String name : names) {
			BY_NAME.put(name, new OpenAiOption(words, predicate));
		}
	}

	static @Nullable OpenAiOption of(String name) {
		return BY_NAME.get(name);
	}

	boolean isAllowed(Object value) {
		return this.predicate.test(value);
	}

	private static boolean isWhole(Object value) {
		return value instanceof Integer || value instanceof Long;
	}

	private static boolean isCount(Object value) {
		return isWhole(value) && ((Number) value).longValue() > 0;
	}

	private static boolean isTyped(Object value) {
		return value instanceof Map<?, ?> map && map.get("type") instanceof String;
	}

	private static boolean isListOf(Class<?> type, Object value) {
		return value instanceof List<?> list && list.stream().allMatch(type::isInstance);
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import studio.ainative.aikit.client.CallOptions;

/**
 * The options of an OpenAI request in the words of whoever answers it. Servers of
 * OpenAI's format get them as they are; Anthropic's get what its
 * <a href="https://platform.claude.com/docs/en/api/openai-sdk">own translation</a> knows,
 * and what it passes by is passed by here, as it is with OpenAI's Responses.
 */
final class OpenAiCallOptions {

	private static final String MAX_TOKENS = "max_tokens";

	private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

	private static final String TOOL_CHOICE = "tool_choice";

	private OpenAiCallOptions() {
	}

	static CallOptions of(String provider, Map<String, Object> options) {
		return new CallOptions(null, null, switch (provider) {
			case "anthropic" -> anthropic(options);
			case "openai-responses" -> responses(options);
			default -> openAi(options);
		});
	}

	/** The provider translates forms; a limit that is configured has the other name. */
	private static Map<String, Object> responses(Map<String, Object> options) {
		Map<String, Object> translated = new LinkedHashMap<>();
		options.forEach((name, value) -> {
			switch (name) {
				case "temperature", "top_p", "tools", TOOL_CHOICE, "parallel_tool_calls", "response_format",
						"reasoning_effort", "verbosity", "metadata", "user", "service_tier", "prompt_cache_key",
						"safety_identifier" ->
					translated.put(name, value);
				case MAX_TOKENS -> translated.putIfAbsent("max_output_tokens", value);
				case MAX_COMPLETION_TOKENS -> translated.put("max_output_tokens", value);
				default -> {
					// Not known there
				}
			}
		});
		return translated;
	}

	/** Servers refuse both limits at once, and one may be configured. */
	private static Map<String, Object> openAi(Map<String, Object> options) {
		Map<String, Object> translated = new LinkedHashMap<>(options);
		if (options.containsKey(MAX_COMPLETION_TOKENS)) {
			translated.put(MAX_TOKENS, "");
		}
		else if (options.containsKey(MAX_TOKENS)) {
			translated.put(MAX_COMPLETION_TOKENS, "");
		}
		return translated;
	}

	private static Map<String, Object> anthropic(Map<String, Object> options) {
		Map<String, Object> translated = new LinkedHashMap<>();
		options.forEach((name, value) -> {
			switch (name) {
				case "top_p" -> translated.put(name, value);
				// Its scale ends at 1, OpenAI's at 2
				case "temperature" -> translated.put(name, Math.min(((Number) value).doubleValue(), 1));
				case MAX_TOKENS -> translated.putIfAbsent(MAX_TOKENS, value);
				case MAX_COMPLETION_TOKENS -> translated.put(MAX_TOKENS, value);
				case "stop" -> translated.put("stop_sequences", (value instanceof String) ? List.of(value) : value);
				case "tools" -> translated.put(name, ((List<?>) value).stream().map(OpenAiCallOptions::tool).toList());
				case TOOL_CHOICE -> translated.put(name, toolChoice(value));
				default -> {
					// Not known there
				}
			}
		});
		return translated;
	}

	private static Map<String, Object> tool(Object tool) {
		Map<?, ?> function = (((Map<?, ?>) tool).get("function") instanceof Map<?, ?> map) ? map : Map.of();
		Map<String, Object> translated = new LinkedHashMap<>();
		translated.put("name", function.get("name"));
		if (function.get("description") != null) {
			translated.put("description", function.get("description"));
		}
		Object parameters = function.get("parameters");
		translated.put("input_schema", (parameters != null) ? parameters : Map.of("type", "object"));
		return translated;
	}

	private static Map<String, Object> toolChoice(Object choice) {
		if (choice instanceof Map<?, ?> map && map.get("function") instanceof Map<?, ?> function
				&& function.get("name") != null) {
			Map<String, Object> named = new LinkedHashMap<>();
			named.put("type", "tool");
			named.put("name", function.get("name"));
			return named;
		}
		return Map.of("type", choice.equals("required") ? "any" : choice.equals("none") ? "none" : "auto");
	}

}

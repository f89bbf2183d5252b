package studio.ainative.aikit.provider.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Options in the words of the Responses API. Those of chat completions that are called or
 * built otherwise there are
 * <a href="https://platform.openai.com/docs/guides/migrate-to-responses">translated</a>;
 * those that have no counterpart are refused, as they would be by the API.
 */
final class ResponsesOptions {

	private static final Set<String> WITHOUT_COUNTERPART = Set.of("stop", "seed", "frequency_penalty",
			"presence_penalty", "logit_bias", "logprobs", "prediction", "audio", "functions", "function_call",
			"web_search_options");

	private final Map<String, Object> written = new LinkedHashMap<>();

	private ResponsesOptions() {
	}

	/**
	 * Translate options.
	 * @param options the options; one that is {@code null} or empty has no value
	 * @return the options as they go into the body
	 * @throws IllegalArgumentException if one of them can't be expressed
	 */
	static Map<String, Object> of(Map<String, Object> options) {
		ResponsesOptions translated = new ResponsesOptions();
		options.forEach((name, value) -> translated.add(options, name, hasValue(value) ? value : null));
		return translated.written;
	}

	private static boolean hasValue(@Nullable Object value) {
		return value != null && !"".equals(value);
	}

	private void add(Map<String, Object> options, String name, @Nullable Object value) {
		switch (name) {
			case "max_completion_tokens" -> addUnless(options, List.of("max_output_tokens"), value);
			case "max_tokens" -> addUnless(options, List.of("max_output_tokens", "max_completion_tokens"), value);
			case "reasoning_effort" -> addInside("reasoning", "effort", value);
			case "verbosity" -> addInside("text", "verbosity", value);
			case "response_format" -> addInside("text", "format", flat(value));
			case "reasoning", "text" -> addAll(name, value);
			case "tools" -> this.written.put(name, flatAll(value));
			case "tool_choice" -> this.written.put(name, toolChoice(value));
			case "stream_options" -> this.written.put(name, streamOptions(value));
			case "n" -> refuseUnless(name, value, 1);
			case "modalities" -> refuseUnless(name, value, List.of("text"));
			default -> {
				if (WITHOUT_COUNTERPART.contains(name)) {
					refuseUnless(name, value, false);
				}
				else {
					this.written.put(name, value);
				}
			}
		}
	}

	private static void refuseUnless(String name, @Nullable Object value, Object harmless) {
		if (value != null && !value.equals(harmless)) {
			throw new IllegalArgumentException("Option '" + name + "' can't be set: the Responses API has none of"
					+ " its kind. Leave it out, or use the provider 'openai'");
		}
	}

	private void addUnless(Map<String, Object> options, List<String> better, @Nullable Object value) {
		if (value != null && better.stream().noneMatch((name) -> hasValue(options.get(name)))) {
			this.written.put("max_output_tokens", value);
		}
	}

	private void addInside(String name, String field, @Nullable Object value) {
		if (value != null) {
			Map<String, Object> object = copy(this.written.get(name));
			object.putIfAbsent(field, value);
			this.written.put(name, object);
		}
	}

	/** What stands there in the API's own words comes before what was translated. */
	private void addAll(String name, @Nullable Object value) {
		if (!(value instanceof Map<?, ?>)) {
			this.written.put(name, value);
			return;
		}
		Map<String, Object> object = copy(this.written.get(name));
		object.putAll(copy(value));
		this.written.put(name, object);
	}

	/** Chat completions nest what a thing is in a field named after its type. */
	private static @Nullable Object flat(@Nullable Object value) {
		if (!(value instanceof Map<?, ?> map) || !(map.get("type") instanceof String type)
				|| !(map.get(type) instanceof Map<?, ?> nested)) {
			return value;
		}
		Map<String, Object> flat = new LinkedHashMap<>();
		flat.put("type", type);
		flat.putAll(copy(nested));
		if (flat.containsKey("format")) {
			flat.put("format", flat(flat.get("format")));
		}
		return flat;
	}

	private static @Nullable Object flatAll(@Nullable Object tools) {
		return (tools instanceof List<?> list) ? list.stream().map(ResponsesOptions::tool).toList() : tools;
	}

	/** A function is strict here unless it says otherwise, there it is not. */
	private static @Nullable Object tool(@Nullable Object tool) {
		Object flat = flat(tool);
		if (flat != tool && flat instanceof Map<?, ?> map && "function".equals(map.get("type"))) {
			Map<String, Object> function = copy(map);
			function.putIfAbsent("strict", false);
			return function;
		}
		return flat;
	}

	private static @Nullable Object toolChoice(@Nullable Object choice) {
		Object flat = flat(choice);
		if (flat != choice && flat instanceof Map<?, ?> map && map.get("tools") instanceof List<?> tools) {
			Map<String, Object> allowed = copy(map);
			allowed.put("tools", tools.stream().map(ResponsesOptions::flat).toList());
			return allowed;
		}
		return flat;
	}

	/** Usage comes without being asked for. */
	private static @Nullable Object streamOptions(@Nullable Object value) {
		Map<String, Object> options = copy(value);
		boolean asked = options.remove("include_usage") != null;
		return asked ? (options.isEmpty() ? null : options) : value;
	}

	private static Map<String, Object> copy(@Nullable Object object) {
		Map<String, Object> copy = new LinkedHashMap<>();
		if (object instanceof Map<?, ?> map) {
			map.forEach((name, value) -> copy.put(String.valueOf(name), value));
		}
		return copy;
	}

}

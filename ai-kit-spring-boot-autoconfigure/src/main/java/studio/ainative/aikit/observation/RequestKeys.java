package studio.ainative.aikit.observation;

import java.util.List;
import java.util.Map;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;

/**
 * What the convention wants to know of a request, from its options. Of these only those
 * are told that it names, and only in the form that they have there: any other value may
 * be a text that nobody is to see.
 */
final class RequestKeys {

	private static final KeyValue STREAMED = KeyValue.of(HighCardinalityKeys.REQUEST_STREAM, "true");

	/** The only format that refers to answers and conversations by their ids. */
	private static final String RESPONSES = "openai-responses";

	/** What the convention calls the types of formats that OpenAI and Anthropic have. */
	private static final Map<String, String> OUTPUT_TYPES = Map.of("text", "text", "json_object", "json", "json_schema",
			"json");

	private final Map<String, Object> options;

	private KeyValues keys = KeyValues.of(STREAMED);

	private RequestKeys(Map<String, Object> options) {
		this.options = options;
	}

	static KeyValues of(ClientCallFacts facts, SemanticConvention names) {
		RequestKeys request = new RequestKeys(facts.options());
		request.addNumbers();
		request.addTexts(names);
		if (facts.provider().equals(RESPONSES)) {
			request.addIds(names);
		}
		return request.keys;
	}

	private void addNumbers() {
		addNumber(HighCardinalityKeys.REQUEST_TEMPERATURE, "temperature");
		addNumber(HighCardinalityKeys.REQUEST_TOP_P, "top_p");
		addNumber(HighCardinalityKeys.REQUEST_TOP_K, "top_k");
		addNumber(HighCardinalityKeys.REQUEST_MAX_TOKENS, "max_tokens");
		addNumber(HighCardinalityKeys.REQUEST_MAX_TOKENS, "max_completion_tokens");
		addNumber(HighCardinalityKeys.REQUEST_MAX_TOKENS, "max_output_tokens");
		addNumber(HighCardinalityKeys.REQUEST_FREQUENCY_PENALTY, "frequency_penalty");
		addNumber(HighCardinalityKeys.REQUEST_PRESENCE_PENALTY, "presence_penalty");
		addNumber(HighCardinalityKeys.REQUEST_SEED, "seed");
		if (this.options.get("n") instanceof Number choices && choices.longValue() != 1) {
			addNumber(HighCardinalityKeys.REQUEST_CHOICE_COUNT, "n");
		}
	}

	private void addTexts(SemanticConvention names) {
		addStopSequences("stop");
		addStopSequences("stop_sequences");
		String type = first(text("response_format", "type"), text("output_config", "format", "type"),
				text("text", "format", "type"));
		add(HighCardinalityKeys.OUTPUT_TYPE, (type != null) ? OUTPUT_TYPES.get(type) : null);
		if (names == SemanticConvention.OTEL_0_1) {
			add(HighCardinalityKeys.REQUEST_REASONING_LEVEL,
					first(text("reasoning", "effort"), text("output_config", "effort"), text("reasoning_effort")));
		}
	}

	private void addIds(SemanticConvention names) {
		add(HighCardinalityKeys.CONVERSATION_ID, first(text("conversation", "id"), text("conversation")));
		if (names == SemanticConvention.OTEL_0_1) {
			add(HighCardinalityKeys.PREVIOUS_RESPONSE_ID, text("previous_response_id"));
		}
	}

	private void addNumber(HighCardinalityKeys key, String option) {
		if (this.options.get(option) instanceof Number number) {
			add(key, number.toString());
		}
	}

	/** In JSON, for they may be of any characters. */
	private void addStopSequences(String option) {
		Object value = this.options.get(option);
		List<?> sequences = (value instanceof List<?> several) ? several
				: (value instanceof String one && !one.isEmpty()) ? List.of(one) : List.of();
		if (!sequences.isEmpty() && sequences.stream().allMatch(String.class::isInstance)) {
			add(HighCardinalityKeys.REQUEST_STOP_SEQUENCES, JsonMapper.shared().writeValueAsString(sequences));
		}
	}

	private void add(HighCardinalityKeys key, @Nullable String value) {
		if (value != null) {
			this.keys = this.keys.and(KeyValue.of(key, value));
		}
	}

	/** The text of an option, or inside of it; an empty one is none. */
	private @Nullable String text(String... path) {
		Object value = this.options;
		for (String name : path) {
			value = (value instanceof Map<?, ?> object) ? object.get(name) : null;
		}
		return (value instanceof String text && !text.isEmpty()) ? text : null;
	}

	private static @Nullable String first(@Nullable String... texts) {
		for (String text : texts) {
			if (text != null) {
				return text;
			}
		}
		return null;
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class OpenAiCallOptionsTests {

	@Test
	void passesOptionsOnToServersOfTheSameFormat() {
		Map<String, Object> options = Map.of("temperature", 1.5, "seed", 7);
		assertThat(OpenAiCallOptions.of("openai", options).options()).isEqualTo(options);
	}

	@ParameterizedTest
	@CsvSource({ "max_tokens, max_completion_tokens", "max_completion_tokens, max_tokens" })
	void letsOneLimitTakeTheConfiguredPlaceOfTheOther(String given, String other) {
		assertThat(OpenAiCallOptions.of("openai", Map.of(given, 100)).options()).containsOnly(Map.entry(given, 100),
				Map.entry(other, ""));
	}

	@Test
	void tellsAnthropicWhatItKnows() {
		Map<String, Object> options = new LinkedHashMap<>();
		options.put("top_p", 0.9);
		options.put("temperature", 1.5);
		options.put("max_tokens", 100);
		options.put("max_completion_tokens", 200);
		options.put("stop", "END");
		options.put("seed", 7);
		options.put("response_format", Map.of("type", "json_object"));
		assertThat(OpenAiCallOptions.of("anthropic", options).options()).containsOnly(Map.entry("top_p", 0.9),
				Map.entry("temperature", 1.0), Map.entry("max_tokens", 200),
				Map.entry("stop_sequences", List.of("END")));
	}

	@Test
	void prefersTheNewerLimitWhereverItStands() {
		Map<String, Object> options = new LinkedHashMap<>();
		options.put("max_completion_tokens", 200);
		options.put("max_tokens", 100);
		assertThat(OpenAiCallOptions.of("anthropic", options).options()).containsOnly(Map.entry("max_tokens", 200));
	}

	@Test
	void describesToolsInAnthropicsWords() {
		Map<String, Object> schema = Map.of("type", "object", "properties", Map.of());
		List<?> tools = List.of(
				Map.of("type", "function", "function",
						Map.of("name", "weather", "description", "Tells the weather", "parameters", schema)),
				Map.of("type", "function", "function", Map.of("name", "time")));
		assertThat(OpenAiCallOptions.of("anthropic", Map.of("tools", tools)).options()).containsOnly(Map.entry("tools",
				List.of(Map.of("name", "weather", "description", "Tells the weather", "input_schema", schema),
						Map.of("name", "time", "input_schema", Map.of("type", "object")))));
	}

	@ParameterizedTest
	@CsvSource({ "required, any", "none, none", "auto, auto" })
	void translatesTheChoiceOfTools(String choice, String translated) {
		assertThat(OpenAiCallOptions.of("anthropic", Map.of("tool_choice", choice)).options())
			.containsOnly(Map.entry("tool_choice", Map.of("type", translated)));
	}

	@Test
	void translatesTheChoiceOfOneTool() {
		Map<String, Object> choice = Map.of("type", "function", "function", Map.of("name", "weather"));
		assertThat(OpenAiCallOptions.of("anthropic", Map.of("tool_choice", choice)).options())
			.containsOnly(Map.entry("tool_choice", Map.of("type", "tool", "name", "weather")));
	}

}

package studio.ainative.aikit.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class WriteRequestTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Provider OPENAI = new OpenAIProvider();

	private static final Provider RESPONSES = new OpenAIResponsesProvider();

	private static final Provider ANTHROPIC = new AnthropicProvider();

	private static final Provider AI_KIT = new AiKitProvider();

	static final List<Provider> PROVIDERS = List.of(OPENAI, RESPONSES, ANTHROPIC, AI_KIT);

	private static final List<Message> CONVERSATION = List.of(
			new Message("m1", Message.Role.USER, "Hi", Instant.ofEpochMilli(1_700_000_000_123L),
					Message.Status.COMPLETE),
			new Message("m2", Message.Role.ASSISTANT, "Hel", null, Message.Status.STOPPED), Message.system("Be brief."),
			Message.user("Why?"));

	@Test
	void openAiGetsRoleAndContentOnly() {
		assertBody(OPENAI, new ProviderRequest(CONVERSATION, "gpt-4o", "Be kind.", Map.of("temperature", 0.2)), """
				{"model": "gpt-4o",
				 "messages": [
				   {"role": "system", "content": "Be kind."},
				   {"role": "user", "content": "Hi"},
				   {"role": "assistant", "content": "Hel"},
				   {"role": "system", "content": "Be brief."},
				   {"role": "user", "content": "Why?"}],
				 "stream": true,
				 "stream_options": {"include_usage": true},
				 "temperature": 0.2}
				""");
	}

	@Test
	void responsesGetInputAndInstructionsAndKeepNothing() {
		assertBody(RESPONSES, new ProviderRequest(CONVERSATION, "gpt-5", "Be kind.", Map.of("temperature", 0.2)), """
				{"model": "gpt-5",
				 "instructions": "Be kind.",
				 "input": [
				   {"role": "user", "content": "Hi"},
				   {"role": "assistant", "content": "Hel"},
				   {"role": "system", "content": "Be brief."},
				   {"role": "user", "content": "Why?"}],
				 "store": false,
				 "stream": true,
				 "temperature": 0.2}
				""");
	}

	@Test
	void responsesGetTheirOwnOptionsAsTheyAre() {
		Map<String, Object> options = new LinkedHashMap<>();
		options.put("store", true);
		options.put("previous_response_id", "resp_1");
		options.put("max_output_tokens", 9);
		options.put("max_tokens", 7);
		options.put("reasoning_effort", "high");
		options.put("reasoning", Map.of("effort", "low"));
		options.put("text", Map.of("verbosity", "low"));
		options.put("verbosity", "high");
		options.put("tools", List.of(Map.of("type", "web_search"), Map.of("type", "function", "name", "f")));
		options.put("tool_choice", "auto");
		options.put("stream_options", Map.of("include_obfuscation", false));
		options.put("stop", null);
		assertBody(RESPONSES, request(List.of(Message.user(" "), Message.user("Hi")), options), """
				{"input": [{"role": "user", "content": "Hi"}],
				 "stream": true,
				 "store": true,
				 "previous_response_id": "resp_1",
				 "max_output_tokens": 9,
				 "reasoning": {"effort": "low"},
				 "text": {"verbosity": "low"},
				 "tools": [{"type": "web_search"}, {"type": "function", "name": "f"}],
				 "tool_choice": "auto",
				 "stream_options": {"include_obfuscation": false}}
				""");
	}

	@Test
	void responsesGetTheOptionsOfChatCompletionsInTheirOwnForm() {
		Map<String, Object> schema = Map.of("type", "object", "object", Map.of("type", "string"));
		Map<String, Object> options = new LinkedHashMap<>();
		options.put("max_tokens", 7);
		options.put("max_completion_tokens", 8);
		options.put("reasoning_effort", "high");
		options.put("reasoning", Map.of("summary", "auto"));
		options.put("verbosity", "low");
		options.put("response_format",
				Map.of("type", "json_schema", "json_schema", Map.of("name", "s", "schema", schema)));
		options.put("tools", List
			.of(Map.of("type", "function", "function", Map.of("name", "f", "parameters", schema)), Map.of("type",
					"custom", "custom",
					Map.of("name", "c", "format", Map.of("type", "grammar", "grammar", Map.of("syntax", "lark"))))));
		options.put("tool_choice", Map.of("type", "allowed_tools", "allowed_tools",
				Map.of("mode", "auto", "tools", List.of(Map.of("type", "function", "function", Map.of("name", "f"))))));
		options.put("stream_options", Map.of("include_usage", true));
		options.put("n", 1);
		options.put("modalities", List.of("text"));
		options.put("logprobs", false);
		assertBody(RESPONSES, request(List.of(Message.user("Hi")), options), """
				{"input": [{"role": "user", "content": "Hi"}],
				 "store": false,
				 "stream": true,
				 "max_output_tokens": 8,
				 "reasoning": {"effort": "high", "summary": "auto"},
				 "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "s",
				   "schema": {"type": "object", "object": {"type": "string"}}}},
				 "tools": [{"type": "function", "name": "f", "strict": false,
				     "parameters": {"type": "object", "object": {"type": "string"}}},
				   {"type": "custom", "name": "c", "format": {"type": "grammar", "syntax": "lark"}}],
				 "tool_choice": {"type": "allowed_tools", "mode": "auto",
				   "tools": [{"type": "function", "name": "f"}]}}
				""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "stop", "seed", "n", "logit_bias", "frequency_penalty", "presence_penalty", "logprobs",
			"prediction", "audio", "modalities", "functions", "function_call", "web_search_options" })
	void responsesRefuseWhatTheyHaveNoWordFor(String option) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RESPONSES.writeRequest(request(CONVERSATION, Map.of(option, List.of("x")))))
			.withMessage("Option '" + option + "' can't be set: the Responses API has none of its kind."
					+ " Leave it out, or use the provider 'openai'");
	}

	@Test
	void responsesRefuseAConversationWithoutText() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RESPONSES.writeRequest(request(List.of(Message.assistant(" ")), Map.of())))
			.withMessage("'messages' must have a message with text");
	}

	@Test
	void responsesRefuseAnInputOfTheirOwn() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RESPONSES.writeRequest(request(CONVERSATION, Map.of("input", "x"))))
			.withMessageContaining("'input'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "audio", "modalities" })
	void openAiIsNotAskedForAudio(String option) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> OPENAI.writeRequest(request(CONVERSATION, Map.of(option, List.of("text", "audio")))))
			.withMessage("Option '" + option + "' can't ask for audio: AI Kit reads answers in text");
		assertThat(OPENAI.writeRequest(request(CONVERSATION, Map.of("modalities", List.of("text"))))).isNotEmpty();
	}

	@Test
	void anthropicGetsSystemMessagesApart() {
		assertBody(ANTHROPIC, new ProviderRequest(CONVERSATION, "claude", "Be kind.", Map.of("top_k", 5)), """
				{"model": "claude",
				 "system": "Be kind.\\n\\nBe brief.",
				 "messages": [
				   {"role": "user", "content": "Hi"},
				   {"role": "assistant", "content": "Hel"},
				   {"role": "user", "content": "Why?"}],
				 "max_tokens": 4096,
				 "stream": true,
				 "top_k": 5}
				""");
	}

	@Test
	void anthropicGetsRolesThatAlternateAndNoMessageWithoutText() {
		List<Message> messages = List.of(Message.user("One"), Message.assistant(""), Message.user("two"),
				Message.assistant("Three"), Message.assistant(" \n"));
		assertBody(ANTHROPIC, request(messages, Map.of("max_tokens", 10)), """
				{"messages": [
				   {"role": "user", "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "two"}]},
				   {"role": "assistant", "content": "Three"}],
				 "max_tokens": 10,
				 "stream": true}
				""");
	}

	@Test
	void anthropicCanHaveItsSystemPromptAsAnOption() {
		Map<String, Object> system = Map.of("system", List.of(Map.of("type", "text", "text", "Cached.")));
		assertBody(ANTHROPIC, new ProviderRequest(List.of(Message.user("Hi")), "claude", "Plain.", system), """
				{"model": "claude",
				 "messages": [{"role": "user", "content": "Hi"}],
				 "max_tokens": 4096,
				 "stream": true,
				 "system": [{"type": "text", "text": "Cached."}]}
				""");
	}

	@Test
	void anthropicRefusesAConversationWithoutText() {
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> ANTHROPIC.writeRequest(request(List.of(Message.system("x"), Message.user(" ")), Map.of())))
			.withMessage("'messages' must have text of a user or an assistant");
	}

	@Test
	void aiKitGetsMessagesAsTheNpmClientSendsThem() {
		assertBody(AI_KIT, new ProviderRequest(CONVERSATION, "gpt-4o", "Be kind.", Map.of("temperature", 0.2)), """
				{"messages": [
				   {"id": "m1", "role": "user", "content": "Hi", "timestamp": 1700000000123},
				   {"id": "m2", "role": "assistant", "content": "Hel"},
				   {"role": "system", "content": "Be brief."},
				   {"role": "user", "content": "Why?"}],
				 "model": "gpt-4o",
				 "systemPrompt": "Be kind.",
				 "stream": true,
				 "temperature": 0.2}
				""");
	}

	@Test
	void aiKitChoosesWhatIsNotGiven() {
		assertBody(AI_KIT, request(List.of(Message.user("Hi")), Map.of()), """
				{"messages": [{"role": "user", "content": "Hi"}], "stream": true}
				""");
	}

	@Test
	void optionsTakeThePlaceOfWhatAiKitWouldWrite() {
		Map<String, Object> options = new LinkedHashMap<>();
		options.put("model", "other");
		options.put("stream_options", null);
		options.put("stop", List.of("\n"));
		options.put("user", "");
		options.put("metadata", Map.of("team", "a"));
		assertBody(OPENAI, new ProviderRequest(List.of(Message.user("Hi")), "gpt-4o", null, options), """
				{"model": "other",
				 "messages": [{"role": "user", "content": "Hi"}],
				 "stream": true,
				 "stop": ["\\n"],
				 "metadata": {"team": "a"}}
				""");
	}

	@Test
	void anOptionOfAnEmptyStringKeepsTheFieldOutAsYamlsNullIsOneInSpring() {
		assertBody(OPENAI, request(List.of(Message.user("Hi")), Map.of("stream_options", "")), """
				{"messages": [{"role": "user", "content": "Hi"}], "stream": true}
				""");
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void refusesOptionsThatWouldBreakTheStream(Provider provider) {
		for (String name : List.of("messages", "stream")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> provider.writeRequest(request(CONVERSATION, Map.of(name, false))))
				.withMessageContaining("'" + name + "'");
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void refusesAnOptionThatIsNoJsonWithoutQuotingIt(Provider provider) {
		Iterable<String> broken = () -> {
			throw new IllegalStateException("secret");
		};
		assertThatIllegalArgumentException()
			.isThrownBy(() -> provider.writeRequest(request(CONVERSATION, Map.of("user", broken))))
			.withMessageContaining("'user'")
			.withMessageNotContaining("secret")
			.withNoCause();
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void refusesAnEmptyConversation(Provider provider) {
		assertThatIllegalArgumentException().isThrownBy(() -> provider.writeRequest(request(List.of(), Map.of())))
			.withMessage("'messages' must not be empty");
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void replacesHalfOfASurrogatePairAndKeepsTheWholeOnes(Provider provider) {
		// Long enough to cross the boundaries of every buffer on the way at odd places.
		String text = "a\uD83D" + "x👋é\u2028".repeat(5_000) + "\uDC4B";
		byte[] body = provider.writeRequest(
				request(List.of(Message.user(text)), Map.of("user\uD83D", "b\uD83D", "list", List.of("c\uDC4B"))));
		String messages = (provider == RESPONSES) ? "/input" : "/messages";
		assertThat(MAPPER.readTree(body).at(messages + "/0/content").asString())
			.isEqualTo("a\uFFFD" + "x👋é\u2028".repeat(5_000) + "\uFFFD");
		assertThat(MAPPER.readTree(body).at("/user\uFFFD").asString()).isEqualTo("b\uFFFD");
		assertThat(MAPPER.readTree(body).at("/list/0").asString()).isEqualTo("c\uFFFD");
	}

	@Test
	void namesTheProviders() {
		assertThat(PROVIDERS).extracting(Provider::name)
			.containsExactly("openai", "openai-responses", "anthropic", "ai-kit");
		assertThat(PROVIDERS).extracting(Provider::defaultEndpoint)
			.extracting((endpoint) -> (endpoint != null) ? endpoint.toString() : null)
			.isEqualTo(Arrays.asList("https://api.openai.com/v1/chat/completions",
					"https://api.openai.com/v1/responses", "https://api.anthropic.com/v1/messages", null));
	}

	@Test
	void putsTheKeyIntoTheHeaders() {
		assertThat(OPENAI.headers("key")).isEqualTo(Map.of("Authorization", "Bearer key"));
		assertThat(RESPONSES.headers("key")).isEqualTo(Map.of("Authorization", "Bearer key"));
		assertThat(ANTHROPIC.headers("key")).isEqualTo(Map.of("x-api-key", "key", "anthropic-version", "2023-06-01"));
		assertThat(AI_KIT.headers("key")).isEqualTo(Map.of("Authorization", "Bearer key"));
	}

	@Test
	void needsNoKey() {
		assertThat(OPENAI.headers(null)).isEmpty();
		assertThat(RESPONSES.headers(null)).isEmpty();
		assertThat(ANTHROPIC.headers(null)).isEqualTo(Map.of("anthropic-version", "2023-06-01"));
		assertThat(AI_KIT.headers(null)).isEmpty();
	}

	private static ProviderRequest request(List<Message> messages, Map<String, Object> options) {
		return new ProviderRequest(messages, null, null, options);
	}

	private static void assertBody(Provider provider, ProviderRequest request, String expected) {
		byte[] body = provider.writeRequest(request);
		assertThat(MAPPER.readTree(body)).as(new String(body, StandardCharsets.UTF_8))
			.isEqualTo(MAPPER.readTree(expected));
	}

}

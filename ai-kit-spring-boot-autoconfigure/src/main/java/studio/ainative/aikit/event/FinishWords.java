package studio.ainative.aikit.event;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The words in which providers, compatible servers and gateways say why a model stopped,
 * each with where it is documented or was seen. Capitals and hyphens make no difference,
 * and neither does the name of an enum before the word.
 */
final class FinishWords {

	private static final Map<String, FinishReason> REASONS = new HashMap<>();

	/** Words that say that the model has not stopped, or say nothing. */
	private static final Map<String, String> NO_REASONS = Map.of(
			// https://help.aliyun.com/zh/model-studio/use-qwen-by-calling-api
			"null", "DashScope", "none", "null in Python", "nil", "null in Go", "undefined", "null in JavaScript",
			// https://googleapis.github.io/js-genai/release_docs/enums/types.FinishReason.html
			"unspecified", "Gemini", "continuation", "Gemini",
			// https://github.com/IBM/text-generation-inference/blob/main/proto/generation.proto
			"not_finished", "TGIS, TensorRT-LLM");

	private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

	private static final Pattern ENUM_NAME = Pattern.compile("^(finish|stop)_?reason[_.:]+");

	private static final Pattern FAILURE = Pattern.compile("error_.*|.*(_error|_exception|_failure|_failed)");

	private static final int MAX_LENGTH = 64;

	static {
		// https://platform.openai.com/docs/api-reference/chat-streaming
		add(FinishReason.STOP, "stop");
		add(FinishReason.LENGTH, "length");
		add(FinishReason.TOOL_CALLS, "tool_calls", "function_call");
		add(FinishReason.CONTENT_FILTER, "content_filter");
		// https://platform.openai.com/docs/api-reference/responses/object
		add(FinishReason.LENGTH, "max_output_tokens", "max_messages");
		add(FinishReason.PAUSE, "steered"); // Another input took the turn over

		// https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
		add(FinishReason.STOP, "end_turn", "stop_sequence");
		add(FinishReason.LENGTH, "max_tokens", "model_context_window_exceeded");
		add(FinishReason.TOOL_CALLS, "tool_use");
		add(FinishReason.REFUSAL, "refusal");
		// The latter two where a long turn is to be continued by another call
		add(FinishReason.PAUSE, "pause", "pause_turn", "compaction");

		// https://api-docs.deepseek.com/api/create-chat-completion
		add(FinishReason.ERROR, "insufficient_system_resource");

		// https://docs.z.ai/api-reference/llm/chat-completion
		add(FinishReason.CONTENT_FILTER, "sensitive");
		add(FinishReason.ERROR, "network_error");

		// https://docs.mistral.ai/api/endpoint/chat
		add(FinishReason.LENGTH, "model_length");
		// Also https://openrouter.ai/docs/api/reference/overview
		add(FinishReason.ERROR, "error");

		// https://googleapis.github.io/js-genai/release_docs/enums/types.FinishReason.html
		add(FinishReason.CONTENT_FILTER, "safety", "recitation", "language", "blocklist", "prohibited_content", "spii",
				"image_safety", "image_prohibited_content", "image_recitation", "model_armor");
		add(FinishReason.ERROR, "malformed_function_call", "malformed_response", "unexpected_tool_call",
				"too_many_tool_calls", "missing_thought_signature");

		// https://docs.cohere.com/reference/chat-stream, and its first version
		add(FinishReason.STOP, "complete");
		add(FinishReason.LENGTH, "error_limit");
		add(FinishReason.TOOL_CALLS, "tool_call");
		add(FinishReason.CONTENT_FILTER, "error_toxic");
		add(FinishReason.ERROR, "timeout", "user_cancel");

		// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
		add(FinishReason.CONTENT_FILTER, "guardrail_intervened", "content_filtered");
		add(FinishReason.ERROR, "malformed_model_output", "malformed_tool_use");

		// https://github.com/vllm-project/vllm/issues/57082, also SGLang:
		// https://github.com/sgl-project/sglang/pull/6693
		add(FinishReason.ERROR, "abort", "aborted");

		// https://huggingface.github.io/text-generation-inference/
		add(FinishReason.STOP, "eos_token");
		// https://docs.together.ai/reference/chat-completions-1
		add(FinishReason.STOP, "eos");
		// https://github.com/IBM/text-generation-inference/blob/main/proto/generation.proto
		add(FinishReason.LENGTH, "token_limit");
		add(FinishReason.ERROR, "cancelled", "time_limit");
		// https://nvidia.github.io/TensorRT-LLM/_cpp_gen/executor.html
		add(FinishReason.STOP, "end_id", "stop_words");
		add(FinishReason.ERROR, "timed_out");

		// https://cloud.baidu.com/doc/WENXINWORKSHOP/s/clntwmv7t
		add(FinishReason.STOP, "normal");
		// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
		add(FinishReason.CONTENT_FILTER, "blacklist");
		// https://docs.reka.ai/api-reference/chat/create
		add(FinishReason.LENGTH, "context");
	}

	private FinishWords() {
	}

	private static void add(FinishReason reason, String... words) {
		for (String word : words) {
			REASONS.put(word, reason);
		}
	}

	static @Nullable FinishReason meaning(String word) {
		FinishReason known = REASONS.get(word);
		if (known != null) {
			return known;
		}
		if (word.length() > MAX_LENGTH) {
			return FinishReason.OTHER;
		}
		String plain = plain(word);
		if (plain.isEmpty() || NO_REASONS.containsKey(plain)) {
			return null;
		}
		FinishReason reason = REASONS.get(plain);
		if (reason != null) {
			return reason;
		}
		// A gateway's way to tell of an error: overloaded_error
		return FAILURE.matcher(plain).matches() ? FinishReason.ERROR : FinishReason.OTHER;
	}

	private static String plain(String word) {
		String snake = HUMP.matcher(word.strip()).replaceAll("$1_$2").replace('-', '_').replace(' ', '_');
		return ENUM_NAME.matcher(snake.toLowerCase(Locale.ROOT)).replaceFirst("");
	}

}

package studio.ainative.aikit.format.openai;

import studio.ainative.aikit.event.Usage;

/**
 * Usage in OpenAI's words. Readers want all three counts.
 */
final class OpenAiUsage {

	private OpenAiUsage() {
	}

	/**
	 * Append the object.
	 * @param json where to
	 * @param usage the counts; what is AI Kit's own estimate says so in a field that
	 * OpenAI does not have
	 */
	static void append(StringBuilder json, Usage usage) {
		json.append("{\"prompt_tokens\":")
			.append(usage.promptTokens())
			.append(",\"completion_tokens\":")
			.append(usage.completionTokens())
			.append(",\"total_tokens\":")
			.append(usage.totalTokens());
		if (usage.cachedTokens() > 0) {
			json.append(",\"prompt_tokens_details\":{\"cached_tokens\":").append(usage.cachedTokens()).append('}');
		}
		if (usage.reasoningTokens() > 0) {
			json.append(",\"completion_tokens_details\":{\"reasoning_tokens\":")
				.append(usage.reasoningTokens())
				.append('}');
		}
		if (usage.estimated()) {
			json.append(",\"estimated\":true");
		}
		json.append('}');
	}

}

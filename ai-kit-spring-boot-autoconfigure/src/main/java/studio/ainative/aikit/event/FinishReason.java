package studio.ainative.aikit.event;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Why a model stopped, over all providers.
 *
 * @since 0.1.0
 */
public enum FinishReason {

	/** The answer is whole. */
	STOP,

	/** The limit of tokens was reached: the answer is cut. */
	LENGTH,

	/** The model wants tools called. */
	TOOL_CALLS,

	/** The provider's filter took the rest away. */
	CONTENT_FILTER,

	/** The model declined to answer. */
	REFUSAL,

	/** The provider paused a long turn, to be continued by another call. */
	PAUSE,

	/** The provider or its model failed; told as an error, not as the end. */
	ERROR,

	/** A reason that AI Kit does not know. */
	OTHER;

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * Translate a provider's word, such as {@code finish_reason} of
	 * <a href="https://platform.openai.com/docs/api-reference/chat-streaming">OpenAI chat
	 * completions</a>, {@code stop_reason} of
	 * <a href="https://platform.claude.com/docs/en/api/messages">Anthropic messages</a>,
	 * or what other servers write in their place.
	 * @param providerReason the word as the provider wrote it; capitals and hyphens make
	 * no difference
	 * @return the reason, {@link #OTHER} for an unknown word, {@code null} for one that
	 * is none, such as the text {@code null}: the model has not stopped
	 */
	public static @Nullable FinishReason of(String providerReason) {
		return FinishWords.meaning(providerReason);
	}

	/**
	 * The reason in lower case, as in {@link StreamEvent.Metadata#FINISH_REASON}.
	 * @return for example {@code tool_calls}
	 */
	@Override
	public String toString() {
		return this.text;
	}

}

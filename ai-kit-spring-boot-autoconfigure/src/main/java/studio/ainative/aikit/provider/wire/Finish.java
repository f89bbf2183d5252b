package studio.ainative.aikit.provider.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderError;

/**
 * What is told about the end of an answer.
 *
 * @since 0.1.0
 */
public final class Finish {

	private static final Map<FinishReason, String> WARNINGS = Map.of(FinishReason.LENGTH,
			"The answer was cut because it reached the limit of tokens.", FinishReason.CONTENT_FILTER,
			"Part of the answer was withheld by the provider's content filter.");

	/** Where the reason alone would say less than is known, or something wrong. */
	private static final Map<String, String> WARNINGS_BY_WORD = Map.of("max_messages",
			"The answer was cut because it reached the limit of messages.", "model_context_window_exceeded",
			"The answer was cut because the model's context window is full.", "steered",
			"The answer was ended early because other input took its place.");

	private Finish() {
	}

	/**
	 * The word that says why the model stopped.
	 * @param node where to look
	 * @param field the field's name
	 * @return the provider's word, {@code null} if there is none or it says, like the
	 * text {@code null}, that the model has not stopped
	 */
	public static @Nullable String word(JsonNode node, String field) {
		String word = Json.text(node, field);
		return (word != null && FinishReason.of(word) != null) ? word : null;
	}

	/**
	 * The error that a provider tells of by such a word.
	 * @param providerReason why the model stopped, in the provider's word
	 * @return the error with that word as its code, {@code null} if the word tells of
	 * none
	 */
	public static @Nullable ProviderError failure(String providerReason) {
		FinishReason reason = FinishReason.of(providerReason);
		ProviderError error = new ProviderError(null, providerReason, null);
		boolean known = reason == FinishReason.OTHER && error.kind() != ProviderError.Kind.OTHER;
		return (known || reason == FinishReason.ERROR) ? error : null;
	}

	/**
	 * The facts for a {@code Metadata} event.
	 * @param providerReason why the model stopped, in the provider's word
	 * @return the reason, and a warning if the answer is not what the model would have
	 * said or the word is unknown
	 */
	public static Map<String, Object> facts(String providerReason) {
		FinishReason reason = Objects.requireNonNullElse(FinishReason.of(providerReason), FinishReason.OTHER);
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put(StreamEvent.Metadata.FINISH_REASON, reason.toString());
		String warning = (reason == FinishReason.OTHER) ? unknown(providerReason)
				: WARNINGS_BY_WORD.getOrDefault(providerReason, WARNINGS.get(reason));
		if (warning != null) {
			facts.put(StreamEvent.Metadata.WARNING, warning);
		}
		return facts;
	}

	private static String unknown(String providerReason) {
		String word = new ProviderError(null, providerReason, null).word();
		return "The answer ended for a reason that is not known: " + ((word != null) ? word : "no readable word") + ".";
	}

}

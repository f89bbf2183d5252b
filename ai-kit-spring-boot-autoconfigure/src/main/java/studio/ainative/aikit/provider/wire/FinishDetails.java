package studio.ainative.aikit.provider.wire;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;

/**
 * What servers tell of an answer's end beside the reason: the model's own word for it
 * where a gateway translates ({@code native_finish_reason}, OpenRouter), and the stop
 * sequence that was found ({@code stop_sequence}, Anthropic; {@code stop_reason}, vLLM;
 * {@code matched_stop}, SGLang; the latter two are numbers where it was a token).
 *
 * @since 0.1.0
 */
public final class FinishDetails {

	private FinishDetails() {
	}

	/**
	 * Add them to the facts of the end.
	 * @param facts the facts with the mapped reason
	 * @param word the reason as the server wrote it
	 * @param node what the reason stood in
	 * @return the same facts, with the raw word unless it is the mapped one, and with the
	 * stop sequence if there is one
	 */
	public static Map<String, Object> add(Map<String, Object> facts, String word, JsonNode node) {
		String stop = Json.text(node, "stop_reason");
		FinishReason meaning = (stop != null) ? FinishReason.of(stop) : null;
		boolean isReason = stop != null && (stop.equals(word) || (meaning != null && meaning != FinishReason.OTHER));
		String own = firstOf(Json.text(node, "native_finish_reason"), isReason ? stop : null);
		String raw = (own != null) ? own : word;
		if (!raw.equals(facts.get(StreamEvent.Metadata.FINISH_REASON))) {
			facts.put(StreamEvent.Metadata.PROVIDER_FINISH_REASON, raw);
		}
		String sequence = firstOf(firstOf(Json.text(node, "stop_sequence"), isReason ? null : stop),
				Json.text(node, "matched_stop"));
		if (sequence != null) {
			facts.put(StreamEvent.Metadata.STOP_SEQUENCE, sequence);
		}
		return facts;
	}

	private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
		return (first != null) ? first : second;
	}

}

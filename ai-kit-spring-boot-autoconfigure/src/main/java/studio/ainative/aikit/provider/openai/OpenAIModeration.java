package studio.ainative.aikit.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.wire.Json;

/**
 * What OpenAI's moderation found, where a request asks for it. Only what is flagged is
 * told, once, with a warning; a moderation that failed is no failure of the answer.
 */
final class OpenAIModeration {

	private Map<String, Object> told = Map.of();

	/**
	 * Read what a chunk or a response says.
	 * @param node has the field, perhaps
	 * @param sink is told what is new
	 */
	void read(JsonNode node, StreamEventSink sink) {
		JsonNode moderation = Json.object(node, "moderation");
		Map<String, Object> flagged = (moderation != null) ? flagged(moderation) : Map.of();
		if (flagged.isEmpty() || flagged.equals(this.told)) {
			return;
		}
		this.told = flagged;
		String part = flagged.containsKey("output") ? "answer" : "prompt";
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put(StreamEvent.Metadata.MODERATION, flagged);
		facts.put(StreamEvent.Metadata.WARNING, "The provider's moderation flagged the " + part + ".");
		sink.send(new StreamEvent.Metadata(facts));
	}

	private static Map<String, Object> flagged(JsonNode moderation) {
		Map<String, Object> flagged = new LinkedHashMap<>();
		for (String part : List.of("input", "output")) {
			List<String> categories = categories(Json.object(moderation, part));
			if (categories != null) {
				flagged.put(part, categories);
			}
		}
		return flagged;
	}

	/** The categories of the results that are flagged, {@code null} if none is. */
	private static @Nullable List<String> categories(@Nullable JsonNode part) {
		if (part == null) {
			return null;
		}
		List<String> categories = new ArrayList<>();
		boolean flagged = false;
		for (JsonNode result : Json.elements(part, "results")) {
			if (isTrue(result.get("flagged"))) {
				flagged = true;
				JsonNode named = Json.object(result, "categories");
				if (named != null) {
					named.forEachEntry((name, value) -> {
						if (isTrue(value) && !categories.contains(name)) {
							categories.add(name);
						}
					});
				}
			}
		}
		return flagged ? categories : null;
	}

	private static boolean isTrue(@Nullable JsonNode value) {
		return value != null && value.isBoolean() && value.booleanValue();
	}

}

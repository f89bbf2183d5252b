package studio.ainative.aikit.provider.openai;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.wire.Json;

/**
 * What an item of a Responses answer consists of.
 */
enum ResponsesPart {

	/** What a message says. */
	TEXT("content_index", "text"),

	/** That a message declines to answer, and why. */
	REFUSAL("content_index", "refusal"),

	/** The model's own reasoning, which open models show. */
	REASONING("content_index", "text"),

	/** A summary of reasoning that is not shown. */
	SUMMARY("summary_index", "text"),

	/** The JSON arguments of a function. */
	ARGUMENTS("", "arguments"),

	/** The input of a custom tool, which is plain text. */
	INPUT("", "input");

	private final String indexField;

	private final String wholeField;

	ResponsesPart(String indexField, String wholeField) {
		this.indexField = indexField;
		this.wholeField = wholeField;
	}

	/** Which of the item's parts of this kind an event is about. */
	int index(JsonNode event) {
		return this.indexField.isEmpty() ? 0 : Math.max(0, Json.index(event, this.indexField));
	}

	/** The part as it stands, whole, in the event of its end and in its item. */
	@Nullable String whole(JsonNode node) {
		return Json.text(node, this.wholeField);
	}

	/** The kind of a part that stands in an item. */
	static @Nullable ResponsesPart of(@Nullable String type) {
		if (type == null) {
			return null;
		}
		return switch (type) {
			case "output_text", "text" -> TEXT;
			case "refusal" -> REFUSAL;
			case "reasoning_text" -> REASONING;
			case "summary_text" -> SUMMARY;
			default -> null;
		};
	}

}

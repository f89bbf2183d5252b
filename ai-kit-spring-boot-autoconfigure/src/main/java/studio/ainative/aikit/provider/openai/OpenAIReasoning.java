package studio.ainative.aikit.provider.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.TextTarget;

/**
 * Reads a choice's reasoning, for which servers have several fields. Where they send the
 * same text in more than one, as OpenRouter does in {@code reasoning} and
 * {@code reasoning_details}, it is told once.
 */
final class OpenAIReasoning {

	private static final List<String> FIELDS = List.of("reasoning_content", "reasoning", "reasoning_text", "thinking");

	private final Consumer<String> sink;

	private final BiConsumer<String, TextTarget> texts;

	private final TextTarget plainText = (text, number) -> sendPlain(text);

	private final TextTarget detailText = (text, number) -> sendDetail(text);

	private boolean isPlain;

	private boolean isDetailed;

	/** All that was told, of a stream with details. */
	private final StringBuilder told = new StringBuilder();

	private int pieces;

	/**
	 * Know of no reasoning.
	 * @param sink takes the reasoning
	 * @param texts takes its texts, each with what makes an event of it
	 */
	OpenAIReasoning(Consumer<String> sink, BiConsumer<String, TextTarget> texts) {
		this.sink = sink;
		this.texts = texts;
	}

	void read(JsonNode delta) {
		String text = plainText(delta);
		List<String> details = details(delta);
		if (text != null) {
			this.isPlain |= details.isEmpty() && !this.isDetailed;
			this.isDetailed |= !details.isEmpty();
			read(text);
		}
		else if (!this.isPlain) {
			for (String detail : details) {
				this.isDetailed = true;
				if (!repeatsAll(detail)) {
					this.texts.accept(detail, this.detailText);
				}
			}
		}
	}

	/**
	 * Read a piece that stands in no field of its own.
	 */
	void read(String text) {
		this.texts.accept(text, this.plainText);
	}

	private static @Nullable String plainText(JsonNode delta) {
		for (String field : FIELDS) {
			String text = Json.text(delta, field);
			if (text != null) {
				return text;
			}
		}
		return null;
	}

	/**
	 * The texts of {@code reasoning.text} and {@code reasoning.summary}; nobody can read
	 * {@code reasoning.encrypted}.
	 */
	private static List<String> details(JsonNode delta) {
		List<String> texts = new ArrayList<>();
		for (JsonNode detail : Json.elements(delta, "reasoning_details")) {
			String text = Json.text(detail, "text");
			String readable = (text != null) ? text : Json.text(detail, "summary");
			if (readable != null) {
				texts.add(readable);
			}
		}
		return texts;
	}

	private void sendPlain(String text) {
		if (this.isDetailed) {
			note(text);
		}
		this.sink.accept(text);
	}

	private void sendDetail(String text) {
		if (!repeatsAll(text)) {
			note(text);
			this.sink.accept(text);
		}
	}

	private void note(String text) {
		this.told.append(text);
		this.pieces++;
	}

	/** Some servers send the whole once more when the reasoning ends. */
	private boolean repeatsAll(String text) {
		return this.pieces > 1 && text.contentEquals(this.told);
	}

}

package studio.ainative.aikit.provider.openai;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.TextTarget;

/**
 * One of the answers in a stream: counts its tokens and puts its pieces apart.
 */
final class OpenAIChoice {

	private final int index;

	private final StreamEventSink sink;

	private final BiConsumer<String, TextTarget> texts;

	private final TextTarget tokens = this::sendToken;

	private final OpenAIReasoning reasoning;

	private final OpenAIToolCalls toolCalls;

	private int tokenCount;

	private boolean hasDeltas;

	@Nullable String finishReason;

	/** Whether the chunk that was parsed last had text or a tool call of this choice. */
	boolean hasAnswered;

	/** Whether it had reasoning. */
	boolean hasReasoned;

	/**
	 * Make a choice that nothing is known of.
	 * @param index its index
	 * @param sink takes its events
	 * @param texts takes its texts, each with what makes an event of it
	 */
	OpenAIChoice(int index, StreamEventSink sink, BiConsumer<String, TextTarget> texts) {
		this.index = index;
		this.sink = sink;
		this.texts = texts;
		this.reasoning = new OpenAIReasoning(this::sendReasoning, texts);
		this.toolCalls = new OpenAIToolCalls(index, sink);
	}

	/**
	 * Facts of this choice, marked as such unless it is the first.
	 */
	Map<String, Object> tagged(Map<String, Object> facts) {
		if (this.index == 0) {
			return facts;
		}
		Map<String, Object> tagged = new LinkedHashMap<>(facts);
		tagged.put("choice", this.index);
		return tagged;
	}

	void readDelta(JsonNode choice) {
		this.hasAnswered = false;
		this.hasReasoned = false;
		JsonNode delta = Json.object(choice, "delta");
		if (delta != null) {
			this.hasDeltas = true;
		}
		else if (!this.hasDeltas) {
			// A server that doesn't stream sends everything at once. Where there were
			// deltas,
			// this repeats them (Perplexity).
			delta = Json.object(choice, "message");
		}
		if (delta != null) {
			read(delta);
		}
	}

	private void read(JsonNode delta) {
		JsonNode audio = Json.object(delta, "audio");
		if (audio != null && !audio.isEmpty()) {
			throw new MalformedChunkException("Expected an answer in text, not in audio", null);
		}
		this.reasoning.read(delta);
		readText(Json.text(delta, "content"));
		for (JsonNode part : Json.elements(delta, "content")) {
			readPart(part);
		}
		String refusal = Json.text(delta, "refusal");
		if (refusal != null) {
			this.sink.send(new StreamEvent.Metadata(tagged(Map.of(StreamEvent.Metadata.REFUSAL, refusal))));
		}
		Iterable<JsonNode> calls = Json.elements(delta, "tool_calls");
		this.toolCalls.read(calls);
		this.hasAnswered |= calls.iterator().hasNext();
		JsonNode function = Json.object(delta, "function_call");
		if (function != null) {
			this.hasAnswered = true;
			this.toolCalls.readFunction(function);
		}
	}

	/**
	 * Mistral's models that reason send their content in parts.
	 */
	private void readPart(JsonNode part) {
		if ("thinking".equals(Json.text(part, "type"))) {
			readThought(Json.text(part, "thinking"));
			for (JsonNode thought : Json.elements(part, "thinking")) {
				readThought(Json.text(thought, "text"));
			}
		}
		else {
			readText(Json.text(part, "text"));
		}
	}

	private void readText(@Nullable String text) {
		if (text != null) {
			this.hasAnswered = true;
			this.texts.accept(text, this.tokens);
		}
	}

	private void readThought(@Nullable String text) {
		if (text != null) {
			this.reasoning.read(text);
		}
	}

	private void sendToken(String text, int number) {
		this.sink.send(new StreamEvent.Token(text, this.tokenCount++, this.index));
	}

	private void sendReasoning(String text) {
		this.hasReasoned = true;
		this.sink.send(new StreamEvent.Reasoning(text, this.index));
	}

}

package studio.ainative.aikit.bridge.springai;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.Generation;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.wire.Finish;

/**
 * One of the answers in a stream: tells only what is new of it.
 */
final class SpringAiChoice {

	/** What openai-java calls a word that it does not know, and one that is absent. */
	private static final String UNKNOWN_WORD = "_UNKNOWN";

	private final int index;

	private final StreamEventSink sink;

	private final Map<String, ToldCall> calls = new HashMap<>();

	private int tokens;

	private int callCount;

	/** The reasoning that came last: all that was told, where it is repeated. */
	private String reasoning = "";

	/** Whether reasoning comes in pieces. */
	private boolean inPieces;

	private @Nullable String finishReason;

	SpringAiChoice(int index, StreamEventSink sink) {
		this.index = index;
		this.sink = sink;
	}

	/**
	 * Tell what is new.
	 * @param generation the choice's part of a chunk
	 */
	void read(Generation generation) {
		AssistantMessage output = generation.getOutput();
		String text = output.getText();
		boolean isThought = isThought(output.getMetadata());
		if (text != null && !text.isEmpty() && isThought) {
			tellThought(text);
		}
		tellReasoning(output.getMetadata().get("reasoningContent"));
		if (generation.getMetadata().<Object>get("thinking") instanceof String thought && !thought.isEmpty()) {
			tellThought(thought);
		}
		if (text != null && !text.isEmpty() && !isThought) {
			tell(new StreamEvent.Token(text, this.tokens++, this.index));
		}
		if (output.getMetadata().get("refusal") instanceof String refusal && !refusal.isEmpty()) {
			tell(new StreamEvent.Metadata(tagged(Map.of(StreamEvent.Metadata.REFUSAL, refusal))));
		}
		output.getToolCalls().forEach(this::tellCall);
		String reason = generation.getMetadata().getFinishReason();
		if (reason != null && !reason.equals(UNKNOWN_WORD) && FinishReason.of(reason) != null) {
			this.finishReason = reason;
		}
	}

	/**
	 * More of an answer after a reason to finish: it was that of an earlier round, whose
	 * tools have been run.
	 */
	private void tell(StreamEvent event) {
		this.finishReason = null;
		this.sink.send(event);
	}

	/**
	 * The model for Anthropic says {@code thinking}, that for Gemini {@code isThought}.
	 */
	private static boolean isThought(Map<String, Object> metadata) {
		return Boolean.TRUE.equals(metadata.get("thinking")) || Boolean.TRUE.equals(metadata.get("isThought"));
	}

	private void tellThought(String thought) {
		tell(new StreamEvent.Reasoning(thought, this.index));
	}

	private void tellReasoning(@Nullable Object value) {
		if (!(value instanceof String text) || text.isEmpty()) {
			return;
		}
		boolean repeats = !this.inPieces && text.startsWith(this.reasoning);
		// What begins anew after an end is that of another round
		this.inPieces |= !repeats && this.finishReason == null;
		String piece = repeats ? text.substring(this.reasoning.length()) : text;
		this.reasoning = text;
		if (!piece.isEmpty()) {
			tellThought(piece);
		}
	}

	/**
	 * Begin another round of the same answer.
	 */
	void nextRound() {
		this.reasoning = "";
	}

	/**
	 * Tool calls come whole, some again with a later chunk.
	 */
	private void tellCall(AssistantMessage.ToolCall call) {
		String id = emptyToNull(call.id());
		String arguments = (call.arguments() != null) ? call.arguments() : "";
		ToldCall told = (id != null) ? this.calls.get(id) : null;
		if (told == null) {
			int number = this.callCount++;
			if (id != null) {
				this.calls.put(id, new ToldCall(number, arguments));
			}
			tell(new StreamEvent.ToolCall(number, id, emptyToNull(call.name()), arguments, this.index));
			return;
		}
		boolean repeats = arguments.startsWith(told.arguments());
		String piece = repeats ? arguments.substring(told.arguments().length()) : arguments;
		if (!piece.isEmpty() && id != null) {
			this.calls.put(id, new ToldCall(told.number(), told.arguments() + piece));
			tell(new StreamEvent.ToolCall(told.number(), null, null, piece, this.index));
		}
	}

	/**
	 * Why it ended.
	 * @return the provider's word, {@code null} if it has not
	 */
	@Nullable String finishReason() {
		return this.finishReason;
	}

	/**
	 * What is told of its end.
	 * @return the facts, {@code null} if it has none
	 */
	StreamEvent.@Nullable Metadata end() {
		String word = this.finishReason;
		if (word == null) {
			return null;
		}
		Map<String, Object> facts = Finish.facts(word);
		if (!word.equalsIgnoreCase(String.valueOf(facts.get(StreamEvent.Metadata.FINISH_REASON)))) {
			facts.put(StreamEvent.Metadata.PROVIDER_FINISH_REASON, word);
		}
		return new StreamEvent.Metadata(tagged(facts));
	}

	private Map<String, Object> tagged(Map<String, Object> facts) {
		if (this.index == 0) {
			return facts;
		}
		Map<String, Object> tagged = new LinkedHashMap<>(facts);
		tagged.put("choice", this.index);
		return tagged;
	}

	private static @Nullable String emptyToNull(@Nullable String text) {
		return (text != null && !text.isEmpty()) ? text : null;
	}

	/**
	 * A tool call as far as it was told.
	 *
	 * @param number its number
	 * @param arguments its arguments
	 */
	private record ToldCall(int number, String arguments) {
	}

}

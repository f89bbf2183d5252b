package studio.ainative.aikit.format.openai;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.JsonText;

/**
 * What was said of each choice of an answer: mostly there is one.
 */
final class OpenAiChoices {

	/** OpenAI's own limit of {@code n}; beyond it nobody asks, and memory has an end. */
	private static final int MAX_CHOICES = 128;

	/** OpenAI's own limit of tools; a model that calls more is not to be believed. */
	private static final int MAX_CALLS = 128;

	private final Map<Integer, Choice> choices = new TreeMap<>();

	/**
	 * Find a choice.
	 * @param index its index
	 * @return the choice, {@code null} if there are too many
	 */
	@Nullable Choice get(int index) {
		return (index >= 0 && index < MAX_CHOICES) ? this.choices.computeIfAbsent(index, (key) -> new Choice()) : null;
	}

	/**
	 * Go through the choices.
	 * @param action is given each with its index, in order
	 */
	void forEach(BiConsumer<Integer, Choice> action) {
		this.choices.forEach(action);
	}

	/**
	 * OpenAI's word for the end of a choice.
	 * @param reason why it ended, {@code null} if nobody said
	 * @param called whether tools were called
	 * @return one of the four words that readers know
	 */
	static String finishReason(@Nullable FinishReason reason, boolean called) {
		if (reason == null) {
			return called ? "tool_calls" : "stop";
		}
		return switch (reason) {
			case STOP, OTHER -> "stop";
			case TOOL_CALLS -> "tool_calls";
			// A turn that was paused is as incomplete
			case LENGTH, PAUSE -> "length";
			case CONTENT_FILTER, REFUSAL, ERROR -> "content_filter";
		};
	}

	/**
	 * Whether an answer that ended so has all of its calls.
	 * @param reason why it ended, {@code null} if nobody said
	 * @return whether a call without arguments is meant to have none
	 */
	static boolean isWhole(@Nullable FinishReason reason) {
		return reason == null || reason == FinishReason.TOOL_CALLS || reason == FinishReason.STOP;
	}

	/**
	 * One of them.
	 */
	static final class Choice {

		private final Map<Integer, Call> calls = new TreeMap<>();

		private boolean begun;

		private @Nullable FinishReason reason;

		/**
		 * Begin.
		 * @return {@code false} if it has begun
		 */
		boolean begin() {
			boolean first = !this.begun;
			this.begun = true;
			return first;
		}

		void finish(@Nullable FinishReason reason) {
			this.reason = reason;
		}

		String finishReason() {
			return OpenAiChoices.finishReason(this.reason, !this.calls.isEmpty());
		}

		/**
		 * The delta with a piece of a tool call. Id and type stand in the first of a call
		 * alone, and the name once: there are readers who put repeats together.
		 * @param call the piece
		 * @return JSON, {@code null} if there are too many calls
		 */
		@Nullable StringBuilder toolCall(StreamEvent.ToolCall call) {
			Call told = this.calls.get(call.index());
			if (told == null && this.calls.size() >= MAX_CALLS) {
				return null;
			}
			StringBuilder json = new StringBuilder("{\"tool_calls\":[{\"index\":").append(call.index());
			if (told == null) {
				told = new Call();
				this.calls.put(call.index(), told);
				json.append(",\"id\":");
				JsonText.quote(json, (call.id() != null) ? call.id() : "unnamed_call_" + call.index());
				json.append(",\"type\":\"function\"");
			}
			json.append(",\"function\":{");
			String name = call.name();
			if (name != null && !told.named) {
				told.named = true;
				json.append("\"name\":");
				JsonText.quote(json, name);
				json.append(',');
			}
			told.argued = told.argued || !call.argumentsDelta().isBlank();
			json.append("\"arguments\":");
			JsonText.quote(json, call.argumentsDelta());
			return json.append("}}]}");
		}

		/**
		 * The deltas that complete calls of tools without parameters, for which providers
		 * such as Anthropic send nothing: there are readers who don't take that for JSON.
		 * @return JSON for each such call, none in a choice that was cut off
		 */
		List<String> missingArguments() {
			if (!isWhole(this.reason)) {
				return List.of();
			}
			return this.calls.entrySet()
				.stream()
				.filter((entry) -> !entry.getValue().argued)
				.map((entry) -> "{\"tool_calls\":[{\"index\":" + entry.getKey()
						+ ",\"function\":{\"arguments\":\"{}\"}}]}")
				.toList();
		}

	}

	/**
	 * What was told of a call of a tool.
	 */
	private static final class Call {

		private boolean named;

		/** Whether there were arguments. */
		private boolean argued;

	}

}

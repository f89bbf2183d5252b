package studio.ainative.aikit.bridge.springai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.wire.Finish;

/**
 * Reads the chunks of one answer.
 */
final class SpringAiAnswer {

	private static final StreamEvent.ErrorEvent INTERRUPTED = new StreamEvent.ErrorEvent(
			"The answer was interrupted before its end.", "INTERRUPTED");

	private final Map<Integer, SpringAiChoice> choices = new TreeMap<>();

	private List<StreamEvent> events = new ArrayList<>();

	private String id = "";

	private String model = "";

	private Usage usage = Usage.NONE;

	/**
	 * Read a chunk.
	 * @param response the chunk
	 * @return what is new, perhaps nothing
	 */
	List<StreamEvent> read(ChatResponse response) {
		readIdentity(response.getMetadata());
		for (Generation generation : response.getResults()) {
			this.choices
				.computeIfAbsent(index(generation),
						(index) -> new SpringAiChoice(index, (event) -> this.events.add(event)))
				.read(generation);
		}
		readUsage(response.getMetadata().getUsage());
		return take();
	}

	/**
	 * Read the end of the stream, which says nothing of whether the answer is whole.
	 * @return the reasons to finish; an error where one is missing or is one
	 */
	List<StreamEvent> end() {
		for (SpringAiChoice choice : this.choices.values()) {
			String reason = choice.finishReason();
			ProviderError failure = (reason != null) ? Finish.failure(reason) : null;
			StreamEvent.Metadata end = choice.end();
			if (failure != null || end == null) {
				return List.of((failure != null) ? failure.toErrorEvent() : INTERRUPTED);
			}
			this.events.add(end);
		}
		return this.choices.isEmpty() ? List.of(INTERRUPTED) : take();
	}

	private void readIdentity(ChatResponseMetadata metadata) {
		Map<String, Object> identity = new LinkedHashMap<>();
		String newId = metadata.getId();
		if (newId != null && !newId.isEmpty() && !newId.equals(this.id)) {
			if (this.id.isEmpty()) {
				identity.put(StreamEvent.Metadata.ID, newId);
			}
			this.id = newId;
			this.choices.values().forEach(SpringAiChoice::nextRound);
		}
		String newModel = metadata.getModel();
		if (newModel != null && !newModel.isEmpty() && this.model.isEmpty()) {
			this.model = newModel;
			identity.put(StreamEvent.Metadata.MODEL, newModel);
		}
		if (!identity.isEmpty()) {
			this.events.add(new StreamEvent.Metadata(identity));
		}
	}

	/**
	 * Chunks without usage have one of zeros.
	 */
	private void readUsage(org.springframework.ai.chat.metadata.@Nullable Usage reported) {
		if (reported == null) {
			return;
		}
		long prompt = count(reported.getPromptTokens());
		long completion = count(reported.getCompletionTokens());
		Usage now = new Usage(prompt, completion, Math.max(count(reported.getTotalTokens()), prompt + completion),
				count(reported.getCacheReadInputTokens()), count(reported.getCacheWriteInputTokens()), 0, false);
		if (prompt + completion > 0 && !now.equals(this.usage)) {
			this.usage = now;
			this.events.add(new StreamEvent.UsageReport(now));
		}
	}

	private List<StreamEvent> take() {
		List<StreamEvent> taken = this.events;
		this.events = new ArrayList<>();
		return taken;
	}

	/**
	 * The model for OpenAI says {@code index}, that for Gemini {@code candidateIndex}.
	 */
	private static int index(Generation generation) {
		Map<String, Object> metadata = generation.getOutput().getMetadata();
		Object index = metadata.getOrDefault("index", metadata.get("candidateIndex"));
		return (index instanceof Number number) ? Math.max(0, number.intValue()) : 0;
	}

	private static long count(@Nullable Number tokens) {
		return (tokens != null) ? Math.max(0, tokens.longValue()) : 0;
	}

}

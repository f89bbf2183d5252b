package studio.ainative.aikit.provider.openai;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.wire.ChunkFlux;
import studio.ainative.aikit.provider.wire.ErrorReader;
import studio.ainative.aikit.provider.wire.Finish;
import studio.ainative.aikit.provider.wire.FinishDetails;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.JsonAdapter;
import studio.ainative.aikit.provider.wire.TextTarget;

/**
 * Reads one answer in the format of
 * <a href="https://platform.openai.com/docs/api-reference/chat-streaming">OpenAI's chat
 * completion chunks</a>, and in what compatible servers make of it: DeepSeek, Groq,
 * Mistral, OpenRouter, Perplexity, vLLM, xAI. Not thread-safe.
 * <p>
 * The answer has ended after {@code [DONE]}, and is whole then unless nothing else came;
 * it is whole as well if every choice that was seen has a finish reason, as some servers
 * end without {@code [DONE]}. A finish reason that names a failure is an error. For the
 * official SDK's objects see {@link OpenAISdk}.
 *
 * @since 0.1.0
 */
public final class OpenAIAdapter extends JsonAdapter {

	private final Map<Integer, OpenAIChoice> choices = new LinkedHashMap<>();

	private final OpenAIUsage usage = new OpenAIUsage();

	private final OpenAIModeration moderation = new OpenAIModeration();

	/** How many of the choices have a finish reason. */
	private int finished;

	/** The last finish reason came beside something that shows that it means nothing. */
	private boolean doubtful;

	private boolean idTold;

	private boolean modelTold;

	/**
	 * Make the adapter of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the adapter
	 */
	public OpenAIAdapter(StreamEventSink sink) {
		super(sink);
	}

	/**
	 * Read an answer from its chunks: the {@code data} of its server-sent events, with or
	 * without {@code [DONE]}. The {@code Flux} makes an adapter for each subscription, on
	 * no thread of its own, and terminates as follows:
	 * <ul>
	 * <li>Completes after {@code [DONE]}, cancelling the source, or with the source.
	 * <li>Completes after an {@code ErrorEvent} if the provider reported one (the source
	 * is cancelled) or if the source ended before the answer did.
	 * <li>{@code MalformedChunkException} if a chunk is not a JSON object.
	 * <li>The source's own error.
	 * </ul>
	 * @param chunks the chunks in order
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(Publisher<String> chunks) {
		return ChunkFlux.events(chunks, OpenAIAdapter::new, OpenAIAdapter::processChunk);
	}

	/**
	 * OpenAI's chunks have no name; {@code error} is that of gateways, and the other is
	 * what a chunk calls itself.
	 */
	@Override
	protected boolean reads(String event) {
		return switch (event) {
			case "message", "error", "chat.completion.chunk" -> true;
			default -> false;
		};
	}

	/** Random characters that hide how long the text is. */
	@Override
	protected String paddingField() {
		return "obfuscation";
	}

	@Override
	protected void read(String event, JsonNode chunk) {
		readIdentity(chunk);
		for (JsonNode choice : Json.elements(chunk, "choices")) {
			if (choice.isObject() && error() == null) {
				readChoice(choice);
			}
		}
		if (error() == null) {
			this.usage.read(chunk, this::sendUsage);
			this.moderation.read(chunk, this::send);
		}
	}

	private void readIdentity(JsonNode chunk) {
		if (this.idTold && this.modelTold) {
			return;
		}
		Map<String, Object> identity = new LinkedHashMap<>();
		String id = this.idTold ? null : Json.text(chunk, "id");
		if (id != null) {
			this.idTold = true;
			identity.put(StreamEvent.Metadata.ID, id);
		}
		String model = this.modelTold ? null : Json.text(chunk, "model");
		if (model != null) {
			this.modelTold = true;
			identity.put(StreamEvent.Metadata.MODEL, model);
		}
		if (!identity.isEmpty()) {
			send(new StreamEvent.Metadata(identity));
		}
	}

	private void sendText(String text, TextTarget target) {
		sendText(text, -1, target);
	}

	private void readChoice(JsonNode node) {
		int index = Math.max(0, Json.index(node, "index"));
		OpenAIChoice choice = this.choices.computeIfAbsent(index,
				(key) -> new OpenAIChoice(key, this::send, this::sendText));
		choice.readDelta(node);
		JsonNode delta = Json.object(node, "delta");
		JsonNode failed = (delta != null && ErrorReader.isError(delta)) ? delta : node;
		if (ErrorReader.isError(failed)) {
			fail(ErrorReader.read(failed));
			return;
		}
		String reason = Finish.word(node, "finish_reason");
		if (reason != null) {
			finishChoice(choice, reason, node);
		}
	}

	private void finishChoice(OpenAIChoice choice, String reason, JsonNode node) {
		this.doubtful = choice.hasAnswered ? choice.finishReason != null : choice.hasReasoned;
		ProviderError failure = Finish.failure(reason);
		if (failure != null) {
			fail(failure);
		}
		else if (!Objects.equals(choice.finishReason, reason)) {
			this.finished += (choice.finishReason == null) ? 1 : 0;
			choice.finishReason = reason;
			send(new StreamEvent.Metadata(choice.tagged(FinishDetails.add(Finish.facts(reason), reason, node))));
		}
	}

	@Override
	protected boolean isFinished() {
		return this.finished != 0 && this.finished == this.choices.size();
	}

	/**
	 * Some servers that translate Gemini's format give a finish reason with every chunk.
	 * One that comes with reasoning, or again with more of the answer, is no sign that
	 * nothing follows.
	 */
	@Override
	protected boolean isLast() {
		return isFinished() && !this.doubtful;
	}

}

package studio.ainative.aikit.provider.openai;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.wire.ChunkFlux;
import studio.ainative.aikit.provider.wire.ErrorReader;
import studio.ainative.aikit.provider.wire.Finish;
import studio.ainative.aikit.provider.wire.FinishDetails;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.JsonAdapter;

/**
 * Reads one answer in the format of
 * <a href="https://platform.openai.com/docs/api-reference/responses-streaming">OpenAI's
 * Responses</a>. Not thread-safe.
 * <p>
 * The answer is whole only after {@code response.completed} or
 * {@code response.incomplete}; {@code [DONE]}, which some gateways append, says nothing.
 * Text of a message whose phase is {@code commentary} is not the answer and becomes
 * {@code Reasoning}, as reasoning and its summaries do. Texts and arguments are taken
 * from their pieces, and as a whole from servers that send none. Tools that the provider
 * runs itself are no {@code ToolCall}. Encrypted reasoning is told to an
 * {@code AIStream}, which can send it back, and not to callers of this class. For the
 * official SDK's objects see {@link OpenAIResponsesSdk}.
 *
 * @since 0.1.0
 */
public final class OpenAIResponsesAdapter extends JsonAdapter {

	private final ResponsesOutput output;

	private final OpenAIUsage usage = new OpenAIUsage();

	private final OpenAIModeration moderation = new OpenAIModeration();

	private boolean idTold;

	private boolean modelTold;

	private boolean finished;

	/**
	 * Make the adapter of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the adapter
	 */
	public OpenAIResponsesAdapter(StreamEventSink sink) {
		this(sink, false);
	}

	OpenAIResponsesAdapter(StreamEventSink sink, boolean endsReasoning) {
		super(sink);
		this.output = new ResponsesOutput(this::send, (text, target) -> sendText(text, -1, target), endsReasoning);
	}

	/**
	 * Read an answer from its events: the {@code data} of its server-sent events. The
	 * {@code Flux} makes an adapter for each subscription, on no thread of its own, and
	 * terminates as follows:
	 * <ul>
	 * <li>Completes after {@code response.completed} or {@code response.incomplete},
	 * cancelling the source.
	 * <li>Completes after an {@code ErrorEvent} if the provider reported one (the source
	 * is cancelled) or if the source ended before the answer did.
	 * <li>{@code MalformedChunkException} if an event is not a JSON object.
	 * <li>The source's own error.
	 * </ul>
	 * @param chunks the events in order
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(Publisher<String> chunks) {
		return ChunkFlux.events(chunks, OpenAIResponsesAdapter::new, OpenAIResponsesAdapter::processChunk);
	}

	@Override
	protected boolean reads(String event) {
		return switch (event) {
			case "message", "error", "response.created", "response.queued", "response.in_progress",
					"response.completed", "response.incomplete", "response.failed", "response.output_item.added",
					"response.output_item.done", "response.output_text.delta", "response.output_text.done",
					"response.refusal.delta", "response.refusal.done", "response.reasoning_text.delta",
					"response.reasoning_text.done", "response.reasoning_summary_text.delta",
					"response.reasoning_summary_text.done", "response.function_call_arguments.delta",
					"response.function_call_arguments.done", "response.custom_tool_call_input.delta",
					"response.custom_tool_call_input.done", "response.audio.delta", "response.audio.transcript.delta" ->
				true;
			default -> false; // Tools of the provider, annotations, and what the API may
								// add.
		};
	}

	@Override
	protected String numberField() {
		return "sequence_number";
	}

	/** Random characters that hide how long the text is. */
	@Override
	protected String paddingField() {
		return "obfuscation";
	}

	/** A long answer is told thrice: what came in pieces is made no string of again. */
	@Override
	protected @Nullable JsonNode parse(String event, byte[] array, int offset, int length) {
		if (event.equals("response.output_text.done") || event.equals("response.output_item.done")) {
			JsonNode outline = Json.parseWithout("text", array, offset, length);
			if (outline != null && outline.isObject() && this.output.hasTold(type(event, outline), outline)) {
				return outline;
			}
		}
		return super.parse(event, array, offset, length);
	}

	@Override
	protected void read(String event, JsonNode chunk) {
		String type = type(event, chunk);
		switch (type) {
			case "response.created", "response.queued", "response.in_progress" -> readResponse(response(chunk));
			case "response.completed", "response.incomplete", "response.failed" -> {
				readEnd(type, response(chunk));
				terminate();
			}
			case "response.output_item.added" -> this.output.begin(chunk);
			case "response.output_item.done" -> this.output.end(chunk);
			case "response.output_text.delta" -> this.output.readPiece(chunk, ResponsesPart.TEXT);
			case "response.output_text.done" -> this.output.readWhole(chunk, ResponsesPart.TEXT);
			case "response.refusal.delta" -> this.output.readPiece(chunk, ResponsesPart.REFUSAL);
			case "response.refusal.done" -> this.output.readWhole(chunk, ResponsesPart.REFUSAL);
			case "response.reasoning_text.delta" -> this.output.readPiece(chunk, ResponsesPart.REASONING);
			case "response.reasoning_text.done" -> this.output.readWhole(chunk, ResponsesPart.REASONING);
			case "response.reasoning_summary_text.delta" -> this.output.readPiece(chunk, ResponsesPart.SUMMARY);
			case "response.reasoning_summary_text.done" -> this.output.readWhole(chunk, ResponsesPart.SUMMARY);
			case "response.function_call_arguments.delta" -> this.output.readPiece(chunk, ResponsesPart.ARGUMENTS);
			case "response.function_call_arguments.done" -> this.output.readWhole(chunk, ResponsesPart.ARGUMENTS);
			case "response.custom_tool_call_input.delta" -> this.output.readPiece(chunk, ResponsesPart.INPUT);
			case "response.custom_tool_call_input.done" -> this.output.readWhole(chunk, ResponsesPart.INPUT);
			case "response.audio.delta", "response.audio.transcript.delta" ->
				throw new MalformedChunkException("Expected an answer in text, not in audio", null);
			default -> {
				// Parts that begin and end, and all that is passed by under its name too.
			}
		}
	}

	@Override
	protected void readAfterError(String event, JsonNode chunk) {
		switch (type(event, chunk)) {
			case "response.completed", "response.incomplete", "response.failed" -> terminate();
			default -> {
				// An error is final.
			}
		}
	}

	@Override
	protected void readDone() {
		// Not of this format: gateways append it to whatever they pass on.
	}

	@Override
	protected boolean isFinished() {
		return this.finished;
	}

	private static String type(String event, JsonNode chunk) {
		String type = Json.text(chunk, "type");
		return (type != null) ? type : event;
	}

	private static JsonNode response(JsonNode chunk) {
		JsonNode response = Json.object(chunk, "response");
		return (response != null) ? response : chunk;
	}

	private void readResponse(JsonNode response) {
		Map<String, Object> identity = new LinkedHashMap<>();
		String id = this.idTold ? null : Json.text(response, "id");
		if (id != null) {
			this.idTold = true;
			identity.put(StreamEvent.Metadata.ID, id);
		}
		String model = this.modelTold ? null : Json.text(response, "model");
		if (model != null) {
			this.modelTold = true;
			identity.put(StreamEvent.Metadata.MODEL, model);
		}
		if (!identity.isEmpty()) {
			send(new StreamEvent.Metadata(identity));
		}
		this.usage.read(response, this::sendUsage);
		this.moderation.read(response, this::send);
	}

	private void readEnd(String type, JsonNode response) {
		String status = Json.text(response, "status");
		boolean failed = type.equals("response.failed") || "failed".equals(status) || "cancelled".equals(status)
				|| ErrorReader.isError(response);
		if (!failed) {
			this.output.readAll(response);
		}
		// Before an error too: what it used is paid for
		readResponse(response);
		if (failed) {
			fail(ErrorReader.read(response));
		}
		else if (Json.text(response, "object") != null || status != null) {
			JsonNode details = Json.object(response, "incomplete_details");
			boolean incomplete = type.equals("response.incomplete") || "incomplete".equals(status);
			finish(incomplete ? reason(details) : this.output.finishReason(), (details != null) ? details : response);
		}
	}

	private static String reason(@Nullable JsonNode details) {
		String reason = (details != null) ? Finish.word(details, "reason") : null;
		return (reason != null) ? reason : "incomplete";
	}

	private void finish(String reason, JsonNode details) {
		ProviderError failure = Finish.failure(reason);
		if (failure != null) {
			fail(failure);
			return;
		}
		this.finished = true;
		send(new StreamEvent.Metadata(FinishDetails.add(Finish.facts(reason), reason, details)));
	}

}

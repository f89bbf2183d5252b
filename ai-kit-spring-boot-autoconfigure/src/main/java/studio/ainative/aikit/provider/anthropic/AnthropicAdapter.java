package studio.ainative.aikit.provider.anthropic;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
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
 * <a href="https://platform.claude.com/docs/en/build-with-claude/streaming">Anthropic's
 * streaming messages</a>. Not thread-safe.
 * <p>
 * The answer has ended after {@code message_stop}; it is whole as well once a
 * {@code stop_reason} was given, as some servers end after it. Events are told apart by
 * the {@code type} in the payload, so the names of the server-sent events may be lost.
 * Tools that the provider runs itself are no {@code ToolCall}. What the API wants back
 * with its reasoning is told to an {@code AIStream}, which can send it, and not to
 * callers of this class. For the official SDK's objects see {@link AnthropicSdk}.
 *
 * @since 0.1.0
 */
public final class AnthropicAdapter extends JsonAdapter {

	private final AnthropicUsage usage = new AnthropicUsage();

	private final Map<Integer, Integer> toolIndexes = new HashMap<>();

	/** Whether to tell what the API wants back with its reasoning. */
	private final boolean endsReasoning;

	/** Of the block that is open, {@code null} while nothing of it came. */
	private @Nullable StringBuilder signature;

	private int tokens;

	private int tools;

	private @Nullable String stopReason;

	/**
	 * Make the adapter of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the adapter
	 */
	public AnthropicAdapter(StreamEventSink sink) {
		this(sink, false);
	}

	AnthropicAdapter(StreamEventSink sink, boolean endsReasoning) {
		super(sink);
		this.endsReasoning = endsReasoning;
	}

	/**
	 * Read an answer from its events: the {@code data} of its server-sent events. The
	 * {@code Flux} makes an adapter for each subscription, on no thread of its own, and
	 * terminates as follows:
	 * <ul>
	 * <li>Completes after {@code message_stop}, cancelling the source.
	 * <li>Completes after an {@code ErrorEvent} if the provider reported one (the source
	 * is cancelled) or if the source ended before the answer did.
	 * <li>{@code MalformedChunkException} if an event is not a JSON object.
	 * <li>The source's own error.
	 * </ul>
	 * @param chunks the events in order
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(Publisher<String> chunks) {
		return ChunkFlux.events(chunks, AnthropicAdapter::new, AnthropicAdapter::processChunk);
	}

	@Override
	protected boolean reads(String event) {
		return switch (event) {
			case "message", "error", "message_start", "content_block_start", "content_block_delta",
					"content_block_stop", "message_delta", "message_stop" ->
				true;
			default -> false; // ping, and what the API may add.
		};
	}

	@Override
	protected void read(String event, JsonNode chunk) {
		String type = Json.text(chunk, "type");
		switch ((type != null) ? type : event) {
			case "message_start" -> readMessageStart(chunk);
			case "content_block_start" -> readBlockStart(chunk);
			case "content_block_delta" -> readBlockDelta(chunk);
			case "content_block_stop" -> endBlock();
			case "message_delta" -> readMessageDelta(chunk);
			case "message_stop" -> {
				readUsage(chunk);
				terminate();
			}
			default -> {
				// ping, and what the API may add.
			}
		}
	}

	@Override
	protected void readDone() {
		// Not Anthropic's: gateways that translate formats append it after the real end.
	}

	@Override
	protected boolean isFinished() {
		return this.stopReason != null;
	}

	private void readMessageStart(JsonNode chunk) {
		JsonNode message = Json.object(chunk, "message");
		if (message == null || failed(message)) {
			return;
		}
		Map<String, Object> identity = new LinkedHashMap<>();
		String id = Json.text(message, "id");
		if (id != null) {
			identity.put(StreamEvent.Metadata.ID, id);
		}
		String model = Json.text(message, "model");
		if (model != null) {
			identity.put(StreamEvent.Metadata.MODEL, model);
		}
		if (!identity.isEmpty()) {
			send(new StreamEvent.Metadata(identity));
		}
		readUsage(message);
	}

	private void readBlockStart(JsonNode chunk) {
		JsonNode block = Json.object(chunk, "content_block");
		String type = (block != null) ? Json.text(block, "type") : null;
		if (block == null || type == null) {
			return;
		}
		switch (type) {
			case "text" -> readText(Json.text(block, "text"), this::sendToken);
			case "thinking" -> {
				readText(Json.text(block, "thinking"), this::sendReasoning);
				readSignature(Json.text(block, AnthropicTurns.SIGNATURE));
			}
			case "redacted_thinking" -> endReasoning(AnthropicTurns.REDACTED, Json.text(block, "data"));
			case "tool_use" -> startTool(chunk, block);
			default -> {
				// Blocks of tools that the provider runs itself.
			}
		}
	}

	private void startTool(JsonNode chunk, JsonNode block) {
		int tool = this.tools++;
		this.toolIndexes.put(Json.index(chunk, "index"), tool);
		JsonNode input = Json.object(block, "input");
		// Empty, and streamed in pieces, except by servers that have it whole.
		String arguments = (input != null && !input.isEmpty()) ? input.toString() : "";
		send(new StreamEvent.ToolCall(tool, Json.text(block, "id"), Json.text(block, "name"), arguments));
	}

	private void readBlockDelta(JsonNode chunk) {
		JsonNode delta = Json.object(chunk, "delta");
		String type = (delta != null) ? Json.text(delta, "type") : null;
		if (delta == null || type == null) {
			return;
		}
		switch (type) {
			case "text_delta" -> readText(Json.text(delta, "text"), this::sendToken);
			case "thinking_delta" -> readText(Json.text(delta, "thinking"), this::sendReasoning);
			case "input_json_delta" -> sendArguments(chunk, Json.text(delta, "partial_json"));
			case "signature_delta" -> readSignature(Json.text(delta, AnthropicTurns.SIGNATURE));
			default -> {
				// citations_delta, and what the API may add.
			}
		}
	}

	private void readSignature(@Nullable String piece) {
		if (piece != null && this.endsReasoning) {
			StringBuilder signature = (this.signature != null) ? this.signature : new StringBuilder();
			this.signature = signature.append(piece);
		}
	}

	private void endBlock() {
		StringBuilder signature = this.signature;
		if (signature != null) {
			this.signature = null;
			endReasoning(AnthropicTurns.SIGNATURE, signature.toString());
		}
	}

	private void endReasoning(String name, @Nullable String value) {
		if (value != null && this.endsReasoning) {
			send(new StreamEvent.ReasoningEnd(AnthropicTurns.PROVIDER, Map.of(name, value)));
		}
	}

	private void sendArguments(JsonNode chunk, @Nullable String arguments) {
		Integer tool = this.toolIndexes.get(Json.index(chunk, "index"));
		if (tool != null && arguments != null) {
			send(new StreamEvent.ToolCall(tool, null, null, arguments));
		}
	}

	private void readMessageDelta(JsonNode chunk) {
		JsonNode delta = Json.object(chunk, "delta");
		if (delta != null && failed(delta)) {
			return;
		}
		String reason = (delta != null) ? Finish.word(delta, "stop_reason") : null;
		ProviderError failure = (reason != null) ? Finish.failure(reason) : null;
		if (failure != null) {
			fail(failure);
			return;
		}
		if (delta != null && reason != null && !reason.equals(this.stopReason)) {
			this.stopReason = reason;
			Map<String, Object> facts = FinishDetails.add(Finish.facts(reason), reason, delta);
			addStopDetails(facts, Json.object(delta, "stop_details"));
			send(new StreamEvent.Metadata(facts));
		}
		readUsage(chunk);
	}

	/**
	 * What else they hold, such as credits for another call, is no matter of a reader.
	 */
	private static void addStopDetails(Map<String, Object> facts, @Nullable JsonNode details) {
		Map<String, Object> told = new LinkedHashMap<>();
		for (String name : List.of("category", "explanation")) {
			String value = (details != null) ? Json.text(details, name) : null;
			if (value != null) {
				told.put(name, value);
			}
		}
		if (!told.isEmpty()) {
			facts.put(StreamEvent.Metadata.STOP_DETAILS, told);
		}
	}

	/** Gateways put errors of other providers into messages. */
	private boolean failed(JsonNode part) {
		if (ErrorReader.isError(part)) {
			fail(ErrorReader.read(part));
			return true;
		}
		return false;
	}

	private void readUsage(JsonNode node) {
		JsonNode object = Json.object(node, "usage");
		if (object != null) {
			sendUsage(this.usage.update(object));
		}
	}

	private void readText(@Nullable String text, TextTarget target) {
		if (text != null) {
			sendText(text, -1, target);
		}
	}

	private void sendToken(String text, int number) {
		send(new StreamEvent.Token(text, this.tokens++));
	}

	private void sendReasoning(String text, int number) {
		send(new StreamEvent.Reasoning(text));
	}

}

package studio.ainative.aikit.provider.openai;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.TextTarget;

/**
 * The items of a Responses answer: messages, reasoning and calls of tools. Each is told
 * in pieces, then as a whole once or several times, which counts only where there were no
 * pieces.
 */
final class ResponsesOutput {

	private static final String OUTPUT_INDEX = "output_index";

	private static final String ID = "id";

	private final StreamEventSink sink;

	private final BiConsumer<String, TextTarget> pieces;

	/** Whether to tell what the API wants back with its reasoning. */
	private final boolean endsReasoning;

	private final TextTarget tokens = (text, number) -> sendToken(text);

	private final TextTarget reasoning = (text, number) -> sendReasoning(text);

	private final Map<Integer, ResponsesItem> byIndex = new HashMap<>();

	private final Map<String, ResponsesItem> byId = new HashMap<>();

	private int tokenCount;

	private int tools;

	private boolean refused;

	/**
	 * Know of no item.
	 * @param sink takes the events
	 * @param pieces takes pieces of text, each with what makes an event of it
	 * @param endsReasoning whether to tell what the API wants back with its reasoning
	 */
	ResponsesOutput(StreamEventSink sink, BiConsumer<String, TextTarget> pieces, boolean endsReasoning) {
		this.sink = sink;
		this.pieces = pieces;
		this.endsReasoning = endsReasoning;
	}

	/** Read that an item begins. Servers that number nothing say place 0 for each. */
	void begin(JsonNode event) {
		JsonNode content = Json.object(event, "item");
		if (content != null) {
			int index = Json.index(event, OUTPUT_INDEX);
			String id = Json.text(content, ID);
			ResponsesItem known = item(index, id);
			boolean another = known.begun && (id == null || !id.equals(known.id));
			ResponsesItem item = another ? put(index, id, new ResponsesItem()) : known;
			item.begun = true;
			item.id = id;
			begin(item, content);
		}
	}

	/** Read an item that is whole. */
	void end(JsonNode event) {
		JsonNode content = Json.object(event, "item");
		if (content != null) {
			end(item(Json.index(event, OUTPUT_INDEX), Json.text(content, ID)), content);
		}
	}

	/** Read a response that is whole. */
	void readAll(JsonNode response) {
		int index = 0;
		for (JsonNode content : Json.elements(response, "output")) {
			if (content.isObject()) {
				String id = Json.text(content, ID);
				ResponsesItem known = (id != null) ? this.byId.get(id) : null;
				end((known != null) ? known : item(index, id), content);
			}
			index++;
		}
	}

	/** Read a piece of a part. */
	void readPiece(JsonNode event, ResponsesPart part) {
		String text = Json.text(event, "delta");
		if (text != null) {
			ResponsesItem item = item(event);
			item.note(part, part.index(event));
			send(item, part, text, this.pieces);
		}
	}

	/** Read a part that is whole. */
	void readWhole(JsonNode event, ResponsesPart part) {
		ResponsesItem item = item(event);
		readWhole(item, part, part.index(event), event);
		if (part == ResponsesPart.INPUT) {
			sendArguments(item, item.endInput());
		}
	}

	/**
	 * Whether all texts in an event were told, so that it may come without them.
	 * @param type the event's type
	 * @param event the event
	 * @return {@code false} also if that is not certain
	 */
	boolean hasTold(String type, JsonNode event) {
		JsonNode content = Json.object(event, "item");
		return switch (type) {
			case "response.output_text.done" ->
				item(event).isNoted(ResponsesPart.TEXT, ResponsesPart.TEXT.index(event));
			case "response.output_item.done" -> content != null && hasTold(event, content);
			default -> false;
		};
	}

	private boolean hasTold(JsonNode event, JsonNode content) {
		ResponsesItem item = item(Json.index(event, OUTPUT_INDEX), Json.text(content, ID));
		for (String field : List.of("summary", "content")) {
			int index = 0;
			for (JsonNode element : Json.elements(content, field)) {
				ResponsesPart part = ResponsesPart.of(Json.text(element, "type"));
				if (part != null && !item.isNoted(part, index)) {
					return false;
				}
				index++;
			}
		}
		return true;
	}

	/** Why the model stopped, which the format does not say. */
	String finishReason() {
		return (this.tools > 0) ? "tool_calls" : this.refused ? "refusal" : "stop";
	}

	/**
	 * The item that an event is about. Its place in the output is asked first: there are
	 * gateways that give it another id with each event.
	 */
	private ResponsesItem item(JsonNode event) {
		return item(Json.index(event, OUTPUT_INDEX), Json.text(event, "item_id"));
	}

	private ResponsesItem item(int index, @Nullable String id) {
		ResponsesItem item = (index >= 0) ? this.byIndex.get(index) : null;
		if (item == null && id != null) {
			item = this.byId.get(id);
		}
		return (item != null) ? item : put(index, id, new ResponsesItem());
	}

	private ResponsesItem put(int index, @Nullable String id, ResponsesItem item) {
		if (index >= 0) {
			this.byIndex.put(index, item);
		}
		if (id != null) {
			this.byId.put(id, item);
		}
		return item;
	}

	private void begin(ResponsesItem item, JsonNode content) {
		switch (String.valueOf(Json.text(content, "type"))) {
			case "message" -> beginMessage(item, Json.text(content, "phase"));
			case "function_call", "custom_tool_call" -> beginTool(item, content);
			default -> {
				// Reasoning begins with its text, and other tools are the provider's
			}
		}
	}

	private void beginMessage(ResponsesItem item, @Nullable String phase) {
		if (phase != null && !phase.equals(item.phase)) {
			item.phase = phase;
			this.sink.send(new StreamEvent.Metadata(Map.of(StreamEvent.Metadata.PHASE, phase)));
		}
	}

	private void beginTool(ResponsesItem item, JsonNode content) {
		if (item.tool < 0) {
			item.tool = this.tools++;
			String callId = Json.text(content, "call_id");
			this.sink.send(new StreamEvent.ToolCall(item.tool, (callId != null) ? callId : Json.text(content, ID),
					Json.text(content, "name"), ""));
		}
	}

	private void end(ResponsesItem item, JsonNode content) {
		begin(item, content);
		switch (String.valueOf(Json.text(content, "type"))) {
			case "function_call" -> readWhole(item, ResponsesPart.ARGUMENTS, 0, content);
			case "custom_tool_call" -> {
				readWhole(item, ResponsesPart.INPUT, 0, content);
				sendArguments(item, item.endInput());
			}
			case "message" -> readParts(item, content, "content");
			case "reasoning" -> {
				readParts(item, content, "summary");
				readParts(item, content, "content");
				endReasoning(item, content);
			}
			default -> {
				// The provider's own tools
			}
		}
	}

	private void endReasoning(ResponsesItem item, JsonNode content) {
		String id = Json.text(content, ID);
		String encrypted = Json.text(content, "encrypted_content");
		if (this.endsReasoning && id != null && encrypted != null && !item.reasoningEnded) {
			item.reasoningEnded = true;
			this.sink.send(new StreamEvent.ReasoningEnd(ResponsesInput.PROVIDER,
					Map.of(ResponsesInput.ID, id, ResponsesInput.ENCRYPTED, encrypted)));
		}
	}

	private void readParts(ResponsesItem item, JsonNode content, String field) {
		int index = 0;
		for (JsonNode element : Json.elements(content, field)) {
			ResponsesPart part = ResponsesPart.of(Json.text(element, "type"));
			if (part != null) {
				readWhole(item, part, index, element);
			}
			index++;
		}
	}

	/**
	 * A part as a whole is of no shape that returns: nothing is to be recognized by it.
	 */
	private void readWhole(ResponsesItem item, ResponsesPart part, int index, JsonNode node) {
		String text = part.whole(node);
		if (text != null && item.note(part, index)) {
			send(item, part, text, (whole, target) -> target.send(whole, -1));
		}
	}

	private void send(ResponsesItem item, ResponsesPart part, String text, BiConsumer<String, TextTarget> texts) {
		switch (part) {
			case TEXT -> texts.accept(text, item.isCommentary() ? this.reasoning : this.tokens);
			case REASONING, SUMMARY -> texts.accept(text, this.reasoning);
			case REFUSAL -> {
				this.refused = true;
				this.sink.send(new StreamEvent.Metadata(Map.of(StreamEvent.Metadata.REFUSAL, text)));
			}
			case ARGUMENTS -> sendArguments(item, text);
			case INPUT -> sendArguments(item, item.inputPiece(text));
		}
	}

	private void sendArguments(ResponsesItem item, String arguments) {
		if (item.tool >= 0 && !arguments.isEmpty()) {
			this.sink.send(new StreamEvent.ToolCall(item.tool, null, null, arguments));
		}
	}

	private void sendToken(String text) {
		this.sink.send(new StreamEvent.Token(text, this.tokenCount++));
	}

	private void sendReasoning(String text) {
		this.sink.send(new StreamEvent.Reasoning(text));
	}

}

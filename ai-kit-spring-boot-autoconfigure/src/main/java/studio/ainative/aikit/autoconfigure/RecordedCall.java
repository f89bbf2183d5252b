package studio.ainative.aikit.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallContent.Part;
import studio.ainative.aikit.observation.CallContent.Turn;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.ToolDefinition;

/**
 * What a call asks and is answered, where that is recorded. Events come one after
 * another; the end may come from another thread.
 */
final class RecordedCall {

	private final ProviderRequest request;

	private @Nullable String systemPrompt;

	private final List<OpenPart> parts = new ArrayList<>();

	/** By the calls' places in the answer. */
	private final Map<Integer, OpenPart> calls = new HashMap<>();

	/** What the next piece may belong to. */
	private @Nullable OpenPart last;

	RecordedCall(ProviderRequest request) {
		this.request = request;
		this.systemPrompt = request.systemPrompt();
	}

	/**
	 * A target is asked, which may have instructions of its own.
	 * @param asked what it is asked
	 */
	synchronized void asked(ProviderRequest asked) {
		this.systemPrompt = asked.systemPrompt();
	}

	/**
	 * Take note of an event. Of several choices only the first is recorded.
	 * @param event the event
	 */
	synchronized void event(StreamEvent event) {
		if (event instanceof StreamEvent.Token token && token.choice() == 0) {
			open("text").text.append(token.text());
		}
		else if (event instanceof StreamEvent.Reasoning reasoning && reasoning.choice() == 0) {
			open("reasoning").text.append(reasoning.text());
		}
		else if (event instanceof StreamEvent.ReasoningEnd) {
			this.last = null;
		}
		else if (event instanceof StreamEvent.ToolCall call && call.choice() == 0) {
			this.calls.computeIfAbsent(call.index(), (index) -> begin("tool_call")).add(call);
		}
		else if (event instanceof StreamEvent.ToolResult result) {
			begin("tool_call_response").add(result);
		}
		else if (event instanceof StreamEvent.Retry) {
			this.parts.clear();
			this.calls.clear();
			this.last = null;
		}
	}

	private OpenPart open(String type) {
		OpenPart last = this.last;
		return (last != null && last.type.equals(type)) ? last : begin(type);
	}

	private OpenPart begin(String type) {
		OpenPart part = new OpenPart(type);
		this.parts.add(part);
		this.last = part;
		return part;
	}

	/** All of it, so far. */
	synchronized CallContent content() {
		List<Turn> turns = new ArrayList<>();
		List<Part> turn = new ArrayList<>();
		for (int index = 0; index < this.parts.size(); index++) {
			OpenPart part = this.parts.get(index);
			turn.add(part.closed());
			if (index + 1 == this.parts.size() || !this.parts.get(index + 1).role().equals(part.role())) {
				turns.add(new Turn(part.role(), turn));
				turn.clear();
			}
		}
		return CallContent.of(this.systemPrompt, this.request.messages(), turns)
			.withTools(this.request.tools().stream().map(RecordedCall::tool).toList());
	}

	private static CallContent.Tool tool(ToolDefinition tool) {
		return new CallContent.Tool(tool.name(), tool.description(),
				JsonMapper.shared().writeValueAsString(tool.schema()));
	}

	/** A part of which there may be more. */
	private static final class OpenPart {

		private final String type;

		private final StringBuilder text = new StringBuilder();

		private @Nullable String id;

		private @Nullable String name;

		OpenPart(String type) {
			this.type = type;
		}

		void add(StreamEvent.ToolCall piece) {
			this.id = (this.id != null) ? this.id : piece.id();
			this.name = (this.name != null) ? this.name : piece.name();
			this.text.append(piece.argumentsDelta());
		}

		void add(StreamEvent.ToolResult result) {
			this.id = result.callId();
			this.name = result.name();
			this.text.append(result.result());
		}

		String role() {
			return this.type.equals("tool_call_response") ? "tool" : "assistant";
		}

		Part closed() {
			return new Part(this.type, this.id, this.name, this.text.toString());
		}

	}

}

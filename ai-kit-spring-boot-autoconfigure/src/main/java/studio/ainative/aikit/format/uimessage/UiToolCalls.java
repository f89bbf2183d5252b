package studio.ainative.aikit.format.uimessage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;

/**
 * The calls that the model wants made. Their arguments are shown as they come, but a call
 * is made available only once the answer is whole, as the reader then acts on it; or with
 * its result, where AI Kit has made it.
 */
final class UiToolCalls {

	static final String UNREADABLE = "The model asked for a tool in a way that can't be read.";

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final int level;

	private final Map<Integer, Call> calls = new LinkedHashMap<>();

	/** Ids of the whole answer, those that a retry has voided included. */
	private final Set<String> ids = new HashSet<>();

	private boolean unreadable;

	UiToolCalls(int level) {
		this.level = level;
	}

	void add(StreamEvent.ToolCall piece, Consumer<Frame> frames) {
		this.calls.computeIfAbsent(piece.index(), (index) -> new Call()).add(piece, frames);
	}

	/**
	 * Tell what came of a call.
	 * @param result the result
	 * @param frames takes the frames
	 * @return whether the call is known
	 */
	boolean result(StreamEvent.ToolResult result, Consumer<Frame> frames) {
		for (Call call : this.calls.values()) {
			if (!call.ended && result.callId().equals(call.givenId) && call.end(result, frames)) {
				return true;
			}
		}
		return false;
	}

	/** The answer begins again. */
	void discard() {
		this.calls.clear();
	}

	boolean isUnreadable() {
		return this.unreadable;
	}

	/**
	 * Make the calls available.
	 * @param frames takes the frames
	 * @return {@code false} if the answer fails, because there is a call that can't be
	 * told to this level's readers; then none was made available
	 */
	boolean finish(Consumer<Frame> frames) {
		List<String> parts = new ArrayList<>();
		for (Call call : this.calls.values()) {
			if (call.ended) {
				continue;
			}
			String part = call.finished();
			if (part == null) {
				this.unreadable = true;
				return false;
			}
			parts.add(part);
		}
		parts.forEach((part) -> UiMessageEncoder.send(part, frames));
		return true;
	}

	private String unusedId(@Nullable String wanted, int index) {
		String base = (wanted != null) ? wanted : "call-" + index;
		String id = base;
		for (int i = 2; !this.ids.add(id); i++) {
			id = base + "-" + i;
		}
		return id;
	}

	/**
	 * One call.
	 */
	private final class Call {

		private final StringBuilder arguments = new StringBuilder();

		/** As it was told. */
		private @Nullable String id;

		/** As it came. */
		private @Nullable String givenId;

		private @Nullable String name;

		/** Whether its result was told. */
		private boolean ended;

		void add(StreamEvent.ToolCall piece, Consumer<Frame> frames) {
			if (this.ended) {
				return;
			}
			this.arguments.append(piece.argumentsDelta());
			if (this.name != null) {
				delta(piece.argumentsDelta(), frames);
				return;
			}
			if (this.id == null && piece.id() != null) {
				this.id = piece.id();
				this.givenId = piece.id();
			}
			if (piece.name() != null) {
				this.name = piece.name();
				this.id = unusedId(this.id, piece.index());
				UiMessageEncoder.send(head("start").append('}'), frames);
				delta(this.arguments.toString(), frames);
			}
		}

		private void delta(String text, Consumer<Frame> frames) {
			if (!text.isEmpty()) {
				StringBuilder json = new StringBuilder("{\"type\":\"tool-input-delta\",\"toolCallId\":");
				JsonText.quote(json, String.valueOf(this.id));
				JsonText.quote(json.append(",\"inputTextDelta\":"), text);
				UiMessageEncoder.send(json.append('}'), frames);
			}
		}

		/** A call that can't be read has failed, and the model goes on with that. */
		boolean end(StreamEvent.ToolResult result, Consumer<Frame> frames) {
			if (this.name == null) {
				return false;
			}
			this.ended = true;
			String input = input();
			UiMessageEncoder.send(
					head("available").append(",\"input\":").append((input != null) ? input : "{}").append('}'), frames);
			StringBuilder json = new StringBuilder("{\"type\":\"tool-output-")
				.append(result.failed() ? "error" : "available")
				.append("\",\"toolCallId\":");
			JsonText.quote(json, String.valueOf(this.id));
			json.append(result.failed() ? ",\"errorText\":" : ",\"output\":");
			String output = result.failed() ? null : json(result.result());
			if (output != null) {
				json.append(output);
			}
			else {
				JsonText.quote(json, result.result());
			}
			UiMessageEncoder.send(json.append('}'), frames);
			return true;
		}

		private @Nullable String finished() {
			if (this.name == null) {
				return null;
			}
			String input = input();
			if (input != null) {
				return head("available").append(",\"input\":").append(input).append('}').toString();
			}
			if (UiToolCalls.this.level < 6) {
				return null;
			}
			StringBuilder json = head("error").append(",\"input\":");
			JsonText.quote(json, this.arguments.toString());
			JsonText.quote(json.append(",\"errorText\":"), UNREADABLE);
			return json.append('}').toString();
		}

		/** On one line; a tool without parameters is called with nothing at all. */
		private @Nullable String input() {
			String text = this.arguments.toString();
			return text.isBlank() ? "{}" : json(text);
		}

		/** Null would end the chat in an error. */
		private static @Nullable String json(String text) {
			try {
				// As it was written but for its lines: numbers may have any length
				JsonNode tree = JSON.readTree(text);
				return tree.isMissingNode() ? null : tree.isNull() ? "{}"
						: JsonText.withoutLoneSurrogates(text.replace('\n', ' ').replace('\r', ' '));
			}
			catch (JacksonException ex) {
				return null;
			}
		}

		private StringBuilder head(String kind) {
			StringBuilder json = new StringBuilder("{\"type\":\"tool-input-").append(kind).append("\",\"toolCallId\":");
			JsonText.quote(json, String.valueOf(this.id));
			JsonText.quote(json.append(",\"toolName\":"), String.valueOf(this.name));
			return json;
		}

	}

}

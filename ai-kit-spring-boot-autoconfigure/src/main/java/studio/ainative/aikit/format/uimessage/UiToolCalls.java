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
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;

/**
 * The calls that the model wants made. Their arguments are shown as they come, but a call
 * is made available only once the answer is whole, as the reader then acts on it.
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

		private @Nullable String id;

		private @Nullable String name;

		void add(StreamEvent.ToolCall piece, Consumer<Frame> frames) {
			this.arguments.append(piece.argumentsDelta());
			if (this.name != null) {
				delta(piece.argumentsDelta(), frames);
				return;
			}
			if (this.id == null && piece.id() != null) {
				this.id = piece.id();
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
			if (text.isBlank()) {
				return "{}";
			}
			try {
				// As it was written but for its lines: numbers may have any length
				return JSON.readTree(text).isNull() ? "{}"
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

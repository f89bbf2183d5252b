package studio.ainative.aikit.format.uimessage;

import java.util.Iterator;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;

/**
 * A message that an answer goes on with, as a note: its id, and what was in it before,
 * each on a line of its own. A page that is loaded anew makes the message again of
 * nothing but what it reads, so it has to read that too.
 */
final class UiContinuation {

	private static final String STEP = "{\"type\":\"start-step\"}";

	private final StringBuilder note = new StringBuilder();

	private final UiOpenPart part = new UiOpenPart();

	private boolean isStepOpen;

	private UiContinuation(String id) {
		JsonText.quote(this.note, id);
	}

	/**
	 * Note an id alone.
	 * @param id the message's id
	 * @return the note
	 */
	static String note(String id) {
		return new UiContinuation(id).note.toString();
	}

	/**
	 * Note a message.
	 * @param message the message
	 * @return the note, {@code null} if something is in it that can't be told again: the
	 * answer is better a message of its own then
	 */
	static @Nullable String note(UiMessage message) {
		UiContinuation continuation = new UiContinuation(message.id());
		for (UiPart part : UiConversation.valid(message.parts())) {
			if (!continuation.add(part)) {
				return null;
			}
		}
		continuation.endStep();
		return continuation.note.toString();
	}

	/**
	 * Start an answer that goes on with the message, whose reader has that.
	 * @param note the note
	 * @param frames takes the frames
	 */
	static void startWithout(String note, Consumer<Frame> frames) {
		int end = note.indexOf('\n');
		start((end < 0) ? note : note.substring(0, end), frames);
	}

	/**
	 * Start with what was in the message before.
	 * @param note the note
	 * @param frames takes the frames
	 */
	static void start(String note, Consumer<Frame> frames) {
		Iterator<String> lines = note.lines().iterator();
		UiMessageEncoder.send(
				"{\"type\":\"start\",\"messageId\":" + lines.next() + ",\"messageMetadata\":{\"outcome\":\"pending\"}}",
				frames);
		lines.forEachRemaining((line) -> UiMessageEncoder.send(line, frames));
		UiMessageEncoder.send(STEP, frames);
	}

	private boolean add(UiPart part) {
		if (part instanceof UiPart.StepStart) {
			endStep();
			this.isStepOpen = true;
			line(STEP);
			return true;
		}
		if (part instanceof UiPart.Text text) {
			this.part.openText(this::line);
			this.part.delta(text.text(), this::line);
			this.part.close(this::line);
			return true;
		}
		if (part instanceof UiPart.Reasoning reasoning) {
			this.part.openReasoning(this::line);
			this.part.delta(reasoning.text(), this::line);
			this.part.close(this::line);
			return true;
		}
		return part instanceof UiPart.Tool tool && add(tool);
	}

	/** Never made available: the reader would make the call again. */
	private boolean add(UiPart.Tool tool) {
		boolean failed = tool.state().equals("output-error");
		if (!failed && !tool.state().equals("output-available")) {
			return false;
		}
		StringBuilder start = call("tool-input-start", tool);
		JsonText.quote(start.append(",\"toolName\":"), tool.toolName());
		line(start.append('}'));
		if (tool.input() != null) {
			StringBuilder input = call("tool-input-delta", tool);
			JsonText.quote(input.append(",\"inputTextDelta\":"), tool.input());
			line(input.append('}'));
		}
		StringBuilder end = call(failed ? "tool-output-error" : "tool-output-available", tool);
		if (failed) {
			JsonText.quote(end.append(",\"errorText\":"), String.valueOf(tool.errorText()));
		}
		else if (tool.output() != null) {
			end.append(",\"output\":").append(JsonText.withoutLoneSurrogates(tool.output()));
		}
		line(end.append('}'));
		return true;
	}

	private static StringBuilder call(String type, UiPart.Tool tool) {
		StringBuilder json = new StringBuilder("{\"type\":\"").append(type).append("\",\"toolCallId\":");
		JsonText.quote(json, tool.toolCallId());
		return json;
	}

	private void endStep() {
		if (this.isStepOpen) {
			this.isStepOpen = false;
			line("{\"type\":\"finish-step\"}");
		}
	}

	private void line(Frame frame) {
		line(frame.text());
	}

	private void line(CharSequence json) {
		this.note.append('\n').append(json);
	}

}

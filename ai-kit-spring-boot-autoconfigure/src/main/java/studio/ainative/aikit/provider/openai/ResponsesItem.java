package studio.ainative.aikit.provider.openai;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * One item of a Responses answer, as far as it was told.
 */
final class ResponsesItem {

	private final Set<String> told = new HashSet<>();

	/** Whether an event said that it begins. */
	boolean begun;

	/** By which name. */
	@Nullable String id;

	/** Of a message: what it is for, {@code null} where nothing says so. */
	@Nullable String phase;

	/** Which of the answer's tool calls it is, -1 if it is none. */
	int tool = -1;

	/** Of reasoning: whether what the API wants back was told. */
	boolean reasoningEnded;

	private boolean inputBegun;

	private boolean inputEnded;

	/** Whether its text is said on the way to the answer and is not part of it. */
	boolean isCommentary() {
		return "commentary".equals(this.phase);
	}

	/**
	 * Note that something of a part was told.
	 * @return {@code false} if that was known
	 */
	boolean note(ResponsesPart part, int index) {
		return this.told.add(part.name() + index);
	}

	/** Whether something of a part was told. */
	boolean isNoted(ResponsesPart part, int index) {
		return this.told.contains(part.name() + index);
	}

	/**
	 * A piece of a custom tool's input as a piece of JSON arguments, which are an object
	 * with the input in it: {@code {"input":"…"}}.
	 */
	String inputPiece(String text) {
		String begin = this.inputBegun ? "" : "{\"input\":\"";
		this.inputBegun = true;
		return begin + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text));
	}

	/** The rest of those arguments, empty if they have ended. */
	String endInput() {
		if (this.inputEnded) {
			return "";
		}
		String rest = inputPiece("") + "\"}";
		this.inputEnded = true;
		return rest;
	}

}

package studio.ainative.aikit.observation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * What a call asked and what it was answered. It is there only where the application has
 * asked for it, and {@link #toString()} shows nothing of it.
 *
 * @param systemInstructions what the model was told to be, {@code null} if nothing
 * @param input the messages that were sent, oldest first
 * @param output what arrived, oldest first: of a call whose tools AI Kit runs, what the
 * model said in each round with the results between; may be empty
 * @param tools the tools that the model might call, may be empty
 * @since 0.1.0
 */
public record CallContent(@Nullable String systemInstructions, List<Turn> input, List<Turn> output, List<Tool> tools) {

	/** What stands where a text was cut: {@value}. */
	static final String CUT = "…";

	/**
	 * Copy the lists.
	 * @param systemInstructions what the model was told to be, {@code null} if nothing
	 * @param input the messages that were sent, oldest first
	 * @param output what arrived, oldest first, may be empty
	 * @param tools the tools that the model might call, may be empty
	 */
	public CallContent {
		input = List.copyOf(input);
		output = List.copyOf(output);
		tools = List.copyOf(tools);
	}

	/**
	 * Content without tools.
	 * @param systemInstructions what the model was told to be, {@code null} if nothing
	 * @param input the messages that were sent, oldest first
	 * @param output what arrived, oldest first, may be empty
	 */
	public CallContent(@Nullable String systemInstructions, List<Turn> input, List<Turn> output) {
		this(systemInstructions, input, output, List.of());
	}

	/**
	 * The content of a call. Of files only their media types and names are taken.
	 * @param systemInstructions what the model was told to be, {@code null} if nothing
	 * @param messages the messages that were sent, oldest first
	 * @param answer what arrived, oldest first
	 * @return the content
	 */
	public static CallContent of(@Nullable String systemInstructions, List<Message> messages, List<Turn> answer) {
		return new CallContent(systemInstructions, messages.stream().map(CallContent::turn).toList(), answer);
	}

	private static Turn turn(Message message) {
		// Where there are parts, the text is among them
		List<Part> parts = message.parts().isEmpty() ? List.of(new Part("text", null, null, message.content()))
				: message.parts().stream().map(CallContent::part).toList();
		return new Turn(message.role().toString(), parts);
	}

	private static Part part(MessagePart part) {
		if (part instanceof MessagePart.Text text) {
			return new Part("text", null, null, text.text());
		}
		if (part instanceof MessagePart.ToolCall call) {
			return new Part("tool_call", call.id(), call.name(), call.arguments());
		}
		if (part instanceof MessagePart.ToolResult result) {
			return new Part("tool_call_response", result.callId(), result.name(), result.result());
		}
		if (part instanceof MessagePart.Reasoning reasoning) {
			return new Part("reasoning", null, null, reasoning.text());
		}
		MessagePart.File file = (MessagePart.File) part;
		return new Part("file", null, file.name(), file.mediaType());
	}

	/**
	 * The same with other tools.
	 * @param tools the tools that the model might call, may be empty
	 * @return the copy
	 */
	public CallContent withTools(List<Tool> tools) {
		return new CallContent(this.systemInstructions, this.input, this.output, tools);
	}

	/**
	 * The same with other texts: for filters that replace what must not be recorded.
	 * @param change gives the text in place of each
	 * @return the copy
	 */
	public CallContent withTexts(UnaryOperator<String> change) {
		String instructions = this.systemInstructions;
		return new CallContent((instructions != null) ? change.apply(instructions) : null,
				this.input.stream().map((turn) -> turn.withTexts(change)).toList(),
				this.output.stream().map((turn) -> turn.withTexts(change)).toList(),
				this.tools.stream().map((tool) -> tool.withTexts(change)).toList());
	}

	/**
	 * Cut to a length: the instructions, all messages together, the answer, and all tools
	 * together. Of the messages the newest are kept, of the answer its beginning, and of
	 * the tools the first.
	 * @param maxLength how many characters each of the four may have
	 * @return the copy
	 */
	CallContent cut(int maxLength) {
		List<Turn> newest = new ArrayList<>(this.input);
		Collections.reverse(newest);
		newest = cut(newest, maxLength);
		Collections.reverse(newest);
		String instructions = this.systemInstructions;
		return new CallContent((instructions != null) ? cut(instructions, maxLength) : null, newest,
				cut(this.output, maxLength), cutTools(this.tools, maxLength));
	}

	private static List<Tool> cutTools(List<Tool> tools, int maxLength) {
		List<Tool> kept = new ArrayList<>();
		int left = maxLength;
		for (Tool tool : tools) {
			left -= tool.name().length();
			if (left < 0) {
				break;
			}
			Tool cut = tool.cut(left);
			left -= cut.description().length() + cut.parameters().length();
			kept.add(cut);
		}
		return kept;
	}

	private static List<Turn> cut(List<Turn> turns, int maxLength) {
		List<Turn> kept = new ArrayList<>();
		int left = maxLength;
		for (Turn turn : turns) {
			if (left <= 0) {
				break;
			}
			Turn cut = turn.cut(left);
			left -= cut.length();
			kept.add(cut);
		}
		return kept;
	}

	private static String cut(String text, int maxLength) {
		if (text.length() <= maxLength) {
			return text;
		}
		// Half a character is none
		int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
		return text.substring(0, end) + CUT;
	}

	/** Nothing of it. */
	@Override
	public String toString() {
		return "CallContent[messages=" + this.input.size() + "]";
	}

	/**
	 * A message.
	 *
	 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
	 * @param parts what it consists of
	 */
	public record Turn(String role, List<Part> parts) {

		/**
		 * Copy the list.
		 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
		 * @param parts what it consists of
		 */
		public Turn {
			parts = List.copyOf(parts);
		}

		private Turn withTexts(UnaryOperator<String> change) {
			return new Turn(this.role, this.parts.stream().map((part) -> part.withText(change)).toList());
		}

		private Turn cut(int maxLength) {
			List<Part> kept = new ArrayList<>();
			int left = maxLength;
			for (Part part : this.parts) {
				if (left <= 0) {
					break;
				}
				int room = left;
				kept.add(part.withText((text) -> CallContent.cut(text, room)));
				left -= Math.max(1, part.text().length());
			}
			return new Turn(this.role, kept);
		}

		/** At least one, so that empty messages have an end too. */
		private int length() {
			return Math.max(1, this.parts.stream().mapToInt((part) -> Math.max(1, part.text().length())).sum());
		}

		/** Nothing of it. */
		@Override
		public String toString() {
			return "Turn[role=" + this.role + ", parts=" + this.parts.size() + "]";
		}

	}

	/**
	 * A part of a message.
	 *
	 * @param type {@code text}, {@code tool_call}, {@code tool_call_response},
	 * {@code reasoning} or {@code file}
	 * @param id the id of a tool's call, {@code null} of anything else
	 * @param name the name of a tool or a file, {@code null} if there is none
	 * @param text the text, a tool's arguments as JSON, its result, or a file's media
	 * type
	 */
	public record Part(String type, @Nullable String id, @Nullable String name, String text) {

		private Part withText(UnaryOperator<String> change) {
			return new Part(this.type, this.id, this.name, change.apply(this.text));
		}

		/** Nothing of it. */
		@Override
		public String toString() {
			return "Part[type=" + this.type + "]";
		}

	}

	/**
	 * A tool that the model might call.
	 *
	 * @param name its name
	 * @param description what the model is told of it, may be empty
	 * @param parameters the JSON schema of its arguments, as JSON; empty where it is left
	 * out
	 */
	public record Tool(String name, String description, String parameters) {

		private Tool withTexts(UnaryOperator<String> change) {
			return new Tool(this.name, change.apply(this.description), change.apply(this.parameters));
		}

		/** Half a schema is none. */
		private Tool cut(int room) {
			if (this.description.length() > room) {
				return new Tool(this.name, (room > 0) ? CallContent.cut(this.description, room) : "", "");
			}
			int left = room - this.description.length();
			return (this.parameters.length() <= left) ? this : new Tool(this.name, this.description, "");
		}

		/** Nothing of it. */
		@Override
		public String toString() {
			return "Tool[]";
		}

	}

}

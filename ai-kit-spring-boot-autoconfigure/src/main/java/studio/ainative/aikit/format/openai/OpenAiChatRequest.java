package studio.ainative.aikit.format.openai;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.annotation.JsonDeserialize;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.format.WireFormat;

/**
 * What a client of
 * <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI's chat
 * completions</a> sends, for a controller's {@code @RequestBody}:
 *
 * <pre class="code">
 * return this.responses.from(this.aiStream.stream(request.messages()), request.format());
 * </pre>
 *
 * Fields and parts of messages that are not known are passed by. Images, files and calls
 * of tools with their results are read; addresses of images are handed on and never
 * fetched. What is known and can't be passed on is refused with its name: several choices
 * ({@code n}), sound, and files by an id. So is what has the wrong type or is too much:
 * more than {@value #MAX_MESSAGES} messages, {@value #MAX_PARTS} parts of one, or
 * {@value #MAX_TOOLS} tools.
 *
 * @param model the model that is asked for, not blank
 * @param messages the conversation, oldest first, not empty; the role {@code developer}
 * is read as {@code system}
 * @param stream whether the answer is to come piece by piece, {@code false} unless said
 * @param includeUsage whether {@code stream_options.include_usage} asks for usage in a
 * stream
 * @param options what else was asked, by OpenAI's names: {@code temperature},
 * {@code top_p}, {@code max_tokens}, {@code max_completion_tokens}, {@code stop},
 * {@code seed}, {@code tools}, {@code tool_choice}, {@code response_format} and their
 * like; JSON values, never {@code null}. Fields that choose what a call costs
 * ({@code model}, {@code service_tier}) or what is kept of it ({@code store}) are not
 * among them
 * @since 0.1.0
 */
@JsonDeserialize(using = OpenAiChatRequestReader.class)
public record OpenAiChatRequest(String model, List<Message> messages, boolean stream, boolean includeUsage,
		Map<String, Object> options) {

	/** How many messages are read: {@value}. Longer conversations are for no model. */
	public static final int MAX_MESSAGES = 2048;

	/** How many parts of one message are read: {@value}. */
	public static final int MAX_PARTS = 512;

	/** How many tools are read: {@value}, OpenAI's own limit. */
	public static final int MAX_TOOLS = 128;

	/**
	 * Copy what is mutable.
	 * @param model the model that is asked for, not blank
	 * @param messages the conversation, oldest first, not empty
	 * @param stream whether the answer is to come piece by piece
	 * @param includeUsage whether usage is asked for in a stream
	 * @param options what else was asked, by OpenAI's names
	 */
	public OpenAiChatRequest {
		Objects.requireNonNull(model, "'model' must not be null");
		messages = List.copyOf(messages);
		options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
	}

	/**
	 * What a streamed answer to this request looks like.
	 * @return the format, which names the model as the request does and tells usage if it
	 * was asked for
	 */
	public WireFormat format() {
		return new OpenAiWireFormat(this.model, this.includeUsage);
	}

	/**
	 * Nothing of what was said is in it.
	 */
	@Override
	public String toString() {
		return "OpenAiChatRequest[model=" + this.model + ", messages=" + this.messages.size() + ", stream="
				+ this.stream + ", options=" + this.options.keySet() + "]";
	}

}

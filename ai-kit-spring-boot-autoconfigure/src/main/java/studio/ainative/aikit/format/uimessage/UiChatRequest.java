package studio.ainative.aikit.format.uimessage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;

/**
 * What {@code useChat} of the npm package {@code ai} (5 to 7) sends by its
 * {@code DefaultChatTransport}, for a controller to take as {@code @RequestBody}:
 *
 * <pre class="code">
 * &#064;PostMapping("/api/chat")
 * StreamingResponse chat(&#064;RequestBody UiChatRequest request) {
 * 	return this.responses.from(this.aiStream.stream(request.toMessages()), this.format.answering(request));
 * }
 * </pre>
 *
 * Fields and parts that are not known are ignored. A body that lacks something, has it in
 * another form or passes a limit is refused, with a plain sentence that {@code useChat}
 * shows as the chat's error.
 *
 * @param id id of the chat
 * @param trigger what the person did
 * @param messageId the message that it is about, {@code null} if none is named. For
 * {@link Trigger#REGENERATE_MESSAGE} it need not be among the messages
 * @param messages the conversation, oldest first, not empty
 * @param more what the application has added to the body ({@code body} of the transport),
 * as JSON values
 * @since 0.1.0
 */
@JsonDeserialize(using = UiChatReader.class)
public record UiChatRequest(String id, Trigger trigger, @Nullable String messageId, List<UiMessage> messages,
		Map<String, Object> more) {

	/** Messages of one request at most: {@value}. No model takes in so many. */
	public static final int MAX_MESSAGES = 1_000;

	/**
	 * Parts of one request at most, all messages together: {@value}. Those of a long
	 * conversation with tools are some thousand.
	 */
	public static final int MAX_PARTS = 5_000;

	/**
	 * Bytes of files of one request at most, decoded, all messages together: {@value}. A
	 * conversation is sent whole each time, and providers refuse more than some 20 MB.
	 */
	public static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

	/**
	 * Copy the lists.
	 * @param id id of the chat
	 * @param trigger what the person did
	 * @param messageId the message that it is about, {@code null} if none is named
	 * @param messages the conversation, oldest first, not empty
	 * @param more what the application has added to the body
	 */
	public UiChatRequest {
		messages = List.copyOf(messages);
		more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
	}

	/**
	 * The message that the answer goes on with: the last one if the model has said it, as
	 * when the result of a tool is sent back.
	 * @return the message's id, {@code null} if the answer is a new message
	 */
	public @Nullable String continuedId() {
		UiMessage continued = continued();
		return (continued != null) ? continued.id() : null;
	}

	@Nullable UiMessage continued() {
		UiMessage last = this.messages.get(this.messages.size() - 1);
		return (last.role() == Message.Role.ASSISTANT) ? last : null;
	}

	/**
	 * The conversation for the model, with the person's files and the calls of tools that
	 * have come to an end. Reasoning, text that a retry has voided, calls of tools
	 * without an end and answers without a word are left out. Text of an answer that was
	 * stopped or has failed stays. Addresses of files are handed on and never fetched.
	 * @return the messages
	 * @throws InvalidMessagesException if there is a file that no message can hold, or
	 * one of the model's
	 */
	public List<Message> toMessages() {
		return UiParts.messages(this.messages);
	}

	/**
	 * The conversation for the model, with words for what is no text.
	 * @param words says a {@link UiPart.File} or a {@linkplain UiPart.Tool#isFinished()
	 * finished} {@link UiPart.Tool} in words: for the former they become part of its
	 * message, for the latter a message of the user's; {@code null} to leave it out
	 * @return the messages
	 */
	public List<Message> toMessages(Function<UiPart, @Nullable String> words) {
		return UiConversation.messages(this.messages, words);
	}

	@Override
	public String toString() {
		return "UiChatRequest[id=" + this.id + ", trigger=" + this.trigger + ", messages=" + this.messages.size() + "]";
	}

	/**
	 * What the person did.
	 */
	public enum Trigger {

		/** Sent or edited a message, or a tool's result was sent back. */
		SUBMIT_MESSAGE("submit-message"),

		/** Asked for another answer. */
		REGENERATE_MESSAGE("regenerate-message");

		private final String text;

		Trigger(String text) {
			this.text = text;
		}

		/**
		 * As in JSON.
		 * @return for example {@code submit-message}
		 */
		@Override
		public String toString() {
			return this.text;
		}

	}

}

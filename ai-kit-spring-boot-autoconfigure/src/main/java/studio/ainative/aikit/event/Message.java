package studio.ainative.aikit.event;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation: text, mostly, and then it has no parts. A message that
 * holds more has all of it in its parts, in order, its text included.
 *
 * @param id unique in its conversation, {@code null} where nobody gave one
 * @param role who speaks
 * @param content the text, may be empty; with parts, that of all {@link MessagePart.Text}
 * @param timestamp when it was said, {@code null} where nobody noted it
 * @param status whether the text is all there is; {@code null} means
 * {@link Status#COMPLETE}
 * @param parts all that was said, in order; empty where that is text alone
 * @since 0.1.0
 */
public record Message(@Nullable String id, Role role, String content, @Nullable Instant timestamp, Status status,
		List<MessagePart> parts) {

	/**
	 * Refuse a message without role or text, and parts that its role can't say: files are
	 * the person's, calls of tools and reasoning the model's, and results of tools make
	 * up the messages of {@link Role#TOOL}, which hold nothing else.
	 * @param id unique in its conversation, {@code null} where nobody gave one
	 * @param role who speaks
	 * @param content the text, may be empty; if no part is text, it comes first
	 * @param timestamp when it was said, {@code null} where nobody noted it
	 * @param status whether the text is all there is; {@code null} means
	 * {@link Status#COMPLETE}
	 * @param parts all that was said, in order
	 * @throws InvalidMessagesException if parts don't go with the role or the text
	 */
	public Message {
		Objects.requireNonNull(role, "'role' must not be null");
		Objects.requireNonNull(content, "'content' must not be null");
		status = Objects.requireNonNullElse(status, Status.COMPLETE);
		if (parts.isEmpty() && role != Role.TOOL) {
			parts = List.of();
		}
		else {
			String text = MessageParts.text(role, content, parts);
			parts = MessageParts.all(content, parts);
			content = text;
		}
	}

	/**
	 * A message of text alone.
	 * @param id unique in its conversation, {@code null} where nobody gave one
	 * @param role who speaks, not {@link Role#TOOL}
	 * @param content the text, may be empty
	 * @param timestamp when it was said, {@code null} where nobody noted it
	 * @param status whether the text is all there is; {@code null} means
	 * {@link Status#COMPLETE}
	 */
	public Message(@Nullable String id, Role role, String content, @Nullable Instant timestamp, Status status) {
		this(id, role, content, timestamp, status, List.of());
	}

	/**
	 * What the application tells the model.
	 * @param content the text
	 * @return the message
	 */
	public static Message system(String content) {
		return new Message(null, Role.SYSTEM, content, null, Status.COMPLETE);
	}

	/**
	 * What the person says.
	 * @param content the text
	 * @return the message
	 */
	public static Message user(String content) {
		return new Message(null, Role.USER, content, null, Status.COMPLETE);
	}

	/**
	 * What the person says and shows.
	 * @param content the text, may be empty
	 * @param parts what comes after it, files mostly
	 * @return the message
	 * @throws InvalidMessagesException if a person can't say such a part
	 */
	public static Message user(String content, MessagePart... parts) {
		return new Message(null, Role.USER, content, null, Status.COMPLETE, List.of(parts));
	}

	/**
	 * What the model answered.
	 * @param content the text
	 * @return the message
	 */
	public static Message assistant(String content) {
		return new Message(null, Role.ASSISTANT, content, null, Status.COMPLETE);
	}

	/**
	 * What the model answered and asked for.
	 * @param content the text, may be empty
	 * @param parts what comes after it, calls of tools mostly
	 * @return the message
	 * @throws InvalidMessagesException if a model can't say such a part
	 */
	public static Message assistant(String content, MessagePart... parts) {
		return new Message(null, Role.ASSISTANT, content, null, Status.COMPLETE, List.of(parts));
	}

	/**
	 * What came of calls of tools. Follows the message with these calls.
	 * @param results a result for each call
	 * @return the message
	 */
	public static Message tool(MessagePart.ToolResult... results) {
		return new Message(null, Role.TOOL, "", null, Status.COMPLETE, List.copyOf(Arrays.asList(results)));
	}

	/**
	 * Whether anything was said: words, or a part that is no text.
	 * @return {@code false} for blank text alone
	 */
	public boolean hasContent() {
		return !this.parts.isEmpty() || !this.content.isBlank();
	}

	/**
	 * The parts of one kind.
	 * @param <T> the kind
	 * @param kind the kind's class
	 * @return the parts in order, empty where there are none
	 */
	public <T extends MessagePart> List<T> parts(Class<T> kind) {
		return this.parts.isEmpty() ? List.of() : this.parts.stream().filter(kind::isInstance).map(kind::cast).toList();
	}

	@Override
	public String toString() {
		return "Message[id=" + this.id + ", role=" + this.role + ", length=" + this.content.length() + ", status="
				+ this.status + (this.parts.isEmpty() ? "]" : ", parts=" + this.parts + "]");
	}

	/**
	 * Who speaks. In JSON, as in {@link #toString()}, in lower case.
	 */
	public enum Role {

		/** The application. */
		SYSTEM,

		/** The person. */
		USER,

		/** The model. */
		ASSISTANT,

		/** Tools that the model has called. */
		TOOL;

		private final String text = name().toLowerCase(Locale.ROOT);

		@Override
		public String toString() {
			return this.text;
		}

	}

	/**
	 * Whether a message is whole. In JSON, as in {@link #toString()}, in lower case.
	 */
	public enum Status {

		/** All of it. */
		COMPLETE,

		/** The answer up to where it was stopped. */
		STOPPED,

		/** The answer up to where it failed. */
		FAILED;

		private final String text = name().toLowerCase(Locale.ROOT);

		@Override
		public String toString() {
			return this.text;
		}

	}

}

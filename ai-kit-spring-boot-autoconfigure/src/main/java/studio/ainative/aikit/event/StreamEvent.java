package studio.ainative.aikit.event;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One thing that happens while an answer streams, whatever provider it comes from.
 * <p>
 * Events are immutable. Their {@code toString()} tells sizes and codes, never text:
 * prompts and answers don't belong in a log.
 *
 * @since 0.1.0
 */
public sealed interface StreamEvent {

	/**
	 * The type under which this event travels in AI Kit's wire format.
	 * @return the type, never {@link SSEEventType#START} or {@link SSEEventType#DONE}
	 */
	SSEEventType type();

	/**
	 * A piece of the answer's text, as the provider cut it (often, not always, one token
	 * of the model).
	 *
	 * @param text the text, never empty for events made by AI Kit
	 * @param index position among the tokens of the same choice, from 0
	 * @param choice which of several answers this belongs to, 0 unless more than one was
	 * asked for
	 */
	record Token(String text, int index, int choice) implements StreamEvent {

		/**
		 * Refuse positions below zero.
		 * @param text the text, never empty for events made by AI Kit
		 * @param index position among the tokens of the same choice, from 0
		 * @param choice which of several answers this belongs to, 0 unless more than one
		 * was asked for
		 */
		public Token {
			Objects.requireNonNull(text, "'text' must not be null");
			requireNotNegative("index", index);
			requireNotNegative("choice", choice);
		}

		/**
		 * A token of the first (usually the only) choice.
		 * @param text the text
		 * @param index position among the tokens, from 0
		 */
		public Token(String text, int index) {
			this(text, index, 0);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.TOKEN;
		}

		@Override
		public String toString() {
			return "Token[length=" + this.text.length() + ", index=" + this.index + ", choice=" + this.choice + "]";
		}

	}

	/**
	 * A piece of the model's reasoning, kept apart from the answer. Always an increment,
	 * never the whole text so far.
	 *
	 * @param text the text
	 * @param choice which of several answers this belongs to, 0 unless more than one was
	 * asked for
	 */
	record Reasoning(String text, int choice) implements StreamEvent {

		/**
		 * Refuse a choice below zero.
		 * @param text the text
		 * @param choice which of several answers this belongs to, 0 unless more than one
		 * was asked for
		 */
		public Reasoning {
			Objects.requireNonNull(text, "'text' must not be null");
			requireNotNegative("choice", choice);
		}

		/**
		 * Reasoning of the first (usually the only) choice.
		 * @param text the text
		 */
		public Reasoning(String text) {
			this(text, 0);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.METADATA;
		}

		@Override
		public String toString() {
			return "Reasoning[length=" + this.text.length() + ", choice=" + this.choice + "]";
		}

	}

	/**
	 * A piece of a call that the model wants made. Pieces belong together by
	 * {@code index}: the first carries id and name, the arguments of all pieces put
	 * together are one JSON document.
	 *
	 * @param index which of the answer's tool calls, from 0
	 * @param id the provider's id of the call, {@code null} where the piece has none
	 * @param name the tool's name, {@code null} where the piece has none
	 * @param argumentsDelta the next piece of the arguments' JSON text, may be empty
	 * @param choice which of several answers this belongs to, 0 unless more than one was
	 * asked for
	 * @param handled whether AI Kit makes the call itself, by a function that it was
	 * given: a {@link ToolResult} follows, and there is nothing to be done
	 */
	record ToolCall(int index, @Nullable String id, @Nullable String name, String argumentsDelta, int choice,
			boolean handled) implements StreamEvent {

		/**
		 * Refuse positions below zero.
		 * @param index which of the answer's tool calls, from 0
		 * @param id the provider's id of the call, {@code null} where the piece has none
		 * @param name the tool's name, {@code null} where the piece has none
		 * @param argumentsDelta the next piece of the arguments' JSON text, may be empty
		 * @param choice which of several answers this belongs to, 0 unless more than one
		 * was asked for
		 * @param handled whether AI Kit makes the call itself
		 */
		public ToolCall {
			requireNotNegative("index", index);
			Objects.requireNonNull(argumentsDelta, "'argumentsDelta' must not be null");
			requireNotNegative("choice", choice);
		}

		/**
		 * A piece of a tool call that the caller has to make.
		 * @param index which of the answer's tool calls, from 0
		 * @param id the provider's id of the call, {@code null} where the piece has none
		 * @param name the tool's name, {@code null} where the piece has none
		 * @param argumentsDelta the next piece of the arguments' JSON text
		 * @param choice which of several answers this belongs to, 0 unless more than one
		 * was asked for
		 */
		public ToolCall(int index, @Nullable String id, @Nullable String name, String argumentsDelta, int choice) {
			this(index, id, name, argumentsDelta, choice, false);
		}

		/**
		 * A piece of a tool call of the first (usually the only) choice.
		 * @param index which of the answer's tool calls, from 0
		 * @param id the provider's id of the call, {@code null} where the piece has none
		 * @param name the tool's name, {@code null} where the piece has none
		 * @param argumentsDelta the next piece of the arguments' JSON text
		 */
		public ToolCall(int index, @Nullable String id, @Nullable String name, String argumentsDelta) {
			this(index, id, name, argumentsDelta, 0);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.METADATA;
		}

		@Override
		public String toString() {
			return "ToolCall[index=" + this.index + ", id=" + this.id + ", name=" + this.name + ", length="
					+ this.argumentsDelta.length() + ", choice=" + this.choice + (this.handled ? ", handled]" : "]");
		}

	}

	/**
	 * What came of a tool call that AI Kit has made itself: see
	 * {@link ToolCall#handled()}. The answer goes on after it.
	 *
	 * @param callId the call's id
	 * @param name the tool's name
	 * @param result what the model is told: JSON or plain text, may be empty
	 * @param failed whether the tool failed, and the result says so in a sentence
	 */
	record ToolResult(String callId, String name, String result, boolean failed) implements StreamEvent {

		/**
		 * Refuse a result of no call.
		 * @param callId the call's id
		 * @param name the tool's name
		 * @param result what the model is told: JSON or plain text, may be empty
		 * @param failed whether the tool failed, and the result says so in a sentence
		 */
		public ToolResult {
			Objects.requireNonNull(callId, "'callId' must not be null");
			Objects.requireNonNull(name, "'name' must not be null");
			Objects.requireNonNull(result, "'result' must not be null");
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.METADATA;
		}

		@Override
		public String toString() {
			return "ToolResult[callId=" + this.callId + ", name=" + this.name + ", length=" + this.result.length()
					+ ", failed=" + this.failed + "]";
		}

	}

	/**
	 * A piece of reasoning is over, and this is what its provider wants back with it when
	 * the conversation goes on: see {@link MessagePart.Reasoning}. Nothing to show.
	 *
	 * @param provider the name of the provider, for example {@code anthropic}
	 * @param data what it wants back, by names of its own: a signature for one
	 * @param choice which of several answers this belongs to, 0 unless more than one was
	 * asked for
	 */
	record ReasoningEnd(String provider, Map<String, String> data, int choice) implements StreamEvent {

		/**
		 * Copy what is mutable.
		 * @param provider the name of the provider, for example {@code anthropic}
		 * @param data what it wants back, by names of its own
		 * @param choice which of several answers this belongs to, 0 unless more than one
		 * was asked for
		 */
		public ReasoningEnd {
			Objects.requireNonNull(provider, "'provider' must not be null");
			data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
			requireNotNegative("choice", choice);
		}

		/**
		 * The end of reasoning of the first (usually the only) choice.
		 * @param provider the name of the provider
		 * @param data what it wants back, by names of its own
		 */
		public ReasoningEnd(String provider, Map<String, String> data) {
			this(provider, data, 0);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.METADATA;
		}

		@Override
		public String toString() {
			return "ReasoningEnd[provider=" + this.provider + ", data=" + this.data.keySet() + ", choice=" + this.choice
					+ "]";
		}

	}

	/**
	 * What the answer has used so far. Later reports replace earlier ones: never add them
	 * up within an answer.
	 *
	 * @param usage the tokens
	 * @param cost the price of {@code usage}, {@code null} where the model's prices are
	 * not known
	 */
	record UsageReport(Usage usage, @Nullable Cost cost) implements StreamEvent {

		/**
		 * Refuse a report without usage.
		 * @param usage the tokens
		 * @param cost the price of {@code usage}, {@code null} where the model's prices
		 * are not known
		 */
		public UsageReport {
			Objects.requireNonNull(usage, "'usage' must not be null");
		}

		/**
		 * A report without a price.
		 * @param usage the tokens
		 */
		public UsageReport(Usage usage) {
			this(usage, null);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.USAGE;
		}

	}

	/**
	 * Facts about the answer. Values are JSON values: {@code String}, {@code Number},
	 * {@code Boolean}, {@code List}, {@code Map}.
	 *
	 * @param values the facts by name, at least {@value #ID}, {@value #MODEL} and
	 * {@value #FINISH_REASON} where the provider tells them
	 */
	record Metadata(Map<String, Object> values) implements StreamEvent {

		/** The provider's id of the answer. */
		public static final String ID = "id";

		/** The model that answers, as the provider names it. */
		public static final String MODEL = "model";

		/**
		 * Why the answer ended: the {@linkplain FinishReason#toString() text} of a
		 * reason.
		 */
		public static final String FINISH_REASON = "finishReason";

		/**
		 * The provider's or the model's own word for why the answer ended, where it is
		 * not that of {@link #FINISH_REASON}: for example {@code end_turn}.
		 */
		public static final String PROVIDER_FINISH_REASON = "providerFinishReason";

		/** The stop sequence of the request that ended the answer, where one did. */
		public static final String STOP_SEQUENCE = "stopSequence";

		/**
		 * A sentence for the reader about an answer that ended early, or for a reason
		 * that AI Kit does not know.
		 */
		public static final String WARNING = "warning";

		/**
		 * Says {@code false} when an answer that could be read again no longer can: AI
		 * Kit's server adds it.
		 */
		public static final String RESUMABLE = "resumable";

		/**
		 * The name of the wire format of who answers, where a stream has fallbacks: for
		 * example {@code anthropic}.
		 */
		public static final String PROVIDER = "provider";

		/** The name of the target that answers, where a stream has fallbacks. */
		public static final String TARGET = "target";

		/**
		 * The targets that have failed before, where there were any: a list of maps with
		 * {@link #TARGET} and {@code error}, which is the code of an {@link ErrorEvent}.
		 */
		public static final String FAILED_TARGETS = "failedTargets";

		/**
		 * Says {@code true} of an answer that was not made for this call: it was kept, or
		 * somebody was being answered who had asked the same.
		 */
		public static final String CACHED = "cached";

		/**
		 * How old such an answer is: whole seconds since its end if it was kept, else
		 * since its call began.
		 */
		public static final String AGE = "age";

		/** A piece of the model's refusal to answer. */
		public static final String REFUSAL = "refusal";

		/**
		 * What the provider says of an answer that its rules ended, where it does: its
		 * {@code category} and an {@code explanation}.
		 */
		public static final String STOP_DETAILS = "stopDetails";

		/**
		 * The categories under which the provider's moderation flagged something: lists
		 * of names, {@code input} for the prompt and {@code output} for the answer.
		 */
		public static final String MODERATION = "moderation";

		/**
		 * What the message that begins is for, in the word of OpenAI's Responses:
		 * {@code final_answer}, or {@code commentary}, whose text comes as
		 * {@link Reasoning}.
		 */
		public static final String PHASE = "phase";

		/**
		 * Copy the facts.
		 * @param values the facts by name, at least {@value #ID}, {@value #MODEL} and
		 * {@value #FINISH_REASON} where the provider tells them
		 */
		public Metadata {
			values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.METADATA;
		}

		@Override
		public String toString() {
			return "Metadata" + this.values.keySet();
		}

	}

	/**
	 * The answer failed. What a reader is told: no exception text, no provider's message.
	 *
	 * @param error a plain sentence
	 * @param code what went wrong, for programs: {@code RATE_LIMIT}, {@code TIMEOUT}, …
	 * @param details more facts, JSON values, may be empty
	 */
	record ErrorEvent(String error, String code, Map<String, Object> details) implements StreamEvent {

		/**
		 * Copy the details.
		 * @param error a plain sentence
		 * @param code what went wrong, for programs: {@code RATE_LIMIT}, {@code TIMEOUT},
		 * …
		 * @param details more facts, JSON values, may be empty
		 */
		public ErrorEvent {
			Objects.requireNonNull(error, "'error' must not be null");
			Objects.requireNonNull(code, "'code' must not be null");
			details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
		}

		/**
		 * An error without details.
		 * @param error a plain sentence
		 * @param code what went wrong, for programs
		 */
		public ErrorEvent(String error, String code) {
			this(error, code, Map.of());
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.ERROR;
		}

		@Override
		public String toString() {
			return "ErrorEvent[code=" + this.code + "]";
		}

	}

	/**
	 * The call failed in a way that may pass and will be made again after a delay. Tokens
	 * that came before this event are void: the answer starts again from its beginning.
	 *
	 * @param attempt which retry this is, from 1
	 * @param delay the wait before it
	 * @param discardedTokens how many {@link Token} events are void, 0 unless
	 * {@code mid-stream: restart} was chosen
	 * @param target which of several targets is to be asked then, {@code null} where
	 * there is only one
	 */
	record Retry(int attempt, Duration delay, int discardedTokens, @Nullable String target) implements StreamEvent {

		/**
		 * Refuse an attempt below 1 and counts below zero.
		 * @param attempt which retry this is, from 1
		 * @param delay the wait before it
		 * @param discardedTokens how many {@link Token} events are void, 0 unless
		 * {@code mid-stream: restart} was chosen
		 * @param target which of several targets is to be asked then, {@code null} where
		 * there is only one
		 */
		public Retry {
			if (attempt < 1) {
				throw new IllegalArgumentException("'attempt' must be 1 or more (was " + attempt + ")");
			}
			Objects.requireNonNull(delay, "'delay' must not be null");
			requireNotNegative("discardedTokens", discardedTokens);
		}

		/**
		 * A retry of the only target.
		 * @param attempt which retry this is, from 1
		 * @param delay the wait before it
		 * @param discardedTokens how many {@link Token} events are void
		 */
		public Retry(int attempt, Duration delay, int discardedTokens) {
			this(attempt, delay, discardedTokens, null);
		}

		@Override
		public SSEEventType type() {
			return SSEEventType.RETRY;
		}

	}

	private static void requireNotNegative(String name, int value) {
		if (value < 0) {
			throw new IllegalArgumentException("'" + name + "' must be zero or more (was " + value + ")");
		}
	}

}

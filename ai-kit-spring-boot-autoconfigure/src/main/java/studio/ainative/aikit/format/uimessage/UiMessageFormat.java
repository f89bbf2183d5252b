package studio.ainative.aikit.format.uimessage;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.format.WireFormat;

/**
 * The <a href="https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol">UI message stream</a>,
 * version 1, which {@code useChat} of the npm package {@code ai} reads, majors 5 to 7.
 * Each {@code data} is one line of JSON, without names and ids:
 *
 * <pre>
 * {"type":"start","messageId":"…","messageMetadata":{"outcome":"pending"}}
 * {"type":"start-step"}
 * {"type":"reasoning-start","id":"reasoning-1"}    -delta, -end
 * {"type":"text-start","id":"text-1"}
 * {"type":"text-delta","id":"text-1","delta":"Hel"}
 * {"type":"text-end","id":"text-1"}
 * {"type":"tool-input-start","toolCallId":"…","toolName":"…"}    -delta, -available
 * {"type":"message-metadata","messageMetadata":{"usage":{…},"cost":{…}}}
 * {"type":"data-retry","data":{"attempt":1,"delay":1000,"discardedTokens":0},"transient":true}
 * {"type":"finish-step"}
 * {"type":"finish","messageMetadata":{"outcome":"complete"}}
 * [DONE]
 * </pre>
 *
 * An answer that fails ends in {@code error} in place of {@code finish}, one that was
 * stopped in {@code abort} and {@code finish}. Readers take an {@code abort} for a good
 * end, so the metadata's {@code outcome} is what tells them apart: {@code complete},
 * {@code error}, {@code stopped}, and {@code pending} for one that was cut. An error's
 * code and details stand in the metadata too, as {@code error}.
 * <p>
 * Tool calls are made available once the answer is whole, not before: the reader acts on
 * them. Refusals are text. Usage has the names that the package has for it. A retry is
 * transient while nothing was shown. Else it is a part of the message, and voids what
 * stands between it and the {@code step-start} before it, as no reader takes text back;
 * the answer begins again in a new step. Of several choices only the first is written.
 *
 * @since 0.1.0
 */
public final class UiMessageFormat implements WireFormat {

	/** The level unless said otherwise: {@value}. */
	public static final int DEFAULT_LEVEL = 5;

	private static final int LAST_LEVEL = 7;

	/** Of readers who don't count parts. */
	private static final long NOT_COUNTED = -1;

	/** Shows nothing, and is an end: without one the reader asks for ever. */
	private static final String NO_ANSWER = "data: {\"type\":\"finish\"}\n\ndata: " + UiMessageEncoder.END + "\n\n";

	// The reader does not ask for it; proxies and other clients do
	private static final Map<String, String> HEADERS = Map.of("x-vercel-ai-ui-message-stream", "v1");

	private final ObjectWriter writer;

	private final int level;

	private final @Nullable String messageId;

	/** The message that is answered, {@code null} if that is a new one. */
	private final @Nullable UiMessage continued;

	/** The number of parts that the reader has, or {@link #NOT_COUNTED}. */
	private final long startIndex;

	/**
	 * Make the format, at level {@value #DEFAULT_LEVEL}.
	 * @param jsonMapper what writes metadata and details of errors; nulls in them are
	 * left out, as the reader fails on some
	 */
	public UiMessageFormat(JsonMapper jsonMapper) {
		this(jsonMapper.rebuild()
			.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL)
				.withContentInclusion(JsonInclude.Include.NON_NULL))
			.build()
			.writer()
			// A mapper that indents would make many lines of one
			.without(SerializationFeature.INDENT_OUTPUT), DEFAULT_LEVEL, null, null, NOT_COUNTED);
	}

	private UiMessageFormat(ObjectWriter writer, int level, @Nullable String messageId, @Nullable UiMessage continued,
			long startIndex) {
		this.startIndex = startIndex;
		this.writer = writer;
		this.level = level;
		this.messageId = messageId;
		this.continued = continued;
	}

	/**
	 * Copy for readers of another major version. What a level has beyond the one before
	 * it is read by all of its own major, from its first release on: 6 adds
	 * {@code finishReason} to {@code finish} and {@code tool-input-error} for calls that
	 * can't be read (which fail the answer at 5), 7 the {@code reason} of {@code abort}.
	 * @param level 5, 6 or 7: the lowest major of {@code ai} among the readers
	 * @return the copy
	 */
	public UiMessageFormat withLevel(int level) {
		if (level < DEFAULT_LEVEL || level > LAST_LEVEL) {
			throw new IllegalArgumentException("'level' must be 5, 6 or 7 (was " + level + ")");
		}
		return new UiMessageFormat(this.writer, level, this.messageId, this.continued, this.startIndex);
	}

	/**
	 * Copy that answers under an id of the application's own, in place of one made for
	 * each answer. Readers put answers with the same id in the same place. Where answers
	 * are kept, whoever reads it again gets the same id.
	 * @param messageId the id, for one answer only
	 * @return the copy
	 */
	public UiMessageFormat withMessageId(String messageId) {
		Objects.requireNonNull(messageId, "'messageId' must not be null");
		return new UiMessageFormat(this.writer, this.level, messageId, null, this.startIndex);
	}

	/**
	 * Copy that answers a request under the id that its sender expects: that of the
	 * message which the answer {@linkplain UiChatRequest#continuedId() continues}, if it
	 * does. Where answers are kept, whoever reads it again from its beginning gets the
	 * message whole, with what was in it before, as their page makes it anew. Only if
	 * that can't be told, as with a call of a tool that has not ended, or is longer than
	 * 64 KB, the answer is a message of its own to them.
	 * @param request the request
	 * @return the copy, for this answer only
	 */
	public UiMessageFormat answering(UiChatRequest request) {
		UiMessage continued = request.continued();
		return (continued != null)
				? new UiMessageFormat(this.writer, this.level, continued.id(), continued, this.startIndex) : this;
	}

	/**
	 * Copy for a reader who has the first parts of an answer that is read again, as the
	 * {@code WorkflowChatTransport} of the npm package {@code @ai-sdk/workflow} counts
	 * them: it asks for {@code startIndex}. The answer must be written as it was before,
	 * at the same level.
	 * <p>
	 * A page of such a reader that is loaded anew asks by the chat's id in place of the
	 * answer's, for index 0: it gets the answer that streams in the chat, and if there is
	 * none an end without a message, as it takes 204 and 404 for failures. By the chat's
	 * id it gets no further parts: another answer may stream there by then.
	 * @param startIndex how many parts are left out. Zero or less leaves out none: who
	 * asks for the last so many gets all
	 * @return the copy, for this reader only
	 */
	public UiMessageFormat withStartIndex(long startIndex) {
		return new UiMessageFormat(this.writer, this.level, this.messageId, this.continued, Math.max(0, startIndex));
	}

	@Override
	public String name() {
		return "ui-message";
	}

	@Override
	public Encoder encoder() {
		// Who has counted parts has counted none of before
		UiMessageEncoder encoder = new UiMessageEncoder(this.writer, this.level, this.messageId, this.startIndex <= 0);
		return (this.startIndex > 0) ? new UiTailEncoder(encoder, this.startIndex) : encoder;
	}

	@Override
	public @Nullable String note() {
		return (this.continued != null) ? UiContinuation.note(this.continued)
				: (this.messageId != null) ? UiContinuation.note(this.messageId) : null;
	}

	@Override
	public byte @Nullable [] emptyChat() {
		return (this.startIndex == 0) ? NO_ANSWER.getBytes(StandardCharsets.UTF_8) : null;
	}

	/**
	 * The {@code WorkflowChatTransport} looks for it, and fails without.
	 * @return {@code x-workflow-run-id}
	 */
	@Override
	public String streamIdHeader() {
		return "x-workflow-run-id";
	}

	@Override
	public Map<String, String> headers() {
		return HEADERS;
	}

}

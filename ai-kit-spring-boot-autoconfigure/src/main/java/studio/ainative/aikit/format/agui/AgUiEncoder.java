package studio.ainative.aikit.format.agui;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * The events of one run.
 */
final class AgUiEncoder implements WireFormat.Encoder {

	private static final ErrorEvent RESTARTED = new ErrorEvent("The answer began anew, which can't be told here.",
			"RESTARTED");

	private static final ErrorEvent STOPPED = new ErrorEvent("The answer was stopped before its end.", "STOPPED");

	private static final ErrorEvent FAILED = new ErrorEvent("The answer could not be completed.", "INTERNAL_ERROR");

	private static final ErrorEvent TOO_MANY_CALLS = new ErrorEvent(
			"The answer calls more tools than can be told here.", "LIMIT_EXCEEDED");

	/** A model that calls more is not to be believed, and memory has an end. */
	private static final int MAX_CALLS = 128;

	private static final byte[] TOKEN_END = "}\n\n".getBytes(StandardCharsets.US_ASCII);

	private final @Nullable String threadId;

	private final @Nullable String runId;

	/** The ids of calls by their index. */
	private final Map<Integer, String> calls = new LinkedHashMap<>();

	private final Set<String> callIds = new HashSet<>();

	/** The ids of calls whose arguments have begun. */
	private final Set<String> argued = new HashSet<>();

	/** The ids of calls whose results were told. */
	private final Set<String> results = new HashSet<>();

	private String messageId = "";

	/** Thread and run as fields. */
	private String run = "";

	/** What the frame of a token begins with. */
	private byte[] tokenHead = {};

	private @Nullable Usage usage;

	private boolean isTextOpen;

	/** {@code null} while the model does not reason. */
	private @Nullable String reasoningId;

	private int reasonings;

	/** Why the answer ended, {@code null} if nobody said. */
	private @Nullable FinishReason reason;

	private boolean answered;

	/** Whether an error was sent, after which there is nothing. */
	private boolean failed;

	AgUiEncoder(@Nullable String threadId, @Nullable String runId) {
		this.threadId = threadId;
		this.runId = runId;
	}

	@Override
	public void start(Opening opening, Consumer<Frame> frames) {
		this.messageId = opening.answerId();
		String note = opening.note();
		this.run = (this.threadId == null && this.runId == null && note != null) ? note
				: run(Objects.requireNonNullElse(this.threadId, this.messageId),
						Objects.requireNonNullElse(this.runId, this.messageId));
		this.tokenHead = ("data: {\"type\":\"TEXT_MESSAGE_CONTENT\"" + field("messageId", this.messageId)
				+ ",\"delta\":")
			.getBytes(StandardCharsets.UTF_8);
		send("RUN_STARTED", this.run, frames);
	}

	/** As fields. */
	static String run(String threadId, String runId) {
		return field("threadId", threadId) + field("runId", runId);
	}

	@Override
	public void event(StreamEvent event, long number, Consumer<Frame> frames) {
		if (this.failed) {
			return;
		}
		if (event instanceof StreamEvent.Token token) {
			text(token.choice(), token.text(), frames);
		}
		else if (event instanceof StreamEvent.Reasoning reasoning) {
			reasoning(reasoning, frames);
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			toolCall(call, frames);
		}
		else if (event instanceof StreamEvent.ToolResult result) {
			toolResult(result, frames);
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			this.usage = report.usage();
		}
		else if (event instanceof Metadata metadata) {
			boolean other = metadata.values().get("choice") instanceof Number choice && choice.intValue() != 0;
			if (metadata.values().get(Metadata.REFUSAL) instanceof String refusal) {
				text(other ? 1 : 0, refusal, frames);
			}
			if (!other && metadata.values().get(Metadata.FINISH_REASON) instanceof String word) {
				this.reason = FinishReason.of(word);
			}
		}
		else if (event instanceof ErrorEvent error) {
			fail(error, frames);
		}
		else if (event instanceof StreamEvent.Retry) {
			restart(frames);
		}
	}

	/** Nearly all events are tokens: their frames are written without a detour. */
	@Override
	public void event(StreamEvent event, long number, SseEncoder encoder) {
		if (this.isTextOpen && !this.failed && this.reasoningId == null && event instanceof StreamEvent.Token token
				&& token.choice() == 0 && !token.text().isEmpty()) {
			encoder.buffer().write(this.tokenHead).writeJson(token.text()).write(TOKEN_END);
		}
		else {
			WireFormat.Encoder.super.event(event, number, encoder);
		}
	}

	@Override
	public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
		if (this.failed) {
			return;
		}
		if (outcome != Outcome.COMPLETE) {
			fail((outcome == Outcome.ERROR) ? FAILED : STOPPED, frames);
			return;
		}
		close(frames);
		send("RUN_FINISHED", this.run + usage(), frames);
	}

	/** An empty delta is an error for readers. */
	private void text(int choice, String text, Consumer<Frame> frames) {
		if (choice != 0 || text.isEmpty()) {
			return;
		}
		endReasoning(frames);
		this.answered = true;
		String message = field("messageId", this.messageId);
		if (!this.isTextOpen) {
			this.isTextOpen = true;
			send("TEXT_MESSAGE_START", message + field("role", "assistant"), frames);
		}
		send("TEXT_MESSAGE_CONTENT", message + field("delta", text), frames);
	}

	private void reasoning(StreamEvent.Reasoning reasoning, Consumer<Frame> frames) {
		if (reasoning.choice() != 0 || reasoning.text().isEmpty()) {
			return;
		}
		this.answered = true;
		String id = this.reasoningId;
		if (id == null) {
			id = this.messageId + "-reasoning-" + ++this.reasonings;
			this.reasoningId = id;
			send("REASONING_START", field("messageId", id), frames);
			send("REASONING_MESSAGE_START", field("messageId", id) + field("role", "reasoning"), frames);
		}
		send("REASONING_MESSAGE_CONTENT", field("messageId", id) + field("delta", reasoning.text()), frames);
	}

	private void endReasoning(Consumer<Frame> frames) {
		String id = this.reasoningId;
		if (id != null) {
			this.reasoningId = null;
			send("REASONING_MESSAGE_END", field("messageId", id), frames);
			send("REASONING_END", field("messageId", id), frames);
		}
	}

	private void toolCall(StreamEvent.ToolCall call, Consumer<Frame> frames) {
		if (call.choice() != 0) {
			return;
		}
		endReasoning(frames);
		this.answered = true;
		String id = this.calls.get(call.index());
		if (id == null) {
			if (this.calls.size() == MAX_CALLS) {
				fail(TOO_MANY_CALLS, frames);
				return;
			}
			id = begin(call, frames);
		}
		if (!call.argumentsDelta().isEmpty() && !this.results.contains(id)) {
			this.argued.add(id);
			send("TOOL_CALL_ARGS", field("toolCallId", id) + field("delta", call.argumentsDelta()), frames);
		}
	}

	/** Two calls of one id are an error for readers. */
	private String begin(StreamEvent.ToolCall call, Consumer<Frame> frames) {
		String id = Objects.requireNonNullElse(call.id(), "unnamed_call");
		for (int i = 0; !this.callIds.add(id); i++) {
			id = id + "-" + i;
		}
		this.calls.put(call.index(), id);
		send("TOOL_CALL_START",
				field("toolCallId", id) + field("toolCallName", Objects.requireNonNullElse(call.name(), ""))
						+ field("parentMessageId", this.messageId),
				frames);
		return id;
	}

	/** A result of no call that was told is none to the reader. */
	private void toolResult(StreamEvent.ToolResult result, Consumer<Frame> frames) {
		if (this.calls.containsValue(result.callId())) {
			endReasoning(frames);
			String call = field("toolCallId", result.callId());
			if (this.results.add(result.callId())) {
				endCall(result.callId(), true, frames);
				send("TOOL_CALL_RESULT", field("messageId", this.messageId + "-result-" + this.results.size()) + call
						+ field("content", result.result()) + field("role", "tool"), frames);
			}
		}
	}

	/**
	 * A tool without parameters has no arguments, for which some providers send nothing.
	 * Readers (npm {@code @ag-ui/client} 1.0.0) keep that as empty text, which is no
	 * JSON.
	 */
	private void endCall(String id, boolean isWhole, Consumer<Frame> frames) {
		String call = field("toolCallId", id);
		if (isWhole && this.argued.add(id)) {
			send("TOOL_CALL_ARGS", call + field("delta", "{}"), frames);
		}
		send("TOOL_CALL_END", call, frames);
	}

	private void restart(Consumer<Frame> frames) {
		if (this.answered) {
			fail(RESTARTED, frames);
		}
		else {
			this.usage = null;
		}
	}

	/** What is open may stay so: the reader keeps it as it is. */
	private void fail(ErrorEvent error, Consumer<Frame> frames) {
		this.failed = true;
		send("RUN_ERROR", field("message", error.error()) + field("code", error.code()) + usage(), frames);
	}

	private void close(Consumer<Frame> frames) {
		endReasoning(frames);
		if (this.isTextOpen) {
			send("TEXT_MESSAGE_END", field("messageId", this.messageId), frames);
		}
		boolean isWhole = this.reason == null || this.reason == FinishReason.TOOL_CALLS
				|| this.reason == FinishReason.STOP;
		this.calls.values()
			.stream()
			.filter((id) -> !this.results.contains(id))
			.forEach((id) -> endCall(id, isWhole, frames));
	}

	private String usage() {
		Usage usage = this.usage;
		if (usage == null) {
			return "";
		}
		return ",\"usage\":[{\"inputTokens\":" + usage.promptTokens() + ",\"outputTokens\":" + usage.completionTokens()
				+ ",\"totalTokens\":" + usage.totalTokens() + count("reasoningTokens", usage.reasoningTokens())
				+ count("cachedInputTokens", usage.cachedTokens()) + "}]";
	}

	private static String count(String name, long count) {
		return (count > 0) ? ",\"" + name + "\":" + count : "";
	}

	private static String field(String name, String value) {
		StringBuilder json = new StringBuilder(name.length() + value.length() + 8).append(",\"")
			.append(name)
			.append("\":");
		JsonText.quote(json, value);
		return json.toString();
	}

	private static void send(String type, String fields, Consumer<Frame> frames) {
		frames.accept(Frame.of(null, null, "{\"type\":\"" + type + "\"" + fields + "}"));
	}

}

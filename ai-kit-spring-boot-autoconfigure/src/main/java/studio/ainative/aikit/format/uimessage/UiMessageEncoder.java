package studio.ainative.aikit.format.uimessage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Writes one answer. What is open stands in {@link UiOpenPart} and {@link UiToolCalls}.
 */
final class UiMessageEncoder implements WireFormat.Encoder {

	/** After the last part. */
	static final String END = "[DONE]";

	/** Where an adapter says which of several answers a fact is of. */
	private static final String CHOICE = "choice";

	private static final byte[] DELTA_END = "}\n\n".getBytes(StandardCharsets.US_ASCII);

	private static final String FAILED = "The answer could not be completed.";

	private static final String STOPPED = "The answer was stopped.";

	private final ObjectWriter writer;

	private final int level;

	private final @Nullable String messageId;

	/** Whether the reader needs what was in the message before. */
	private final boolean wantsAll;

	/** The note of a message that goes on, until that has begun. */
	private @Nullable String continued;

	private final UiOpenPart part = new UiOpenPart();

	private final UiToolCalls toolCalls;

	/** Whether the step has something to show. */
	private boolean shown;

	/**
	 * Whether the step has results of tools, after which the model goes on in another.
	 */
	private boolean called;

	private @Nullable String finishReason;

	/** Kept for the end: readers take in nothing that comes after an error. */
	private StreamEvent.@Nullable ErrorEvent error;

	UiMessageEncoder(ObjectWriter writer, int level, @Nullable String messageId, boolean wantsAll) {
		this.writer = writer;
		this.level = level;
		this.messageId = messageId;
		this.wantsAll = wantsAll;
		this.toolCalls = new UiToolCalls(level);
	}

	@Override
	public void start(Opening opening, Consumer<Frame> frames) {
		String note = (this.messageId != null) ? null : opening.note();
		if (note != null && this.wantsAll) {
			// Not before there is more: the first write is to be small, and the page has
			// the message as it was
			this.continued = note;
			return;
		}
		UiContinuation.startWithout((note != null) ? note
				: UiContinuation.note((this.messageId != null) ? this.messageId : opening.answerId()), frames);
	}

	private void startContinued(Consumer<Frame> frames) {
		String note = this.continued;
		if (note != null) {
			this.continued = null;
			UiContinuation.start(note, frames);
		}
	}

	/** Nearly all events are pieces of a part that is open. */
	@Override
	public void event(StreamEvent event, long number, SseEncoder encoder) {
		if (event instanceof StreamEvent.Token token && token.choice() == 0 && this.part.isText()) {
			delta(token.text(), encoder);
		}
		else if (event instanceof StreamEvent.Reasoning reasoning && reasoning.choice() == 0
				&& this.part.isReasoning()) {
			delta(reasoning.text(), encoder);
		}
		else {
			WireFormat.Encoder.super.event(event, number, encoder);
		}
	}

	private void delta(String text, SseEncoder encoder) {
		if (!text.isEmpty()) {
			encoder.buffer().write(this.part.deltaBytes()).writeJson(text).write(DELTA_END);
		}
	}

	@Override
	public void event(StreamEvent event, long number, Consumer<Frame> frames) {
		startContinued(frames);
		if (event instanceof StreamEvent.Token token) {
			text(token.text(), token.choice(), frames);
		}
		else if (event instanceof StreamEvent.Reasoning reasoning) {
			reasoning(reasoning, frames);
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			toolCall(call, frames);
		}
		else if (event instanceof StreamEvent.ToolResult result) {
			this.part.close(frames);
			this.called |= this.toolCalls.result(result, frames);
		}
		else if (event instanceof StreamEvent.ReasoningEnd) {
			// Nothing that is shown
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			metadata(usage(report.usage(), report.cost()), frames);
		}
		else if (event instanceof StreamEvent.Metadata metadata) {
			facts(metadata.values(), frames);
		}
		else if (event instanceof StreamEvent.ErrorEvent failure) {
			this.error = failure;
		}
		else if (event instanceof StreamEvent.Retry retry) {
			retry(retry, frames);
		}
		else {
			throw new IllegalArgumentException("Unknown event " + event.getClass().getName());
		}
	}

	private void show(Consumer<Frame> frames) {
		this.shown = true;
		if (this.called) {
			this.called = false;
			send("{\"type\":\"finish-step\"}", frames);
			send("{\"type\":\"start-step\"}", frames);
		}
	}

	private void text(String text, int choice, Consumer<Frame> frames) {
		if (choice == 0 && !text.isEmpty()) {
			show(frames);
			this.part.openText(frames);
			this.part.delta(text, frames);
		}
	}

	private void reasoning(StreamEvent.Reasoning reasoning, Consumer<Frame> frames) {
		if (reasoning.choice() == 0 && !reasoning.text().isEmpty()) {
			show(frames);
			this.part.openReasoning(frames);
			this.part.delta(reasoning.text(), frames);
		}
	}

	private void toolCall(StreamEvent.ToolCall call, Consumer<Frame> frames) {
		if (call.choice() == 0) {
			show(frames);
			this.part.close(frames);
			this.toolCalls.add(call, frames);
		}
	}

	private void facts(Map<String, Object> values, Consumer<Frame> frames) {
		if (values.get(CHOICE) instanceof Integer choice && choice != 0) {
			return;
		}
		Map<String, Object> facts = new LinkedHashMap<>(values);
		Object refusal = facts.remove(StreamEvent.Metadata.REFUSAL);
		if (!facts.isEmpty()) {
			metadata(json(facts), frames);
		}
		if (facts.get(StreamEvent.Metadata.FINISH_REASON) instanceof String reason) {
			this.finishReason = reason;
		}
		if (refusal instanceof String text) {
			text(text, 0, frames);
		}
	}

	private void retry(StreamEvent.Retry retry, Consumer<Frame> frames) {
		this.part.close(frames);
		StringBuilder json = new StringBuilder("{\"type\":\"data-retry\",\"data\":{\"attempt\":")
			.append(retry.attempt())
			.append(",\"delay\":")
			.append(retry.delay().toMillis())
			.append(",\"discardedTokens\":")
			.append(retry.discardedTokens())
			.append('}');
		if (!this.shown) {
			send(json.append(",\"transient\":true}"), frames);
			return;
		}
		// Without an id: one that a message has had is replaced where it stands
		send(json.append('}'), frames);
		send("{\"type\":\"finish-step\"}", frames);
		send("{\"type\":\"start-step\"}", frames);
		this.toolCalls.discard();
		this.shown = false;
	}

	@Override
	public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
		startContinued(frames);
		this.part.close(frames);
		boolean whole = outcome == Outcome.COMPLETE && this.error == null && this.toolCalls.finish(frames);
		send("{\"type\":\"finish-step\"}", frames);
		if (whole) {
			finish("complete", frames);
		}
		else if (outcome == Outcome.STOPPED && this.error == null) {
			metadata("{\"outcome\":\"stopped\"}", frames);
			send((this.level < 7) ? "{\"type\":\"abort\"}" : "{\"type\":\"abort\",\"reason\":\"" + STOPPED + "\"}",
					frames);
			// Without it a reader that reconnects would do so for ever
			finish("stopped", frames);
		}
		else {
			fail(frames);
		}
		send(END, frames);
	}

	private void finish(String outcome, Consumer<Frame> frames) {
		StringBuilder json = new StringBuilder("{\"type\":\"finish\"");
		if (this.level >= 6 && this.finishReason != null) {
			json.append(",\"finishReason\":\"").append(UiFinishReason.of(this.finishReason)).append('"');
		}
		send(json.append(",\"messageMetadata\":{\"outcome\":\"").append(outcome).append("\"}}"), frames);
	}

	private void fail(Consumer<Frame> frames) {
		StreamEvent.ErrorEvent error = this.error;
		String sentence = (error != null) ? error.error()
				: this.toolCalls.isUnreadable() ? UiToolCalls.UNREADABLE : FAILED;
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("outcome", "error");
		if (error != null) {
			Map<String, Object> facts = new LinkedHashMap<>();
			facts.put("code", error.code());
			if (!error.details().isEmpty()) {
				facts.put("details", error.details());
			}
			metadata.put("error", facts);
		}
		metadata(json(metadata), frames);
		StringBuilder json = new StringBuilder("{\"type\":\"error\",\"errorText\":");
		JsonText.quote(json, sentence);
		send(json.append('}'), frames);
	}

	private static String usage(Usage usage, @Nullable Cost cost) {
		// All of them each time: readers keep of an earlier report what a later one lacks
		StringBuilder json = new StringBuilder("{\"usage\":{\"inputTokens\":").append(usage.promptTokens())
			.append(",\"outputTokens\":")
			.append(usage.completionTokens())
			.append(",\"totalTokens\":")
			.append(usage.totalTokens())
			.append(",\"cachedInputTokens\":")
			.append(usage.cachedTokens())
			.append(",\"cacheWriteTokens\":")
			.append(usage.cacheWriteTokens())
			.append(",\"reasoningTokens\":")
			.append(usage.reasoningTokens())
			.append(",\"estimated\":")
			.append(usage.estimated())
			.append('}');
		if (cost != null) {
			json.append(",\"cost\":{\"amount\":").append(cost.amount().toPlainString()).append(",\"currency\":");
			JsonText.quote(json, cost.currency());
			json.append('}');
		}
		return json.append('}').toString();
	}

	private String json(Map<String, Object> values) {
		return JsonText.withoutLoneSurrogates(this.writer.writeValueAsString(values));
	}

	private static void metadata(String json, Consumer<Frame> frames) {
		send("{\"type\":\"message-metadata\",\"messageMetadata\":" + json + "}", frames);
	}

	static void send(CharSequence json, Consumer<Frame> frames) {
		frames.accept(Frame.of(null, null, json.toString()));
	}

}

package studio.ainative.aikit.format.openai;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
import studio.ainative.aikit.sse.Utf8Buffer;

/**
 * The chunks of one answer.
 */
final class OpenAiEncoder implements WireFormat.Encoder {

	private static final ErrorEvent RESTARTED = new ErrorEvent("The answer began anew, which can't be told here.",
			"RESTARTED");

	private static final ErrorEvent STOPPED = new ErrorEvent("The answer was stopped before its end.", "STOPPED");

	private static final ErrorEvent TOO_MANY_CALLS = new ErrorEvent(
			"The answer calls more tools than can be told here.", "LIMIT_EXCEEDED");

	private static final ErrorEvent FAILED = new ErrorEvent("The answer could not be completed.", "INTERNAL_ERROR");

	/** After the delta of all chunks but the last. */
	private static final String GOES_ON = ",\"finish_reason\":null}]}";

	private static final byte[] TOKEN_END = ("}" + GOES_ON + "\n\n").getBytes(StandardCharsets.US_ASCII);

	private final String model;

	private final boolean includeUsage;

	private final OpenAiChoices choices = new OpenAiChoices();

	/** What each chunk begins with. */
	private String head = "";

	/** What the frame of a token begins with. */
	private byte[] tokenHead = {};

	private @Nullable Usage usage;

	/** Whether there was text, reasoning or a tool call. */
	private boolean answered;

	/** Whether an error was sent, after which there is nothing. */
	private boolean failed;

	OpenAiEncoder(String model, boolean includeUsage) {
		this.model = model;
		this.includeUsage = includeUsage;
	}

	@Override
	public void start(Opening opening, Consumer<Frame> frames) {
		StringBuilder json = new StringBuilder("{\"id\":");
		JsonText.quote(json, "chatcmpl-" + opening.answerId());
		json.append(",\"object\":\"chat.completion.chunk\",\"created\":")
			.append(opening.timestamp().getEpochSecond())
			.append(",\"model\":");
		JsonText.quote(json, this.model);
		this.head = json.append(",\"choices\":[").toString();
		this.tokenHead = ("data: " + this.head + "{\"index\":0,\"delta\":{\"content\":")
			.getBytes(StandardCharsets.UTF_8);
		begin(0, frames);
	}

	@Override
	public void event(StreamEvent event, long number, Consumer<Frame> frames) {
		if (this.failed) {
			return;
		}
		if (event instanceof StreamEvent.ToolCall call && call.handled()) {
			// Whoever reads of it here would make the call
			this.answered = true;
		}
		else if (event instanceof StreamEvent.Token token) {
			text(token.choice(), "content", token.text(), frames);
		}
		else if (event instanceof StreamEvent.Reasoning reasoning) {
			text(reasoning.choice(), "reasoning_content", reasoning.text(), frames);
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			toolCall(call, frames);
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			this.usage = report.usage();
		}
		else if (event instanceof Metadata metadata) {
			metadata(metadata, frames);
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
		if (event instanceof StreamEvent.Token token && token.choice() == 0 && !this.failed) {
			this.answered = true;
			Utf8Buffer buffer = encoder.buffer();
			buffer.write(this.tokenHead).writeJson(token.text()).write(TOKEN_END);
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
		this.choices.forEach((index, choice) -> {
			choice.missingArguments().forEach((delta) -> chunk(choice(index, delta).append(GOES_ON), frames));
			chunk(choice(index, "{}").append(",\"finish_reason\":\"").append(choice.finishReason()).append("\"}]}"),
					frames);
		});
		usage(frames);
		frames.accept(Frame.of(null, null, "[DONE]"));
	}

	private void text(int index, String field, String text, Consumer<Frame> frames) {
		if (begin(index, frames) != null) {
			this.answered = true;
			delta(index, field, text, frames);
		}
	}

	private void toolCall(StreamEvent.ToolCall call, Consumer<Frame> frames) {
		OpenAiChoices.Choice choice = begin(call.choice(), frames);
		if (choice != null) {
			this.answered = true;
			StringBuilder delta = choice.toolCall(call);
			if (delta == null) {
				fail(TOO_MANY_CALLS, frames);
				return;
			}
			chunk(choice(call.choice(), delta).append(GOES_ON), frames);
		}
	}

	private void metadata(Metadata metadata, Consumer<Frame> frames) {
		int index = (metadata.values().get("choice") instanceof Number number) ? number.intValue() : 0;
		Object refusal = metadata.values().get(Metadata.REFUSAL);
		Object reason = metadata.values().get(Metadata.FINISH_REASON);
		if (refusal == null && reason == null) {
			return;
		}
		OpenAiChoices.Choice choice = begin(index, frames);
		if (choice == null) {
			return;
		}
		if (refusal instanceof String text) {
			this.answered = true;
			delta(index, "refusal", text, frames);
		}
		if (reason instanceof String word) {
			choice.finish(FinishReason.of(word));
		}
	}

	private void restart(Consumer<Frame> frames) {
		if (this.answered) {
			fail(RESTARTED, frames);
		}
		else {
			this.usage = null;
		}
	}

	private void fail(ErrorEvent error, Consumer<Frame> frames) {
		usage(frames);
		this.failed = true;
		frames.accept(Frame.of("error", null, OpenAiError.of(error).inStream()));
	}

	private void usage(Consumer<Frame> frames) {
		if (this.usage != null && this.includeUsage) {
			StringBuilder json = new StringBuilder(this.head).append("],\"usage\":");
			OpenAiUsage.append(json, this.usage);
			chunk(json.append('}'), frames);
		}
	}

	/**
	 * Begin a choice, if it has not: the role stands in its first delta alone.
	 * @return the choice, {@code null} if there are too many
	 */
	private OpenAiChoices.@Nullable Choice begin(int index, Consumer<Frame> frames) {
		OpenAiChoices.Choice choice = this.choices.get(index);
		if (choice != null && choice.begin()) {
			chunk(choice(index, "{\"role\":\"assistant\",\"content\":\"\"}").append(GOES_ON), frames);
		}
		return choice;
	}

	private void delta(int index, String field, String text, Consumer<Frame> frames) {
		StringBuilder delta = new StringBuilder(text.length() + 32).append("{\"").append(field).append("\":");
		JsonText.quote(delta, text);
		chunk(choice(index, delta.append('}')).append(GOES_ON), frames);
	}

	private StringBuilder choice(int index, CharSequence delta) {
		return new StringBuilder(this.head.length() + delta.length() + 64).append(this.head)
			.append("{\"index\":")
			.append(index)
			.append(",\"delta\":")
			.append(delta);
	}

	private static void chunk(StringBuilder json, Consumer<Frame> frames) {
		frames.accept(Frame.of(null, null, json.toString()));
	}

}

package studio.ainative.aikit.format.openai;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.Opening;

/**
 * The whole answer as one
 * <a href="https://platform.openai.com/docs/api-reference/chat/object">chat
 * completion</a>, for requests that don't ask for a stream.
 *
 * @since 0.1.0
 */
public final class OpenAiCompletion {

	/**
	 * How many characters of text, reasoning and arguments an answer may have:
	 * {@value}. Some twenty times what the longest model's answer has.
	 */
	public static final int MAX_LENGTH = 8 * 1024 * 1024;

	private final String model;

	private final StringBuilder content = new StringBuilder();

	private final StringBuilder reasoning = new StringBuilder();

	private final StringBuilder refusal = new StringBuilder();

	private final Map<Integer, Call> calls = new TreeMap<>();

	private int length;

	private @Nullable Usage usage;

	private @Nullable FinishReason reason;

	private OpenAiCompletion(String model) {
		this.model = model;
	}

	/**
	 * Collect an answer. Of several choices it is the first.
	 * @param events the answer's events, subscribed to once for each subscriber; those
	 * before a {@link StreamEvent.Retry} are void
	 * @param model the model's name, as the reader asked for it
	 * @param opening what the answer begins with
	 * @return JSON in UTF-8, once the answer is whole; fails as {@code events} does, or
	 * with an {@link OpenAiAnswerException} if one of them is an error or if the answer
	 * has more than {@value #MAX_LENGTH} characters. Cancelling cancels {@code events}
	 */
	public static Mono<byte[]> of(Flux<? extends StreamEvent> events, String model, Opening opening) {
		Objects.requireNonNull(model, "'model' must not be null");
		return Mono.defer(() -> {
			OpenAiCompletion completion = new OpenAiCompletion(model);
			return events.doOnNext(completion::add).then(Mono.fromSupplier(() -> completion.write(opening)));
		});
	}

	private void add(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			append(token.choice(), this.content, token.text());
		}
		else if (event instanceof StreamEvent.Reasoning reasoning) {
			append(reasoning.choice(), this.reasoning, reasoning.text());
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			add(call);
		}
		else if (event instanceof StreamEvent.UsageReport report) {
			this.usage = report.usage();
		}
		else if (event instanceof Metadata metadata) {
			add(metadata);
		}
		else if (event instanceof ErrorEvent error) {
			throw new OpenAiAnswerException(error);
		}
		else if (event instanceof StreamEvent.Retry) {
			begin();
		}
	}

	private void begin() {
		this.content.setLength(0);
		this.reasoning.setLength(0);
		this.refusal.setLength(0);
		this.calls.clear();
		this.length = 0;
		this.usage = null;
		this.reason = null;
	}

	private void add(StreamEvent.ToolCall piece) {
		if (piece.choice() != 0 || piece.handled()) {
			return;
		}
		if (!this.calls.containsKey(piece.index()) && this.calls.size() == OpenAiChatRequest.MAX_TOOLS) {
			throw tooLong();
		}
		Call call = this.calls.computeIfAbsent(piece.index(), (index) -> new Call());
		call.id = (call.id != null) ? call.id : piece.id();
		call.name = (call.name != null) ? call.name : piece.name();
		append(0, call.arguments, piece.argumentsDelta());
	}

	private void add(Metadata metadata) {
		if (metadata.values().get("choice") instanceof Number number && number.intValue() != 0) {
			return;
		}
		if (metadata.values().get(Metadata.REFUSAL) instanceof String text) {
			append(0, this.refusal, text);
		}
		if (metadata.values().get(Metadata.FINISH_REASON) instanceof String word) {
			this.reason = FinishReason.of(word);
		}
	}

	private void append(int choice, StringBuilder target, String text) {
		if (choice == 0) {
			if (text.length() > MAX_LENGTH - this.length) {
				throw tooLong();
			}
			this.length += text.length();
			target.append(text);
		}
	}

	private static OpenAiAnswerException tooLong() {
		return new OpenAiAnswerException(
				new ErrorEvent("The answer is longer than this application accepts.", "LIMIT_EXCEEDED"));
	}

	private byte[] write(Opening opening) {
		StringBuilder json = new StringBuilder(this.length + 512).append("{\"id\":");
		JsonText.quote(json, "chatcmpl-" + opening.answerId());
		json.append(",\"object\":\"chat.completion\",\"created\":")
			.append(opening.timestamp().getEpochSecond())
			.append(",\"model\":");
		JsonText.quote(json, this.model);
		json.append(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
		appendOrNull(json, this.content, this.calls.isEmpty() && this.refusal.isEmpty());
		json.append(",\"refusal\":");
		appendOrNull(json, this.refusal, false);
		if (!this.reasoning.isEmpty()) {
			json.append(",\"reasoning_content\":");
			JsonText.quote(json, this.reasoning.toString());
		}
		appendCalls(json);
		json.append("},\"logprobs\":null,\"finish_reason\":\"")
			.append(OpenAiChoices.finishReason(this.reason, !this.calls.isEmpty()))
			.append("\"}]");
		if (this.usage != null) {
			OpenAiUsage.append(json.append(",\"usage\":"), this.usage);
		}
		return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void appendOrNull(StringBuilder json, StringBuilder text, boolean always) {
		if (always || !text.isEmpty()) {
			JsonText.quote(json, text.toString());
		}
		else {
			json.append("null");
		}
	}

	private void appendCalls(StringBuilder json) {
		if (this.calls.isEmpty()) {
			return;
		}
		String separator = ",\"tool_calls\":[";
		for (Map.Entry<Integer, Call> entry : this.calls.entrySet()) {
			Call call = entry.getValue();
			json.append(separator).append("{\"id\":");
			JsonText.quote(json, (call.id != null) ? call.id : "unnamed_call_" + entry.getKey());
			json.append(",\"type\":\"function\",\"function\":{\"name\":");
			JsonText.quote(json, (call.name != null) ? call.name : "");
			json.append(",\"arguments\":");
			boolean isMissing = call.arguments.toString().isBlank() && OpenAiChoices.isWhole(this.reason);
			JsonText.quote(json, isMissing ? "{}" : call.arguments.toString());
			json.append("}}");
			separator = ",";
		}
		json.append(']');
	}

	/**
	 * A call of a tool, as far as it is known.
	 */
	private static final class Call {

		private @Nullable String id;

		private @Nullable String name;

		private final StringBuilder arguments = new StringBuilder();

	}

}

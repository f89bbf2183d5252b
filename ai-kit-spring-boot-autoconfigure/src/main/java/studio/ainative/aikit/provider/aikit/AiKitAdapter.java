package studio.ainative.aikit.provider.aikit;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.wire.Finish;
import studio.ainative.aikit.provider.wire.Json;
import studio.ainative.aikit.provider.wire.JsonAdapter;
import studio.ainative.aikit.provider.wire.ToolCallNumbers;

/**
 * Reads one answer in AI Kit's wire format. Not thread-safe.
 * <p>
 * The answer has ended after {@code done} or {@code [DONE]}; it is whole as well if it
 * has one choice and {@code metadata} told its finish reason, other than tools to call or
 * a pause, after which a server may go on. A server that never sent {@code start} is
 * taken for one that streams bare {@code data: {"token":"…"}}, which may just end.
 *
 * @since 0.1.0
 */
public final class AiKitAdapter extends JsonAdapter {

	private static final String CHOICE = "choice";

	private static final String INDEX = "index";

	/** Of the first choice, which is nearly always the only one. */
	private int nextIndex;

	private final Map<Integer, Integer> nextIndexes = new HashMap<>();

	private final Map<Integer, ToolCallNumbers> toolCalls = new HashMap<>();

	private boolean started;

	private @Nullable String answerId;

	private boolean tokenSeen;

	private boolean finished;

	/**
	 * Make the adapter of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the adapter
	 */
	public AiKitAdapter(StreamEventSink sink) {
		super(sink);
	}

	@Override
	protected String numberField() {
		return INDEX;
	}

	@Override
	protected boolean reads(String event) {
		return switch (event) {
			case "message", "start", "token", "usage", "metadata", "error", "retry", "done" -> true;
			default -> false; // What a later version may add.
		};
	}

	@Override
	protected void read(String event, JsonNode chunk) {
		switch (event) {
			case "start" -> readStart(chunk);
			case "token" -> readToken(chunk);
			case "usage" -> readUsage(chunk);
			case "metadata" -> readMetadata(chunk);
			case "retry" -> readRetry(chunk);
			case "done" -> readDone(chunk);
			case "message" -> readBare(chunk);
			default -> {
				// An error, which was read before.
			}
		}
	}

	@Override
	protected void readAfterError(String event, JsonNode chunk) {
		if ("done".equals(event)) {
			terminate();
		}
	}

	@Override
	public @Nullable String answerId() {
		return this.answerId;
	}

	@Override
	protected boolean isWhole() {
		return super.isWhole() || (this.started ? isTerminated() : this.tokenSeen);
	}

	@Override
	protected boolean isFinished() {
		return this.finished && this.nextIndexes.isEmpty();
	}

	private void readStart(JsonNode chunk) {
		this.started = true;
		this.answerId = Json.text(chunk, "streamId");
	}

	private void readBare(JsonNode chunk) {
		readToken(chunk);
		if (Json.object(chunk, "usage") != null) {
			readUsage(chunk);
		}
	}

	private void readToken(JsonNode chunk) {
		String text = Json.text(chunk, "token");
		if (text == null) {
			return;
		}
		this.tokenSeen = true;
		int choice = choice(chunk);
		sendText(text, Json.index(chunk, INDEX), (token, number) -> sendToken(token, number, choice));
	}

	private void sendToken(String text, int number, int choice) {
		int index = (number >= 0) ? number : nextIndex(choice);
		int next = (index < Integer.MAX_VALUE) ? index + 1 : index;
		if (choice == 0) {
			this.nextIndex = next;
		}
		else {
			this.nextIndexes.put(choice, next);
		}
		this.finished = false; // After all it went on
		send(new StreamEvent.Token(text, index, choice));
	}

	private int nextIndex(int choice) {
		return (choice == 0) ? this.nextIndex : this.nextIndexes.getOrDefault(choice, 0);
	}

	private void readUsage(JsonNode chunk) {
		// Servers of the npm package send the three counts bare, its clients read them
		// nested.
		JsonNode nested = Json.object(chunk, "usage");
		JsonNode usage = (nested != null) ? nested : chunk;
		long prompt = count(usage, chunk, "promptTokens", 0);
		long completion = count(usage, chunk, "completionTokens", 0);
		sendUsage(new StreamEvent.UsageReport(
				new Usage(prompt, completion, count(usage, chunk, "totalTokens", prompt + completion),
						count(usage, chunk, "cachedTokens", 0), count(usage, chunk, "cacheWriteTokens", 0),
						count(usage, chunk, "reasoningTokens", 0), isEstimated(usage) || isEstimated(chunk)),
				cost(chunk)));
	}

	private static long count(JsonNode usage, JsonNode chunk, String name, long absent) {
		return Json.count(usage, name, Json.count(chunk, name, absent));
	}

	private static boolean isEstimated(JsonNode node) {
		JsonNode estimated = node.get("estimated");
		return estimated != null && estimated.isBoolean() && estimated.booleanValue();
	}

	private static @Nullable Cost cost(JsonNode chunk) {
		JsonNode cost = Json.object(chunk, "cost");
		BigDecimal amount = (cost != null) ? Json.amount(cost, "amount") : null;
		String currency = (cost != null) ? Json.text(cost, "currency") : null;
		return (amount != null) ? new Cost(amount, (currency != null) ? currency : "USD") : null;
	}

	private void readMetadata(JsonNode chunk) {
		int choice = choice(chunk);
		Map<String, Object> values = new LinkedHashMap<>(Json.values(chunk));
		String reasoning = Json.text(chunk, "reasoning");
		if (reasoning != null) {
			values.remove("reasoning");
			sendText(reasoning, -1, (text, number) -> send(new StreamEvent.Reasoning(text, choice)));
		}
		JsonNode toolCall = Json.object(chunk, "toolCall");
		if (toolCall != null) {
			values.remove("toolCall");
			readToolCall(toolCall, choice);
		}
		if (reasoning != null || toolCall != null) {
			values.remove(CHOICE);
			this.finished = false;
		}
		JsonNode resumable = chunk.get(StreamEvent.Metadata.RESUMABLE);
		if (resumable != null && resumable.isBoolean() && !resumable.booleanValue()) {
			this.answerId = null;
		}
		if (Json.object(chunk, "toolResult") != null) {
			values.remove("toolResult");
			readToolResult(chunk.get("toolResult"));
		}
		if (Json.object(chunk, "reasoningEnd") != null) {
			values.remove("reasoningEnd");
			values.remove(CHOICE);
			readReasoningEnd(chunk.get("reasoningEnd"), choice);
		}
		readFinishReason(chunk, choice);
		if (!values.isEmpty() && error() == null) {
			send(new StreamEvent.Metadata(values));
		}
	}

	private void readFinishReason(JsonNode chunk, int choice) {
		String reason = Finish.word(chunk, StreamEvent.Metadata.FINISH_REASON);
		ProviderError failure = (reason != null) ? Finish.failure(reason) : null;
		if (failure != null) {
			fail(failure);
		}
		else if (reason != null) {
			FinishReason meaning = FinishReason.of(reason);
			this.finished = choice == 0 && meaning != FinishReason.TOOL_CALLS && meaning != FinishReason.PAUSE;
		}
	}

	private void readToolCall(JsonNode toolCall, int choice) {
		String id = Json.text(toolCall, "id");
		String name = Json.text(toolCall, "name");
		String told = Json.text(toolCall, "arguments");
		String arguments = (told != null) ? told : "";
		int itsChoice = Math.max(choice, Json.index(toolCall, CHOICE));
		ToolCallNumbers numbers = this.toolCalls.computeIfAbsent(itsChoice, (key) -> new ToolCallNumbers());
		numbers.nextChunk();
		JsonNode handled = toolCall.get("handled");
		send(new StreamEvent.ToolCall(numbers.numberOf(Json.index(toolCall, INDEX), id, name, arguments), id, name,
				arguments, itsChoice, handled != null && handled.isBoolean() && handled.booleanValue()));
	}

	private void readToolResult(JsonNode result) {
		String callId = Json.text(result, "callId");
		String name = Json.text(result, "name");
		if (callId != null && name != null) {
			String text = Json.text(result, "result");
			JsonNode failed = result.get("failed");
			send(new StreamEvent.ToolResult(callId, name, (text != null) ? text : "",
					failed != null && failed.isBoolean() && failed.booleanValue()));
		}
	}

	private void readReasoningEnd(JsonNode end, int choice) {
		String provider = Json.text(end, "provider");
		JsonNode data = Json.object(end, "data");
		if (provider != null && data != null) {
			Map<String, String> known = new LinkedHashMap<>();
			data.forEachEntry((name, value) -> {
				if (value.isString()) {
					known.put(name, value.stringValue());
				}
			});
			send(new StreamEvent.ReasoningEnd(provider, known, choice));
		}
	}

	private void readRetry(JsonNode chunk) {
		int discarded = Math.max(0, Json.index(chunk, "discardedTokens"));
		this.nextIndex = 0;
		this.nextIndexes.clear();
		this.toolCalls.clear();
		this.tokenSeen = false;
		this.finished = false;
		send(new StreamEvent.Retry(Math.max(1, Json.index(chunk, "attempt")),
				Duration.ofMillis(Json.count(chunk, "delay", 0)), discarded, Json.text(chunk, "target")));
	}

	private void readDone(JsonNode chunk) {
		terminate();
		String outcome = Json.text(chunk, "outcome");
		if ("error".equals(outcome)) {
			fail(ProviderError.UNKNOWN);
		}
		else if (outcome != null && !"complete".equals(outcome)) {
			// Stopped, say: what came before is all there will ever be
			fail(new ProviderError(null, outcome, null));
		}
	}

	private static int choice(JsonNode chunk) {
		return Math.max(0, Json.index(chunk, CHOICE));
	}

}

package studio.ainative.aikit.bridge.langchain4j;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.bridge.CancelThreads;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.wire.Finish;
import studio.ainative.aikit.provider.wire.SdkFlux;

/**
 * One answer: what LangChain4j calls back with, as events. All but {@link #leave()} is
 * called by one thread at a time.
 */
final class LangChain4jAnswer {

	private static final StreamEvent.ErrorEvent INTERRUPTED = new StreamEvent.ErrorEvent(
			"The answer was interrupted before its end.", "INTERRUPTED");

	/** Among the answer's tool calls those of this round, by LangChain4j's number. */
	private final Map<Integer, Integer> calls = new HashMap<>();

	private volatile @Nullable StreamingHandle handle;

	private volatile boolean left;

	private SdkFlux.@Nullable Receiver<StreamEvent> receiver;

	private boolean ended;

	private int tokens;

	private int callCount;

	/**
	 * Start the stream.
	 * @param receiver takes the events
	 * @param start starts it
	 */
	void start(SdkFlux.Receiver<StreamEvent> receiver, Consumer<LangChain4jAnswer> start) {
		this.receiver = receiver;
		try {
			start.accept(this);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	/** The reader has left: the provider's call ends as soon as there is a handle. */
	void leave() {
		this.left = true;
		cancel();
	}

	private void cancel() {
		StreamingHandle known = this.handle;
		if (known != null) {
			CancelThreads.run(() -> {
				if (!known.isCancelled()) {
					known.cancel();
				}
			});
		}
	}

	/**
	 * Learn how the call is ended. It is another one for each round of an AI service.
	 * @param handle the handle
	 */
	void handle(StreamingHandle handle) {
		if (this.handle != handle) {
			this.handle = handle;
			if (this.left) {
				cancel();
			}
		}
	}

	void text(@Nullable String text) {
		if (text != null && !text.isEmpty()) {
			send(new StreamEvent.Token(text, this.tokens++));
		}
	}

	void thinking(@Nullable String text) {
		if (text != null && !text.isEmpty()) {
			send(new StreamEvent.Reasoning(text));
		}
	}

	void toolCall(PartialToolCall call) {
		String arguments = (call.partialArguments() != null) ? call.partialArguments() : "";
		Integer number = this.calls.get(call.index());
		if (number == null) {
			tellCall(call.index(), call.id(), call.name(), arguments);
		}
		else if (!arguments.isEmpty()) {
			send(new StreamEvent.ToolCall(number, null, null, arguments));
		}
	}

	/**
	 * A call that is whole: it was told in pieces, unless the model has none.
	 * @param index LangChain4j's number for it
	 * @param request the call
	 */
	void wholeToolCall(int index, ToolExecutionRequest request) {
		if (!this.calls.containsKey(index)) {
			tellCall(index, request.id(), request.name(), (request.arguments() != null) ? request.arguments() : "");
		}
	}

	private void tellCall(int index, @Nullable String id, @Nullable String name, String arguments) {
		int number = this.callCount++;
		this.calls.put(index, number);
		send(new StreamEvent.ToolCall(number, emptyToNull(id), emptyToNull(name), arguments));
	}

	/**
	 * The end of a round of an AI service, which runs the tools and asks again.
	 * @param response the round's answer
	 */
	void round(ChatResponse response) {
		missedCalls(response);
		this.calls.clear();
	}

	/**
	 * What LangChain4j takes for the end of a whole answer.
	 * @param response the answer
	 */
	void complete(ChatResponse response) {
		if (this.ended) {
			return;
		}
		if (this.tokens == 0) {
			text(response.aiMessage().text());
		}
		missedCalls(response);
		ChatResponseMetadata metadata = response.metadata();
		facts(metadata);
		usage(metadata.tokenUsage());
		FinishReason reason = metadata.finishReason();
		send((reason != null) ? facts(reason) : INTERRUPTED);
		end(null);
	}

	private void missedCalls(ChatResponse response) {
		List<ToolExecutionRequest> requests = response.aiMessage().toolExecutionRequests();
		if (this.calls.isEmpty() && requests != null) {
			for (int i = 0; i < requests.size(); i++) {
				wholeToolCall(i, requests.get(i));
			}
		}
	}

	private void facts(ChatResponseMetadata metadata) {
		Map<String, Object> facts = new LinkedHashMap<>();
		String id = emptyToNull(metadata.id());
		if (id != null) {
			facts.put(StreamEvent.Metadata.ID, id);
		}
		String model = emptyToNull(metadata.modelName());
		if (model != null) {
			facts.put(StreamEvent.Metadata.MODEL, model);
		}
		if (!facts.isEmpty()) {
			send(new StreamEvent.Metadata(facts));
		}
	}

	private void usage(@Nullable TokenUsage usage) {
		if (usage != null) {
			long prompt = count(usage.inputTokenCount());
			long completion = count(usage.outputTokenCount());
			long total = Math.max(count(usage.totalTokenCount()), prompt + completion);
			if (total > 0) {
				send(new StreamEvent.UsageReport(new Usage(prompt, completion, total, 0, 0, 0, false)));
			}
		}
	}

	private static StreamEvent.Metadata facts(FinishReason reason) {
		return new StreamEvent.Metadata(Finish.facts(switch (reason) {
			case STOP -> "stop";
			case LENGTH -> "length";
			case TOOL_EXECUTION -> "tool_calls";
			case CONTENT_FILTER -> "content_filter";
			case OTHER -> "other";
		}));
	}

	/**
	 * The end of a stream that broke, after which LangChain4j may tell of another.
	 * @param failure its exception
	 */
	void fail(Throwable failure) {
		end(LangChain4jErrors.explain(failure));
	}

	private void end(@Nullable Throwable failure) {
		if (!this.ended && this.receiver != null) {
			this.ended = true;
			this.receiver.end(failure);
		}
	}

	private void send(StreamEvent event) {
		if (this.ended || this.left || this.receiver == null) {
			return;
		}
		try {
			this.receiver.next(event);
		}
		catch (CancellationException ex) {
			// LangChain4j would log an exception and go on: the handle ends the call
			leave();
		}
	}

	private static long count(@Nullable Integer tokens) {
		return (tokens != null) ? Math.max(0, tokens) : 0;
	}

	private static @Nullable String emptyToNull(@Nullable String text) {
		return (text != null && !text.isEmpty()) ? text : null;
	}

}

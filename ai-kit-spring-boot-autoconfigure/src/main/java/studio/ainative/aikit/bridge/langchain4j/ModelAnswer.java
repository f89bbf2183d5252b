package studio.ainative.aikit.bridge.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/**
 * Hears a model. Models without handles call the methods without a context.
 */
final class ModelAnswer implements StreamingChatResponseHandler {

	private final LangChain4jAnswer answer;

	ModelAnswer(LangChain4jAnswer answer) {
		this.answer = answer;
	}

	@Override
	public void onPartialResponse(String text) {
		this.answer.text(text);
	}

	@Override
	public void onPartialResponse(PartialResponse response, PartialResponseContext context) {
		this.answer.handle(context.streamingHandle());
		this.answer.text(response.text());
	}

	@Override
	public void onPartialThinking(PartialThinking thinking) {
		this.answer.thinking(thinking.text());
	}

	@Override
	public void onPartialThinking(PartialThinking thinking, PartialThinkingContext context) {
		this.answer.handle(context.streamingHandle());
		this.answer.thinking(thinking.text());
	}

	@Override
	public void onPartialToolCall(PartialToolCall call) {
		this.answer.toolCall(call);
	}

	@Override
	public void onPartialToolCall(PartialToolCall call, PartialToolCallContext context) {
		this.answer.handle(context.streamingHandle());
		this.answer.toolCall(call);
	}

	@Override
	public void onCompleteToolCall(CompleteToolCall call) {
		this.answer.wholeToolCall(call.index(), call.toolExecutionRequest());
	}

	@Override
	public void onCompleteResponse(ChatResponse response) {
		this.answer.complete(response);
	}

	@Override
	public void onError(Throwable failure) {
		this.answer.fail(failure);
	}

}

package studio.ainative.aikit.bridge.langchain4j;

import java.util.List;
import java.util.function.Consumer;

import dev.langchain4j.service.TokenStream;

/**
 * Hears an AI service.
 */
final class ServiceAnswer {

	private ServiceAnswer() {
	}

	/**
	 * Give a stream its handlers and start it.
	 * @param stream the stream
	 * @param answer hears it
	 */
	static void start(TokenStream stream, LangChain4jAnswer answer) {
		hear(stream, List.of((heard) -> heard.onPartialResponseWithContext((response, context) -> {
			answer.handle(context.streamingHandle());
			answer.text(response.text());
		}), (heard) -> heard.onPartialResponse(answer::text)));
		hear(stream, List.of((heard) -> heard.onPartialThinkingWithContext((thinking, context) -> {
			answer.handle(context.streamingHandle());
			answer.thinking(thinking.text());
		}), (heard) -> heard.onPartialThinking((thinking) -> answer.thinking(thinking.text()))));
		hear(stream, List.of((heard) -> heard.onPartialToolCallWithContext((call, context) -> {
			answer.handle(context.streamingHandle());
			answer.toolCall(call);
		}), (heard) -> heard.onPartialToolCall(answer::toolCall)));
		hear(stream, List.of((heard) -> heard.onIntermediateResponse(answer::round)));
		stream.onCompleteResponse(answer::complete);
		stream.onError(answer::fail);
		stream.start();
	}

	/**
	 * Have the first of these: implementations of {@code TokenStream} other than
	 * LangChain4j's refuse what came to the interface after them.
	 */
	private static void hear(TokenStream stream, List<Consumer<TokenStream>> handlers) {
		for (Consumer<TokenStream> handler : handlers) {
			try {
				handler.accept(stream);
				return;
			}
			catch (UnsupportedOperationException ex) {
				// Then the next one, or none: the stream still has its text and its end
			}
		}
	}

}

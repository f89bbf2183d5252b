package studio.ainative.aikit.bridge.springai;

import java.util.List;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import org.springframework.ai.chat.model.ChatResponse;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.bridge.ForeignStreamException;
import studio.ainative.aikit.event.StreamEvent;

/**
 * Makes events of what <a href="https://docs.spring.io/spring-ai/reference/">Spring
 * AI</a> streams, which an application adds itself, so that its answers are served like
 * those of AI Kit's own client.
 * <p>
 * What is made good of Spring AI 2.0:
 * <ul>
 * <li>Its model for OpenAI gives all reasoning so far with every chunk: only what is new
 * is told.
 * <li>It calls a stream that was cut a success: an answer without a reason to finish ends
 * in an {@code ErrorEvent} with the code {@code INTERRUPTED}.
 * <li>Cancelling one of its models on the official SDKs blocks the caller: here it never
 * does.
 * <li>These models take chunks from the connection whatever is asked for, and keep them:
 * here their thread waits for the reader, so nothing piles up.
 * <li>The usage of a chunk that has none is zero: it is not told.
 * </ul>
 * What can't be:
 * <ul>
 * <li>The call of a reader who has left ends with the provider's next chunk, or at the
 * SDK's own timeout if there is none: only the thread that reads can close the connection
 * (models on {@code WebClient} are closed at once). With openai-java 4.101 in place of
 * 4.49, which Spring AI asks for, a call that was left before its first chunk goes on to
 * its end: closing the SDK's stream then no longer closes the connection.
 * <li>Its timeouts cut a long answer that is healthy.
 * <li>Its model for Gemini gives each chunk the reason {@code STOP}, so an answer that
 * was cut looks whole.
 * <li>Tool calls come when they are whole; those that a {@code ChatClient} runs itself
 * don't come at all.
 * <li>Tokens spent on reasoning are not told apart, nor is usage told of an answer that
 * did not come to its end.
 * </ul>
 * Each {@code Flux} subscribes to its source once something is asked for. Events come on
 * the source's thread. It ends as follows:
 * <ul>
 * <li>Completes with the answer, whose reasons to finish are told last.
 * <li>Completes after an {@code ErrorEvent} if the answer was cut or the reason tells of
 * a failure.
 * <li>{@link ForeignStreamException} if the stream broke.
 * </ul>
 *
 * @since 0.1.0
 */
public final class SpringAiStreams {

	private SpringAiStreams() {
	}

	/**
	 * Read what a model or a {@code ChatClient} streams, as in
	 * {@code SpringAiStreams.events(chatModel.stream(prompt))} or
	 * {@code SpringAiStreams.events(chatClient.prompt("Hello").stream().chatResponse())}.
	 * @param responses the chunks of one answer in order, for each subscription
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(Publisher<ChatResponse> responses) {
		return Flux.defer(() -> {
			SpringAiAnswer answer = new SpringAiAnswer();
			Flux<List<StreamEvent>> events = PushedResponses.of(responses).map(answer::read);
			return events.onErrorMap(SpringAiErrors::explain)
				.concatWith(Flux.defer(() -> Flux.just(answer.end())))
				.concatMapIterable(Function.identity(), 1);
		});
	}

}

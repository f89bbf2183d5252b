package studio.ainative.aikit.bridge.langchain4j;

import java.util.Objects;
import java.util.function.Consumer;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.TokenStream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.bridge.ForeignStreamException;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.wire.SdkFlux;

/**
 * Makes events of what <a href="https://docs.langchain4j.dev">LangChain4j</a> streams,
 * which an application adds itself, so that its answers are served like those of AI Kit's
 * own client.
 * <p>
 * What is made good of LangChain4j 1.19:
 * <ul>
 * <li>It calls {@code onCompleteResponse} after {@code onError}: the first end counts.
 * <li>Its model for OpenAI calls a stream that was cut, and one whose provider reported
 * an error in an event without a name, a success: an answer without a reason to finish
 * ends in an {@code ErrorEvent} with the code {@code INTERRUPTED}.
 * <li>It glues id and name of a tool call together as often as a server repeats them:
 * they are told once, as they came first.
 * <li>Its own {@code Flux} never cancels: here the model's handle does, without waiting.
 * <li>It pushes whatever is asked for: here its thread waits for the reader, so nothing
 * piles up.
 * </ul>
 * What can't be:
 * <ul>
 * <li>Before the first text, reasoning or tool call there is no handle: the call of a
 * reader who has left by then ends with the first of them.
 * <li>A body that stalls has no limit of time: set one on the reader's side, as in
 * {@code events.timeout(…)}.
 * <li>Reasoning comes if the model was built with {@code returnThinking(true)} only.
 * <li>Tool calls whose pieces come in turns end up in each other.
 * <li>Tokens spent on reasoning or read from a cache are not told apart, nor is usage
 * told of an answer that did not come to its end.
 * </ul>
 * A stream is started on {@link Schedulers#boundedElastic()}, as what comes before the
 * call (retrieval, guardrails, memory) may block; events come on LangChain4j's thread.
 * Each {@code Flux} ends as follows:
 * <ul>
 * <li>Completes with the answer, whose reason to finish is told last.
 * <li>Completes after an {@code ErrorEvent} if the answer was cut.
 * <li>{@link ForeignStreamException} if the stream broke.
 * </ul>
 *
 * @since 0.1.0
 */
public final class LangChain4jStreams {

	private LangChain4jStreams() {
	}

	/**
	 * Read the answer of an AI service. The calls of tools that the service runs itself
	 * are told as well, numbered through all rounds.
	 * @param stream a stream that was neither started nor given handlers of this answer:
	 * it takes each but once, and so does the {@code Flux} a subscriber
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(TokenStream stream) {
		Objects.requireNonNull(stream, "'stream' must not be null");
		return started((answer) -> ServiceAnswer.start(stream, answer));
	}

	/**
	 * Ask a model and read its answer: one call for each subscription.
	 * @param model the model
	 * @param request what it is asked
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(StreamingChatModel model, ChatRequest request) {
		Objects.requireNonNull(model, "'model' must not be null");
		Objects.requireNonNull(request, "'request' must not be null");
		return started((answer) -> model.chat(request, new ModelAnswer(answer)));
	}

	private static Flux<StreamEvent> started(Consumer<LangChain4jAnswer> start) {
		return Flux.defer(() -> {
			LangChain4jAnswer answer = new LangChain4jAnswer();
			return SdkFlux.<StreamEvent>pushed((receiver) -> answer.start(receiver, start))
				.doOnCancel(answer::leave)
				.subscribeOn(Schedulers.boundedElastic(), false);
		});
	}

}

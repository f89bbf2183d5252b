package studio.ainative.aikit.provider.openai;

import com.openai.core.http.AsyncStreamResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.responses.ResponseStreamEvent;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.wire.ChunkFlux;
import studio.ainative.aikit.provider.wire.SdkFlux;

/**
 * Reads the objects of the official SDK's {@code responses()}, as {@link OpenAISdk} does
 * those of its chat completions.
 *
 * @since 0.1.0
 */
public final class OpenAIResponsesSdk {

	private OpenAIResponsesSdk() {
	}

	/**
	 * Read an answer from the blocking client's stream.
	 * <p>
	 * It is read on Reactor's {@code boundedElastic} scheduler, an object when it is
	 * asked for, and closed however the {@code Flux} ends. Cancelling doesn't block;
	 * where the provider is silent the SDK closes the connection with the next byte or at
	 * its own timeout. The {@code Flux} may be subscribed to once and terminates as
	 * follows:
	 * <ul>
	 * <li>Completes with the answer.
	 * <li>Completes after an {@code ErrorEvent} if the provider reported an error in the
	 * stream, which this SDK hands on as one of its objects, or if the stream ended
	 * before the answer did.
	 * <li>The SDK's exception.
	 * </ul>
	 * @param response the client's stream
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(StreamResponse<ResponseStreamEvent> response) {
		return events(SdkFlux.blocking(response::stream, response::close));
	}

	/**
	 * Read an answer from the asynchronous client's stream.
	 * <p>
	 * Events come on the SDK's thread, which waits while no more are asked for. The
	 * stream is closed however the {@code Flux} ends, which it does as that of
	 * {@link #events(StreamResponse)}.
	 * @param response the client's stream
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(AsyncStreamResponse<ResponseStreamEvent> response) {
		return events(OpenAISdk.chunks(response));
	}

	/**
	 * Hand one of the SDK's objects to an adapter.
	 * @param adapter reads the answer
	 * @param event the next of the answer's objects
	 */
	public static void processChunk(OpenAIResponsesAdapter adapter, ResponseStreamEvent event) {
		byte[] json = OpenAISdk.json(event);
		adapter.processChunk("message", json, 0, json.length);
	}

	private static Flux<StreamEvent> events(Flux<ResponseStreamEvent> events) {
		return ChunkFlux.events(events, OpenAIResponsesAdapter::new, OpenAIResponsesSdk::processChunk);
	}

}

package studio.ainative.aikit.provider.openai;

import java.io.IOException;
import java.util.Optional;

import com.openai.core.ObjectMappers;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.wire.ChunkFlux;
import studio.ainative.aikit.provider.wire.SdkFlux;

/**
 * Reads the objects of the official SDK, {@code com.openai:openai-java}, which an
 * application adds itself. A class of its own, so that {@link OpenAIAdapter} can be
 * compiled against and loaded without the SDK.
 * <p>
 * Each object is written to the JSON that it came from and read like any other chunk, so
 * fields that the SDK has no name for are there too.
 *
 * @since 0.1.0
 */
public final class OpenAISdk {

	private OpenAISdk() {
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
	 * <li>Completes after an {@code ErrorEvent} if the stream ended before the answer
	 * did.
	 * <li>The SDK's exception, also for an error that the provider reported in the
	 * stream.
	 * </ul>
	 * @param response the client's stream
	 * @return the events in order
	 */
	public static Flux<StreamEvent> events(StreamResponse<ChatCompletionChunk> response) {
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
	public static Flux<StreamEvent> events(AsyncStreamResponse<ChatCompletionChunk> response) {
		return events(chunks(response));
	}

	/**
	 * Hand one of the SDK's objects to an adapter.
	 * @param adapter reads the answer
	 * @param chunk the next of the answer's objects
	 */
	public static void processChunk(OpenAIAdapter adapter, ChatCompletionChunk chunk) {
		byte[] json = json(chunk);
		adapter.processChunk("message", json, 0, json.length);
	}

	private static Flux<StreamEvent> events(Flux<ChatCompletionChunk> chunks) {
		return ChunkFlux.events(chunks, OpenAIAdapter::new, OpenAISdk::processChunk);
	}

	/**
	 * The objects of any of the asynchronous client's streams.
	 */
	static <C> Flux<C> chunks(AsyncStreamResponse<C> response) {
		return SdkFlux.<C>pushed((receiver) -> response.subscribe(new AsyncStreamResponse.Handler<C>() {

			@Override
			public void onNext(C chunk) {
				receiver.next(chunk);
			}

			@Override
			public void onComplete(Optional<Throwable> error) {
				receiver.end(error.orElse(null));
			}

		}));
	}

	/**
	 * Any of the SDK's objects as the JSON that it came from.
	 */
	static byte[] json(Object chunk) {
		try {
			return ObjectMappers.jsonMapper().writeValueAsBytes(chunk);
		}
		catch (IOException ex) {
			// Jackson's exception may quote the answer.
			throw new MalformedChunkException("Expected an object of the SDK that can be written as JSON", null);
		}
	}

}

package studio.ainative.aikit.provider;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads one answer: takes the provider's chunks in order and hands the events they mean
 * to the sink it was made with. Not thread-safe; make a new one for each answer.
 * <p>
 * An adapter never throws on what a provider sends except
 * {@link MalformedChunkException}: unknown fields are passed by, and so are events of
 * unknown names, whatever their data is.
 *
 * @since 0.1.0
 */
public interface ProviderAdapter {

	/**
	 * Read the next chunk as it stands in the {@code data} of a server-sent event.
	 * @param event the event's name, {@code message} where it has none
	 * @param array holds the payload in UTF-8, only valid during the call
	 * @param offset where the payload begins
	 * @param length how many bytes it has
	 * @throws MalformedChunkException if the payload is not what the format prescribes
	 */
	void processChunk(String event, byte[] array, int offset, int length);

	/**
	 * Read the next chunk as JSON text, for callers that already took it out of its
	 * server-sent event.
	 * @param json the payload
	 * @throws MalformedChunkException if the payload is not what the format prescribes
	 */
	default void processChunk(String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		processChunk("message", bytes, 0, bytes.length);
	}

	/**
	 * Whether the provider's own terminal event was seen: nothing that follows matters,
	 * the connection may be closed.
	 * @return {@code true} after {@code [DONE]}, {@code message_stop} or {@code done}
	 */
	boolean isTerminated();

	/**
	 * Whether the answer would be whole if the body ended cleanly now. Servers that give
	 * a finish reason and then just end are believed; the terminal event and nothing else
	 * is no answer.
	 * @return {@code true} if nothing is missing
	 */
	boolean isComplete();

	/**
	 * Whether the provider has said that the answer is over, be it by its terminal event
	 * or by a finish reason before it: of the answer itself nothing is missing, only
	 * usage and the terminal event may follow.
	 * @return {@code true} if nothing more has to be waited for; by default what
	 * {@link #isTerminated()} returns
	 */
	default boolean isConcluded() {
		return isTerminated();
	}

	/**
	 * The id under which the answer can be read on, and be stopped, after its connection
	 * was lost.
	 * @return the id as the provider told it, {@code null} if it told none or the answer
	 * can't be read on any more; by default {@code null}
	 */
	default @Nullable String answerId() {
		return null;
	}

	/**
	 * The error that the provider reported inside the stream. The sink was told of it as
	 * well, by an {@code ErrorEvent}.
	 * @return the error, {@code null} if there was none
	 */
	@Nullable ProviderError error();

	/**
	 * Tell the adapter that no more chunks will come. If the answer is not
	 * {@linkplain #isComplete() whole} and no error was reported, the sink gets an
	 * {@code ErrorEvent} with the code {@code INTERRUPTED}.
	 */
	void finish();

}

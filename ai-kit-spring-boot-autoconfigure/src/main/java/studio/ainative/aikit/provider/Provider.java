package studio.ainative.aikit.provider;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.StreamEventSink;

/**
 * A wire format that providers speak: how a request is written and an answer is read.
 * Implementations keep no state and may be shared by any number of threads.
 *
 * @since 0.1.0
 */
public interface Provider {

	/**
	 * The name by which configuration chooses this format.
	 * @return for example {@code openai}, in lower case
	 */
	String name();

	/**
	 * The public address of the provider that owns the format.
	 * @return the address, {@code null} where there is none and one must be configured
	 */
	@Nullable URI defaultEndpoint();

	/**
	 * Headers that every request carries, the key among them.
	 * @param apiKey the key, {@code null} for a server that needs none
	 * @return header values by name, without {@code Content-Type} and {@code Accept}
	 */
	Map<String, String> headers(@Nullable String apiKey);

	/**
	 * Write the body of a request for a streamed answer.
	 * @param request what to ask
	 * @return JSON in UTF-8
	 * @throws InvalidMessagesException if the format can't express the messages, for
	 * example because there are none
	 * @throws IllegalArgumentException if it can't express something else
	 */
	byte[] writeRequest(ProviderRequest request);

	/**
	 * Whether requests tell the model of {@link ProviderRequest#tools()}.
	 * @return {@code false} by default; then a stream can't be built with tools
	 */
	default boolean writesTools() {
		return false;
	}

	/**
	 * Make the reader of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the reader
	 * @return a new reader
	 */
	ProviderAdapter adapter(StreamEventSink sink);

	/**
	 * Read the body of an answer whose HTTP status says that it failed.
	 * @param body the body, perhaps cut, perhaps no JSON at all
	 * @return what could be read; all of it {@code null} when nothing could
	 */
	ProviderError readError(byte[] body);

	/**
	 * Where an answer can be read on whose connection was lost, by {@code GET} with the
	 * number of the last event in {@code Last-Event-ID}, and be stopped by
	 * {@code DELETE}. Both requests carry what the first one did of headers, the key
	 * among them: so the address must be of the same origin.
	 * @param endpoint where the answer was asked for
	 * @param answerId what the {@linkplain ProviderAdapter#answerId() adapter} or the
	 * response's header {@code AI-Kit-Stream-Id} told: letters, digits, {@code -} and
	 * {@code _}
	 * @return the address, {@code null} if answers of this format can't be read on, as by
	 * default
	 */
	default @Nullable URI resumeAddress(URI endpoint, String answerId) {
		return null;
	}

}

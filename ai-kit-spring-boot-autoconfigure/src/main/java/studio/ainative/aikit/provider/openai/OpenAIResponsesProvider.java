package studio.ainative.aikit.provider.openai;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderAdapter;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.wire.ErrorReader;
import studio.ainative.aikit.provider.wire.RequestBody;

/**
 * <a href="https://platform.openai.com/docs/api-reference/responses/create">OpenAI's
 * Responses</a>. The name is {@code openai-responses}.
 * <p>
 * The conversation becomes {@code input}, the system prompt {@code instructions};
 * messages without anything in them are left out. OpenAI keeps nothing of it:
 * {@code store} is {@code false} unless an option says otherwise. So models that reason
 * go on with it after the results of tools only if the option {@code include} holds
 * {@code reasoning.encrypted_content}, which models that don't reason refuse.
 * <p>
 * Options go into the body as they are and take the place of what AI Kit would write; one
 * that is {@code null} or empty keeps the field out. Those of chat completions that have
 * another name or form here are translated: {@code max_tokens} and
 * {@code max_completion_tokens}, {@code reasoning_effort}, {@code verbosity},
 * {@code response_format}, {@code tools}, {@code tool_choice}. Those that have none, such
 * as {@code stop}, are refused, and so are {@code input}, {@code messages} and
 * {@code stream}.
 *
 * @since 0.1.0
 */
public final class OpenAIResponsesProvider implements Provider {

	private static final URI ENDPOINT = URI.create("https://api.openai.com/v1/responses");

	private static final Set<String> RESERVED = Set.of("input", "messages", "stream");

	/**
	 * Make the provider.
	 */
	public OpenAIResponsesProvider() {
	}

	@Override
	public String name() {
		return "openai-responses";
	}

	@Override
	public URI defaultEndpoint() {
		return ENDPOINT;
	}

	@Override
	public Map<String, String> headers(@Nullable String apiKey) {
		return (apiKey != null) ? Map.of("Authorization", "Bearer " + apiKey) : Map.of();
	}

	@Override
	public byte[] writeRequest(ProviderRequest request) {
		List<Message> messages = request.messages().stream().filter(ResponsesInput::isSaid).toList();
		if (messages.isEmpty()) {
			throw new InvalidMessagesException(request.messages().isEmpty() ? "'messages' must not be empty"
					: "'messages' must have a message with text");
		}
		return RequestBody.write(ResponsesOptions.of(request.options()), RESERVED,
				(body) -> body.field("model", request.model())
					.field("instructions", request.systemPrompt())
					.array("input", (json) -> messages.forEach((message) -> ResponsesInput.write(json, message)))
					.tools(request.tools(), ResponsesInput::writeTool)
					.flag("store", false)
					.on("stream"));
	}

	@Override
	public boolean writesTools() {
		return true;
	}

	@Override
	public ProviderAdapter adapter(StreamEventSink sink) {
		return new OpenAIResponsesAdapter(sink, true);
	}

	@Override
	public ProviderError readError(byte[] body) {
		return ErrorReader.fromBody(body);
	}

}

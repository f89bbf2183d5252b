package studio.ainative.aikit.provider.anthropic;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 * <a href="https://platform.claude.com/docs/en/api/messages">Anthropic's messages</a>.
 * The name is {@code anthropic}.
 * <p>
 * A conversation is written as the API wants it:
 * <ul>
 * <li>The system prompt and the system messages of the conversation become
 * {@code system}, with a blank line between them.
 * <li>Messages without any text are left out, since the API refuses them.
 * <li>Messages of the same role in a row become the parts of one message, which is how
 * the API reads them; compatible servers insist that roles alternate.
 * <li>Results of tools are the person's, before what the person says next. Reasoning goes
 * back with its signature; that of other providers is left out.
 * <li>Images (PNG, JPEG, GIF, WebP) and PDF are sent as bytes or by their address, plain
 * text as bytes; other files are refused.
 * <li>{@code max_tokens} is required: {@value #DEFAULT_MAX_TOKENS} unless an option says
 * otherwise.
 * </ul>
 * Options go into the body as they are and take the place of what AI Kit would write
 * ({@code system} as well); one that is {@code null} or empty keeps the field out. The
 * options {@code messages} and {@code stream} are refused.
 *
 * @since 0.1.0
 */
public final class AnthropicProvider implements Provider {

	/** How many tokens an answer may have unless an option says otherwise. */
	public static final int DEFAULT_MAX_TOKENS = 4096;

	private static final URI ENDPOINT = URI.create("https://api.anthropic.com/v1/messages");

	private static final String VERSION = "2023-06-01";

	/**
	 * Make the provider.
	 */
	public AnthropicProvider() {
	}

	@Override
	public String name() {
		return "anthropic";
	}

	@Override
	public URI defaultEndpoint() {
		return ENDPOINT;
	}

	@Override
	public Map<String, String> headers(@Nullable String apiKey) {
		Map<String, String> headers = new LinkedHashMap<>();
		if (apiKey != null) {
			headers.put("x-api-key", apiKey);
		}
		headers.put("anthropic-version", VERSION);
		return headers;
	}

	@Override
	public byte[] writeRequest(ProviderRequest request) {
		List<List<Message>> turns = turns(request.messages());
		if (turns.isEmpty()) {
			throw new InvalidMessagesException(request.messages().isEmpty() ? "'messages' must not be empty"
					: "'messages' must have text of a user or an assistant");
		}
		return RequestBody.write(request,
				(body) -> body.field("model", request.model())
					.field("system", system(request))
					.messages((json) -> turns.forEach((turn) -> AnthropicTurns.write(json, turn)))
					.tools(request.tools(), AnthropicTurns::writeTool)
					.field("max_tokens", DEFAULT_MAX_TOKENS)
					.on("stream"));
	}

	private static String system(ProviderRequest request) {
		Stream<String> messages = request.messages()
			.stream()
			.filter((message) -> message.role() == Message.Role.SYSTEM)
			.map(Message::content);
		return Stream.concat(Stream.ofNullable(request.systemPrompt()), messages)
			.filter((text) -> !text.isBlank())
			.collect(Collectors.joining("\n\n"));
	}

	private static List<List<Message>> turns(List<Message> messages) {
		List<List<Message>> turns = new ArrayList<>();
		for (Message message : messages) {
			if (message.role() == Message.Role.SYSTEM || !AnthropicTurns.isSaid(message)) {
				continue;
			}
			List<Message> last = turns.isEmpty() ? List.of() : turns.get(turns.size() - 1);
			if (!last.isEmpty() && AnthropicTurns.isAnswer(last.get(0)) == AnthropicTurns.isAnswer(message)) {
				last.add(message);
			}
			else {
				turns.add(new ArrayList<>(List.of(message)));
			}
		}
		return turns;
	}

	@Override
	public boolean writesTools() {
		return true;
	}

	@Override
	public ProviderAdapter adapter(StreamEventSink sink) {
		return new AnthropicAdapter(sink, true);
	}

	@Override
	public ProviderError readError(byte[] body) {
		return ErrorReader.fromBody(body);
	}

}

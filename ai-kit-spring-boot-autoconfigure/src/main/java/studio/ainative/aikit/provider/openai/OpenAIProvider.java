package studio.ainative.aikit.provider.openai;

import java.net.URI;
import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

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
 * <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI's chat
 * completions</a>, which many other servers speak too. The name is {@code openai}.
 * <p>
 * Messages are written with their role and content only, since strict servers refuse
 * other fields; the system prompt is the first of them. Images (PNG, JPEG, GIF, WebP) are
 * sent as bytes or by their address, PDF as bytes; other files are refused. Each result
 * of a tool is a message of its own, one that failed begins with {@code Error: }.
 * Reasoning is not sent back, as the format has no place for it. Usage is asked for with
 * {@code stream_options}. Options go into the body as they are and take the place of what
 * AI Kit would write; one that is {@code null} or empty keeps the field out, so
 * {@code stream_options: null} serves servers that don't know it. The options
 * {@code messages} and {@code stream} are refused, and so is asking for audio.
 *
 * @since 0.1.0
 */
public final class OpenAIProvider implements Provider {

	private static final URI ENDPOINT = URI.create("https://api.openai.com/v1/chat/completions");

	/**
	 * Make the provider.
	 */
	public OpenAIProvider() {
	}

	@Override
	public String name() {
		return "openai";
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
		if (request.messages().isEmpty()) {
			throw new InvalidMessagesException("'messages' must not be empty");
		}
		refuseAudio(request.options());
		return RequestBody.write(request,
				(body) -> body.field("model", request.model())
					.messages((json) -> writeMessages(json, request))
					.tools(request.tools(), OpenAIMessages::writeTool)
					.on("stream")
					.on("stream_options", "include_usage"));
	}

	private static void refuseAudio(Map<String, Object> options) {
		options.forEach((name, value) -> {
			boolean audio = name.equals("audio") ? value != null && !"".equals(value)
					: name.equals("modalities") && value instanceof Collection<?> kinds && kinds.contains("audio");
			if (audio) {
				throw new IllegalArgumentException(
						"Option '" + name + "' can't ask for audio: AI Kit reads answers in text");
			}
		});
	}

	private static void writeMessages(JsonGenerator json, ProviderRequest request) {
		String systemPrompt = request.systemPrompt();
		if (systemPrompt != null && !systemPrompt.isEmpty()) {
			writeMessage(json, Message.system(systemPrompt));
		}
		request.messages().forEach((message) -> writeMessage(json, message));
	}

	private static void writeMessage(JsonGenerator json, Message message) {
		if (!message.parts().isEmpty()) {
			OpenAIMessages.write(json, message);
			return;
		}
		json.writeStartObject();
		json.writeStringProperty("role", message.role().toString());
		json.writeStringProperty("content", message.content());
		json.writeEndObject();
	}

	@Override
	public boolean writesTools() {
		return true;
	}

	@Override
	public ProviderAdapter adapter(StreamEventSink sink) {
		return new OpenAIAdapter(sink);
	}

	@Override
	public ProviderError readError(byte[] body) {
		return ErrorReader.fromBody(body);
	}

}

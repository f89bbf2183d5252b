package studio.ainative.aikit.provider.aikit;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

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
import studio.ainative.aikit.provider.wire.MessagePartJson;
import studio.ainative.aikit.provider.wire.RequestBody;

/**
 * AI Kit's own format, as its npm package writes requests and its servers answer them.
 * The name is {@code ai-kit}; there is no default endpoint.
 * <p>
 * What a message holds besides text stands in its {@code parts}, which servers in Java
 * read and the npm package doesn't know. The server has its own tools.
 * <p>
 * The model and the system prompt are left to the server where they are not given.
 * Options go into the body as they are and take the place of what AI Kit would write; one
 * that is {@code null} or empty keeps the field out. The options {@code messages} and
 * {@code stream} are refused.
 *
 * @since 0.1.0
 */
public final class AiKitProvider implements Provider {

	/** Segments that can't leave the server, nor climb out of the path. */
	private static final Pattern PATH = Pattern.compile("(?:/(?!\\.\\.?(?:/|$))[\\w.~!$&'()*+,;=:@-]+)+/?");

	/** Where AI Kit's servers give answers again unless they are told otherwise. */
	public static final String DEFAULT_BASE_PATH = "/ai-kit/streams";

	private final @Nullable String basePath;

	/**
	 * Make the provider. Answers that the server keeps are read on below
	 * {@value #DEFAULT_BASE_PATH}.
	 */
	public AiKitProvider() {
		this(DEFAULT_BASE_PATH);
	}

	/**
	 * Make the provider.
	 * @param basePath the path, from the root of the endpoint's server, below which
	 * answers are read on whose connection was lost; {@code null} to read none on, and to
	 * send no {@code Idempotency-Key} by which a request joins the answer that it has
	 * begun before
	 */
	public AiKitProvider(@Nullable String basePath) {
		if (basePath != null && !PATH.matcher(basePath).matches()) {
			throw new IllegalArgumentException(
					"'basePath' must be a path that begins with a slash (was '" + basePath + "')");
		}
		this.basePath = basePath;
	}

	@Override
	public String name() {
		return "ai-kit";
	}

	@Override
	public @Nullable URI defaultEndpoint() {
		return null;
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
		return RequestBody.write(request,
				(body) -> body.messages((json) -> request.messages().forEach((message) -> writeMessage(json, message)))
					.field("model", request.model())
					.field("systemPrompt", request.systemPrompt())
					.on("stream"));
	}

	private static void writeMessage(JsonGenerator json, Message message) {
		json.writeStartObject();
		if (message.id() != null) {
			json.writeStringProperty("id", message.id());
		}
		json.writeStringProperty("role", message.role().toString());
		json.writeStringProperty("content", message.content());
		Instant timestamp = message.timestamp();
		if (timestamp != null) {
			json.writeNumberProperty("timestamp", timestamp.toEpochMilli());
		}
		if (!message.parts().isEmpty()) {
			MessagePartJson.write(json, message.parts());
		}
		json.writeEndObject();
	}

	@Override
	public ProviderAdapter adapter(StreamEventSink sink) {
		return new AiKitAdapter(sink);
	}

	@Override
	public @Nullable URI resumeAddress(URI endpoint, String answerId) {
		if (this.basePath == null) {
			return null;
		}
		String slash = this.basePath.endsWith("/") ? "" : "/";
		String query = (endpoint.getRawQuery() != null) ? "?" + endpoint.getRawQuery() : "";
		return URI.create(
				endpoint.getScheme() + "://" + endpoint.getRawAuthority() + this.basePath + slash + answerId + query);
	}

	@Override
	public ProviderError readError(byte[] body) {
		return ErrorReader.fromBody(body);
	}

}

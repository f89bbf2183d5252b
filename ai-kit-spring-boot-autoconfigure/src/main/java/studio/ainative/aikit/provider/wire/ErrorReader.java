package studio.ainative.aikit.provider.wire;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.ProviderError;

/**
 * Reads errors in the shapes that providers, compatible servers and the gateways before
 * them give them:
 * <ul>
 * <li>{@code {"error":{"message","type","code"}}} of OpenAI and most others; also with
 * Anthropic's {@code details.error_code} or Google's {@code status} in it;
 * <li>{@code {"error":"…","code":"…","details":{"providerCode"}}} of AI Kit, and other
 * bodies whose {@code error} is a sentence, Spring's among them;
 * <li>{@code {"object":"error","message","type","code"}} of vLLM;
 * <li>{@code {"detail":…}} of FastAPI and of RFC 9457;
 * <li>any of these as the first element of an array.
 * </ul>
 *
 * @since 0.1.0
 */
public final class ErrorReader {

	private static final int MAX_MESSAGE_LENGTH = 2000;

	private ErrorReader() {
	}

	/**
	 * Read the body of an answer that failed.
	 * @param body the body, perhaps no JSON at all
	 * @return what could be read, {@link ProviderError#UNKNOWN} if nothing could; the
	 * message is cut to 2,000 characters
	 */
	public static ProviderError fromBody(byte[] body) {
		JsonNode node = Json.parse(body, 0, body.length);
		return (node != null) ? read(first(node)) : ProviderError.UNKNOWN;
	}

	/**
	 * Read a chunk of a stream if it is an error.
	 * @param event the event's name
	 * @param chunk the chunk, {@code null} if it is not JSON
	 * @return the error, {@code null} if the chunk is none
	 */
	static @Nullable ProviderError fromChunk(String event, @Nullable JsonNode chunk) {
		JsonNode node = (chunk != null) ? first(chunk) : null;
		if (node != null && (isError(node) || ("message".equals(event) && isProblem(node)))) {
			return read(node);
		}
		if ("error".equals(event)) {
			return (node != null) ? read(node) : ProviderError.UNKNOWN;
		}
		return null;
	}

	/**
	 * Whether something calls itself an error.
	 * @param node a chunk or a part of one
	 * @return {@code true} if it does
	 */
	public static boolean isError(JsonNode node) {
		JsonNode error = node.get("error");
		if (error != null && (error.isObject() || Json.text(node, "error") != null)) {
			return true;
		}
		return "error".equals(Json.text(node, "object")) || "error".equals(Json.text(node, "type"));
	}

	/**
	 * Whether a chunk without a name is FastAPI's or RFC 9457's description of a problem.
	 * It doesn't call itself an error, so it must have nothing of an answer.
	 */
	private static boolean isProblem(JsonNode node) {
		boolean typed = node.has("type") && !node.has("status") && !node.has("title");
		return detail(node) != null && !typed && !node.has("choices") && !node.has("token") && !node.has("usage");
	}

	/**
	 * Read an error.
	 * @param node a chunk or a part of one
	 * @return what could be read
	 */
	public static ProviderError read(JsonNode node) {
		JsonNode error = Json.object(node, "error");
		return (error != null) ? readNested(error, node) : readFlat(node);
	}

	private static ProviderError readNested(JsonNode error, JsonNode outer) {
		JsonNode details = Json.object(error, "details");
		String specific = (details != null) ? Json.word(details, "error_code") : null;
		String code = firstOf(specific, firstOf(Json.word(error, "code"), Json.word(outer, "code")));
		String type = firstOf(Json.word(error, "type"), Json.word(error, "status"));
		String message = Json.text(error, "message");
		return error(type, code, message, BodyWait.of(error, outer, message));
	}

	private static ProviderError readFlat(JsonNode node) {
		JsonNode details = Json.object(node, "details");
		String specific = (details != null) ? Json.word(details, "providerCode") : null;
		String type = Json.word(node, "type");
		// Around an error that is flat this says no more than that it is one.
		type = firstOf(specific, "error".equals(type) ? null : type);
		String code = firstOf(Json.word(node, "code"), Json.word(node, "status"));
		String message = firstOf(Json.text(node, "message"), firstOf(detail(node), Json.text(node, "error")));
		return error(type, code, message, BodyWait.of(node, node, message));
	}

	private static @Nullable String detail(JsonNode node) {
		JsonNode detail = node.get("detail");
		if (detail == null) {
			return null;
		}
		JsonNode first = first(detail);
		if (first.isString()) {
			return first.stringValue();
		}
		return firstOf(Json.text(first, "msg"), Json.text(first, "message"));
	}

	private static ProviderError error(@Nullable String type, @Nullable String code, @Nullable String message,
			@Nullable Duration retryAfter) {
		if (type == null && code == null && message == null) {
			return ProviderError.UNKNOWN;
		}
		return new ProviderError(type, code, cut(message), retryAfter);
	}

	private static JsonNode first(JsonNode node) {
		return (node.isArray() && !node.isEmpty()) ? Objects.requireNonNull(node.get(0)) : node;
	}

	private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
		return (first != null) ? first : second;
	}

	private static @Nullable String cut(@Nullable String message) {
		if (message == null || message.length() <= MAX_MESSAGE_LENGTH) {
			return message;
		}
		boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_MESSAGE_LENGTH - 1));
		return message.substring(0, splitsPair ? MAX_MESSAGE_LENGTH - 1 : MAX_MESSAGE_LENGTH);
	}

}

package studio.ainative.aikit.provider.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.ProviderError;

/**
 * Reads what providers say about a call that failed. Each has its own shape, and
 * compatible servers and gateways mix them, so one reader takes all. {@link ErrorPlaces}
 * tells where they put it.
 *
 * @since 0.1.0
 */
public final class ErrorReader {

	private static final int MAX_MESSAGE_LENGTH = 2000;

	private static final List<String> CODES = List.of("code", "status", "statusCode", "status_code", "error_code",
			"errorCode", "errcode");

	private static final List<String> TYPES = List.of("type", "error_type", "errorType", "__type");

	private static final List<String> MESSAGES = List.of("message", "msg", "Message", "status_msg", "error_msg",
			"error_message", "errorMessage", "errmsg", "faultstring");

	private ErrorReader() {
	}

	/**
	 * Read the body of an answer that failed.
	 * @param body the body, perhaps server-sent events, perhaps no JSON at all
	 * @return what could be read, {@link ProviderError#UNKNOWN} if nothing could, or if
	 * it is an answer; the message is cut to 2,000 characters
	 */
	public static ProviderError fromBody(byte[] body) {
		JsonNode node = Json.parse(body, 0, body.length);
		if (node == null) {
			return fromLines(new String(body, StandardCharsets.UTF_8));
		}
		JsonNode first = first(node);
		boolean nothing = !first.isObject() || (ErrorPlaces.isAnswer(first) && !isError(first));
		return nothing ? ProviderError.UNKNOWN : read(first);
	}

	private static ProviderError fromLines(String body) {
		for (String line : body.lines().toList()) {
			byte[] json = line.replaceFirst("^(data|error):", "").getBytes(StandardCharsets.UTF_8);
			JsonNode node = Json.parse(json, 0, json.length);
			ProviderError error = (node != null) ? read(first(node)) : ProviderError.UNKNOWN;
			if (!error.equals(ProviderError.UNKNOWN)) {
				return error;
			}
		}
		return ProviderError.UNKNOWN;
	}

	/**
	 * Read a chunk of a stream if it is an error.
	 * @param event the event's name
	 * @param chunk the chunk, {@code null} if it is not JSON
	 * @return the error, {@code null} if the chunk is none
	 */
	static @Nullable ProviderError fromChunk(String event, @Nullable JsonNode chunk) {
		JsonNode node = (chunk != null) ? first(chunk) : null;
		if (node != null && (isError(node) || ("message".equals(event) && ErrorPlaces.isProblem(node)))) {
			return read(node);
		}
		if ("error".equals(event)) {
			return (node != null) ? read(node) : ProviderError.UNKNOWN;
		}
		return null;
	}

	/**
	 * Read what stands between the events of a stream if it is an error.
	 * @param isField whether it is the value of a field named {@code error}, which says
	 * that it is one
	 * @param array holds it
	 * @param offset where it begins
	 * @param length how many bytes it has
	 * @return the error, {@code null} if it is none
	 */
	public static @Nullable ProviderError fromStray(boolean isField, byte[] array, int offset, int length) {
		JsonNode chunk = Json.parse(array, offset, length);
		if (chunk == null) {
			return isField ? fromText(array, offset, length) : null;
		}
		JsonNode node = first(chunk);
		boolean saysSomething = ErrorPlaces.isSomething(node) && !(node.isContainer() && node.isEmpty());
		if (isField) {
			return saysSomething ? read(node) : null;
		}
		boolean error = isError(node) || ErrorPlaces.isProblem(node)
				|| (message(node) != null && !ErrorPlaces.isAnswer(node));
		return error ? read(node) : null;
	}

	/**
	 * An error that is told in plain text.
	 */
	static ProviderError fromText(byte[] array, int offset, int length) {
		String text = new String(array, offset, length, StandardCharsets.UTF_8).strip();
		return error(null, null, text.isEmpty() ? null : text, null);
	}

	/**
	 * Whether something calls itself an error.
	 * @param node a chunk or a part of one
	 * @return {@code true} if it does
	 */
	public static boolean isError(JsonNode node) {
		return ErrorPlaces.isError(node);
	}

	/**
	 * Read an error.
	 * @param node a chunk or a part of one
	 * @return what could be read
	 */
	public static ProviderError read(JsonNode node) {
		if (node.isString()) {
			return error(null, null, node.stringValue(), null);
		}
		JsonNode holder = ErrorPlaces.holder(node);
		JsonNode error = ErrorPlaces.nested(holder);
		return (error != null) ? readNested(error, holder) : readFlat(holder);
	}

	private static ProviderError readNested(JsonNode error, JsonNode outer) {
		JsonNode details = Json.object(error, "details");
		String specific = (details != null) ? Json.word(details, "error_code") : null;
		String status = Json.word(error, "status");
		String code = firstOf(specific, firstOf(Json.word(error, "code"), Json.word(outer, "code")));
		String type = firstOf(word(error, TYPES), status);
		String message = firstOf(message(error), detail(error));
		JsonNode metadata = Json.object(error, "metadata");
		String raw = (metadata != null) ? Json.text(metadata, "raw") : null;
		// OpenRouter's own sentence only says that there is another
		String words = (message != null && raw != null) ? message + ": " + raw : firstOf(message, raw);
		return error(type, firstOf(code, word(error, CODES, "status")), words, BodyWait.of(error, outer, words));
	}

	private static ProviderError readFlat(JsonNode node) {
		JsonNode details = Json.object(node, "details");
		String specific = (details != null) ? Json.word(details, "providerCode") : null;
		String type = firstOf(specific, firstOf(ErrorPlaces.miniMaxType(node), word(node, TYPES)));
		String message = firstOf(firstOf(message(node), detail(node)),
				firstOf(sentence(node, "error"), sentence(node, "errors")));
		return error(type, word(node, CODES), message, BodyWait.of(node, node, message));
	}

	/** The sentence, if there is one. */
	static @Nullable String message(JsonNode node) {
		for (String name : MESSAGES) {
			String message = Json.text(node, name);
			if (message != null) {
				return message;
			}
		}
		return null;
	}

	/** The code, if there is one. */
	static @Nullable String code(JsonNode node) {
		return word(node, CODES);
	}

	/** The first of these that says more than that something failed. */
	private static @Nullable String word(JsonNode node, List<String> names, String... except) {
		for (String name : names) {
			String word = List.of(except).contains(name) ? null : Json.word(node, name);
			if (word != null && !ErrorPlaces.FAILED.contains(word)) {
				return word;
			}
		}
		return null;
	}

	/** The sentence of FastAPI's field, if there is one. */
	static @Nullable String detail(JsonNode node) {
		return sentence(node, "detail");
	}

	private static @Nullable String sentence(JsonNode node, String name) {
		JsonNode value = node.get(name);
		if (value == null) {
			return null;
		}
		JsonNode first = first(value);
		if (first.isString()) {
			return first.stringValue().isEmpty() ? null : first.stringValue();
		}
		return firstOf(message(first), Json.text(first, "error"));
	}

	private static ProviderError error(@Nullable String type, @Nullable String code, @Nullable String message,
			@Nullable Duration retryAfter) {
		if (type == null && code == null && message == null) {
			return ProviderError.UNKNOWN;
		}
		return new ProviderError(type, code, cut(message), retryAfter);
	}

	static JsonNode first(JsonNode node) {
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

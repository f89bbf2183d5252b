package studio.ainative.aikit.provider.wire;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where servers put an error. Most have a field {@code error}: an object, a sentence or a
 * list. Besides there are {@code x_groq.error} (Groq), {@code base_resp} with a code that
 * is not 0 (MiniMax), {@code errors} (Cloudflare), {@code detail} (FastAPI),
 * {@code fault} (Apigee), and a code and a sentence without anything around them
 * (Alibaba, Baidu, Azure's gateway).
 */
final class ErrorPlaces {

	/** These say that something failed, not what. */
	static final Set<String> FAILED = Set.of("error", "failed", "failure", "fail");

	/** How deep errors are looked for in errors. */
	private static final int MAX_DEPTH = 4;

	private static final Pattern SUCCESS = Pattern.compile("0|2\\d\\d|ok|success|succeeded", Pattern.CASE_INSENSITIVE);

	private static final Pattern ERROR_TYPE = Pattern.compile(".*(?:error|exception)", Pattern.CASE_INSENSITIVE);

	/**
	 * MiniMax's numbers, of which Zhipu uses some for something else: too many requests,
	 * tokens or connections, no balance, the plan's limit, the key, time, and itself.
	 */
	private static final Map<String, String> MINIMAX = Map.ofEntries(Map.entry("1002", "rate_limit"),
			Map.entry("1039", "rate_limit"), Map.entry("1041", "rate_limit"), Map.entry("2045", "rate_limit"),
			Map.entry("1008", "insufficient_balance"), Map.entry("2056", "usage_limit_reached"),
			Map.entry("1004", "authentication_error"), Map.entry("2049", "invalid_api_key"),
			Map.entry("1001", "timeout"), Map.entry("1000", "server_error"), Map.entry("1013", "server_error"),
			Map.entry("1024", "server_error"), Map.entry("1033", "server_error"));

	private ErrorPlaces() {
	}

	/**
	 * Whether something calls itself an error.
	 */
	static boolean isError(JsonNode node) {
		return isSomething(node.get("error")) || "error".equals(Json.text(node, "object"))
				|| "error".equals(Json.text(node, "type")) || envelope(node) != null;
	}

	/**
	 * Whether a chunk without a name describes a problem. It doesn't call itself an
	 * error, so it must have nothing of an answer.
	 */
	static boolean isProblem(JsonNode node) {
		if (isAnswer(node)) {
			return false;
		}
		String type = Json.text(node, "type");
		boolean typed = type != null && !node.has("status") && !node.has("title");
		JsonNode detail = Json.object(node, "detail");
		if (!typed && (ErrorReader.detail(node) != null || (detail != null && isError(detail)))) {
			return true;
		}
		JsonNode success = node.get("success");
		String status = Json.text(node, "status");
		if (isList(node.get("errors")) || Json.object(node, "fault") != null
				|| (status != null && FAILED.contains(status))
				|| (success != null && success.isBoolean() && !success.booleanValue())) {
			return true;
		}
		String code = ErrorReader.code(node);
		boolean failed = (code != null && !SUCCESS.matcher(code).matches())
				|| (type != null && ERROR_TYPE.matcher(type).matches());
		return failed && ErrorReader.message(node) != null;
	}

	/**
	 * Whether something has a part of an answer.
	 */
	static boolean isAnswer(JsonNode node) {
		return isList(node.get("choices")) || isList(node.get("content")) || node.has("token")
				|| Json.object(node, "usage") != null;
	}

	/**
	 * Whether the value of a field that is named for an error says that there is one.
	 */
	static boolean isSomething(@Nullable JsonNode value) {
		if (value == null || value.isNull()) {
			return false;
		}
		if (value.isBoolean()) {
			return value.booleanValue();
		}
		if (value.isNumber()) {
			return value.numberValue().doubleValue() != 0;
		}
		if (value.isString()) {
			return !value.stringValue().isEmpty() && !value.stringValue().equals("0");
		}
		return value.isObject() || isList(value);
	}

	private static boolean isList(@Nullable JsonNode value) {
		return value != null && value.isArray() && !value.isEmpty();
	}

	/**
	 * What holds the error: the chunk, or a part of it that other things stand beside.
	 */
	static JsonNode holder(JsonNode node) {
		JsonNode holder = node;
		for (int depth = 0; depth < MAX_DEPTH; depth++) {
			JsonNode inner = inner(holder);
			if (inner == null) {
				return holder;
			}
			holder = inner;
		}
		return holder;
	}

	private static @Nullable JsonNode inner(JsonNode node) {
		JsonNode error = Json.object(node, "error");
		if (error != null) {
			return (isSomething(error.get("error")) && ErrorReader.message(error) == null) ? error : null;
		}
		JsonNode envelope = envelope(node);
		if (envelope != null) {
			return envelope;
		}
		JsonNode detail = Json.object(node, "detail");
		return (detail != null && Json.object(detail, "error") != null) ? detail : null;
	}

	/** What a vendor puts around its errors. */
	private static @Nullable JsonNode envelope(JsonNode node) {
		JsonNode groq = Json.object(node, "x_groq");
		if (groq != null && isSomething(groq.get("error"))) {
			return groq;
		}
		JsonNode response = Json.object(node, "base_resp");
		return (response != null && isSomething(response.get("status_code"))) ? response : null;
	}

	/**
	 * The error itself, if it is an object that stands in its holder.
	 */
	static @Nullable JsonNode nested(JsonNode holder) {
		for (String name : List.of("error", "errors", "fault")) {
			JsonNode value = holder.get(name);
			JsonNode first = (value != null) ? ErrorReader.first(value) : null;
			if (first != null && first.isObject()) {
				return first;
			}
		}
		// Where a gateway has translated it into Anthropic's format (musistudio/llms)
		return "error".equals(Json.text(holder, "type")) ? Json.object(holder, "message") : null;
	}

	/**
	 * What a number of MiniMax means.
	 * @return a word, {@code null} for any other node and number
	 */
	static @Nullable String miniMaxType(JsonNode node) {
		String code = Json.word(node, "status_code");
		return (code != null && node.has("status_msg")) ? MINIMAX.get(code) : null;
	}

}

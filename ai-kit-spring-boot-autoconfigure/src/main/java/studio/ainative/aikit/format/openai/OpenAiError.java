package studio.ainative.aikit.format.openai;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.format.JsonText;

/**
 * An error in OpenAI's envelope:
 * {@code {"error":{"message":"…","type":"…","param":"messages","code":"…"}}}.
 *
 * @param status the status of a response that tells of it, from 400
 * @param message a plain sentence
 * @param type the class of error, for example {@code invalid_request_error}
 * @param param the field of the request that is to blame, {@code null} if none is
 * @param code what went wrong, for programs; always a text, as SDKs fail on numbers
 * @param isTransient whether the same request may succeed later
 * @param retryAfter seconds to wait before another request, {@code null} if nobody said
 * @since 0.1.0
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's page</a>
 */
public record OpenAiError(int status, String message, String type, @Nullable String param, String code,
		boolean isTransient, @Nullable Long retryAfter) {

	private static final String INVALID_REQUEST = "invalid_request_error";

	private static final String SERVER = "server_error";

	/**
	 * Refuse an error without words.
	 * @param status the status of a response that tells of it, from 400
	 * @param message a plain sentence
	 * @param type the class of error
	 * @param param the field of the request that is to blame, {@code null} if none is
	 * @param code what went wrong, for programs
	 * @param isTransient whether the same request may succeed later
	 * @param retryAfter seconds to wait, {@code null} if nobody said
	 */
	public OpenAiError {
		Objects.requireNonNull(message, "'message' must not be null");
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(code, "'code' must not be null");
	}

	/**
	 * What the request itself is to blame for.
	 * @param status the status, from 400 to 499
	 * @param message a plain sentence
	 * @param param the field that is to blame, {@code null} if none is
	 * @param code what is wrong, for programs
	 * @return the error, which no retry helps
	 */
	public static OpenAiError refused(int status, String message, @Nullable String param, String code) {
		return new OpenAiError(status, message, INVALID_REQUEST, param, code, false, null);
	}

	/**
	 * What an answer has failed by.
	 * @param event what readers are told
	 * @return the error with the status that suits its code: 429 for limits, 503 and 504
	 * for what the provider can't do now, 502 for the rest of its faults, 400 for
	 * messages that can't be sent, 500 for everything else
	 */
	public static OpenAiError of(ErrorEvent event) {
		Long retryAfter = (event.details().get("retryAfter") instanceof Number seconds) ? (Long) seconds.longValue()
				: null;
		return switch (event.code()) {
			case "RATE_LIMIT" ->
				new OpenAiError(429, event.error(), "rate_limit_error", null, "rate_limit_exceeded", true, retryAfter);
			case "QUOTA_EXCEEDED", "BUDGET_EXCEEDED" ->
				new OpenAiError(429, event.error(), "insufficient_quota", null, "insufficient_quota", false, null);
			case InvalidMessagesException.CODE -> refused(400, event.error(), "messages", "invalid_request");
			case "OVERLOADED", "SERVER_SHUTDOWN" -> failed(503, event, true, retryAfter);
			case "TIMEOUT" -> failed(504, event, true, retryAfter);
			case "PROVIDER_ERROR", "INTERRUPTED" -> failed(502, event, true, retryAfter);
			case "LIMIT_EXCEEDED", "MALFORMED_RESPONSE" -> failed(502, event, false, null);
			default -> failed(500, event, false, null);
		};
	}

	/**
	 * Copy that may pass or not.
	 * @param isTransient whether the same request may succeed later
	 * @return the copy
	 */
	public OpenAiError withTransient(boolean isTransient) {
		return new OpenAiError(this.status, this.message, this.type, this.param, this.code, isTransient,
				this.retryAfter);
	}

	private static OpenAiError failed(int status, ErrorEvent event, boolean isTransient, @Nullable Long retryAfter) {
		return new OpenAiError(status, event.error(), SERVER, null, event.code().toLowerCase(Locale.ROOT), isTransient,
				retryAfter);
	}

	/**
	 * Headers of a response that tells of it: SDKs send a failed request again unless
	 * {@code x-should-retry} says that it can't help.
	 * @return values by name, the body's type not among them
	 */
	public Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("x-should-retry", String.valueOf(this.isTransient));
		if (this.retryAfter != null) {
			headers.put("Retry-After", this.retryAfter.toString());
		}
		return headers;
	}

	/**
	 * The body of a response that tells of it.
	 * @return JSON in UTF-8
	 */
	public byte[] body() {
		StringBuilder json = begin().append(",\"param\":");
		if (this.param != null) {
			JsonText.quote(json, this.param);
		}
		else {
			json.append("null");
		}
		return end(json).getBytes(StandardCharsets.UTF_8);
	}

	/** As an event of a stream. */
	String inStream() {
		return end(begin());
	}

	private StringBuilder begin() {
		StringBuilder json = new StringBuilder("{\"error\":{\"message\":");
		JsonText.quote(json, this.message);
		json.append(",\"type\":");
		JsonText.quote(json, this.type);
		return json;
	}

	private String end(StringBuilder json) {
		json.append(",\"code\":");
		JsonText.quote(json, this.code);
		return json.append("}}").toString();
	}

}

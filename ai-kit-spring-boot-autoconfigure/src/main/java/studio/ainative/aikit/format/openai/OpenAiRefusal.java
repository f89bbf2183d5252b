package studio.ainative.aikit.format.openai;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.RefusalForm;

/**
 * OpenAI's envelope for requests to a controller that get no stream.
 *
 * @since 0.1.0
 */
public final class OpenAiRefusal implements RefusalForm {

	/**
	 * Make the form.
	 */
	public OpenAiRefusal() {
	}

	@Override
	public boolean isFor(Class<?> requestType) {
		return requestType == OpenAiChatRequest.class;
	}

	@Override
	public String contentType() {
		return "application/json";
	}

	@Override
	public byte[] body(int status, String sentence, @Nullable String field) {
		return OpenAiError.refused(status, sentence, field, "invalid_request").body();
	}

	/** The same request is refused again. */
	@Override
	public Map<String, String> headers(int status) {
		return Map.of("x-should-retry", "false");
	}

}

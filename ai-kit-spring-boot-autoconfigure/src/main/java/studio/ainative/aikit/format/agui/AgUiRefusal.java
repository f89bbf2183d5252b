package studio.ainative.aikit.format.agui;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.RefusalForm;

/**
 * What an AG-UI client is told whose request gets no run:
 * {@code {"message":"…","code":"INVALID_REQUEST"}}, the fields of its {@code RUN_ERROR},
 * which it makes part of the message of its error.
 *
 * @since 0.1.0
 */
public final class AgUiRefusal implements RefusalForm {

	/**
	 * Make the form.
	 */
	public AgUiRefusal() {
	}

	@Override
	public boolean isFor(Class<?> requestType) {
		return requestType == AgUiRunRequest.class;
	}

	@Override
	public String contentType() {
		return "application/json";
	}

	@Override
	public byte[] body(int status, String sentence, @Nullable String field) {
		return body(sentence, (status == 404) ? "NOT_FOUND" : "INVALID_REQUEST");
	}

	/**
	 * Write the body.
	 * @param sentence a plain sentence
	 * @param code what is wrong, for programs
	 * @return JSON in UTF-8
	 */
	public static byte[] body(String sentence, String code) {
		StringBuilder json = new StringBuilder("{\"message\":");
		JsonText.quote(json, sentence);
		json.append(",\"code\":");
		JsonText.quote(json, code);
		return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
	}

}

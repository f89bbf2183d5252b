package studio.ainative.aikit.format.uimessage;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.RefusalForm;

/**
 * A sentence and nothing else: {@code useChat} makes the body of an answer that is none
 * the message of its error, word for word.
 *
 * @since 0.1.0
 */
public final class UiRefusal implements RefusalForm {

	/**
	 * Make the form.
	 */
	public UiRefusal() {
	}

	@Override
	public boolean isFor(Class<?> requestType) {
		return requestType == UiChatRequest.class;
	}

	@Override
	public String contentType() {
		return "text/plain;charset=UTF-8";
	}

	@Override
	public byte[] body(int status, String sentence, @Nullable String field) {
		return sentence.getBytes(StandardCharsets.UTF_8);
	}

}

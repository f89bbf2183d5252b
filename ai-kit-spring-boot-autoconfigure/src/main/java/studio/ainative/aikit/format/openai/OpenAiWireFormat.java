package studio.ainative.aikit.format.openai;

import java.util.Objects;

import studio.ainative.aikit.format.WireFormat;

/**
 * OpenAI's <a href="https://platform.openai.com/docs/api-reference/chat-streaming">chunks
 * of chat completions</a>, for the SDKs and front ends that read them:
 *
 * <pre>
 * data: {"id":"chatcmpl-…","object":"chat.completion.chunk","created":1769860800,"model":"fast",
 *        "choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
 * data: {…,"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}
 * data: {…,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
 * data: {…,"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}
 * data: [DONE]
 * </pre>
 *
 * Reasoning travels as {@code reasoning_content}, a refusal as {@code refusal}. Usage is
 * sent only where it was asked for, as clients that did not ask fail on it. An answer
 * that is not whole ends with {@code event: error data:
 * {"error":{"message":"…","type":"…","code":"…"}}} and without {@code [DONE]}, the one
 * form that every SDK reports; so does one that begins anew after its first text, which
 * these chunks can't tell. Costs, warnings and other metadata are not carried.
 *
 * @since 0.1.0
 */
public final class OpenAiWireFormat implements WireFormat {

	/** The model's name unless said otherwise: {@value}. */
	public static final String DEFAULT_MODEL = "ai-kit";

	private final String model;

	private final boolean includeUsage;

	/**
	 * Make a format that names the model {@value #DEFAULT_MODEL} and tells no usage. For
	 * one request's own, see {@link OpenAiChatRequest#format()}.
	 */
	public OpenAiWireFormat() {
		this(DEFAULT_MODEL, false);
	}

	/**
	 * Make a format.
	 * @param model the model's name, as the reader asked for it
	 * @param includeUsage whether the reader asked for usage, by
	 * {@code stream_options.include_usage}
	 */
	public OpenAiWireFormat(String model, boolean includeUsage) {
		this.model = Objects.requireNonNull(model, "'model' must not be null");
		this.includeUsage = includeUsage;
	}

	@Override
	public String name() {
		return "openai";
	}

	@Override
	public Encoder encoder() {
		return new OpenAiEncoder(this.model, this.includeUsage);
	}

}

package studio.ainative.aikit.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.List;

import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

/**
 * What a provider says in a {@link Rehearsal}: a short answer with all that most answers
 * have.
 *
 * @param provider speaks its format
 * @param events what it says
 */
record RehearsedAnswer(Provider provider, String events) {

	static final RehearsedAnswer OPENAI = new RehearsedAnswer(new OpenAIProvider(),
			"""
					data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"A"},"finish_reason":null}]}

					data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"B"},"finish_reason":null}]}

					data: {"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

					data: {"id":"1","model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}

					data: [DONE]

					""");

	static final RehearsedAnswer RESPONSES = new RehearsedAnswer(new OpenAIResponsesProvider(),
			"""
					event: response.created
					data: {"type":"response.created","response":{"id":"1","model":"m","status":"in_progress","output":[]}}

					event: response.output_text.delta
					data: {"type":"response.output_text.delta","item_id":"2","output_index":0,"content_index":0,"delta":"A"}

					event: response.output_text.delta
					data: {"type":"response.output_text.delta","item_id":"2","output_index":0,"content_index":0,"delta":"B"}

					event: response.completed
					data: {"type":"response.completed","response":{"id":"1","model":"m","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}

					""");

	static final RehearsedAnswer ANTHROPIC = new RehearsedAnswer(new AnthropicProvider(),
			"""
					event: message_start
					data: {"type":"message_start","message":{"id":"1","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

					event: content_block_start
					data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

					event: content_block_delta
					data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"A"}}

					event: content_block_delta
					data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"B"}}

					event: content_block_stop
					data: {"type":"content_block_stop","index":0}

					event: message_delta
					data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

					event: message_stop
					data: {"type":"message_stop"}

					""");

	static final RehearsedAnswer AI_KIT = new RehearsedAnswer(new AiKitProvider(null), """
			event: start
			data: {"timestamp":"2026-01-01T00:00:00.000Z"}

			event: token
			data: {"token":"A"}

			event: token
			data: {"token":"B"}

			event: usage
			data: {"promptTokens":1,"completionTokens":2,"totalTokens":3}

			event: done
			data: {"timestamp":"2026-01-01T00:00:00.000Z","outcome":"complete"}

			""");

	private static final List<RehearsedAnswer> ALL = List.of(OPENAI, RESPONSES, ANTHROPIC, AI_KIT);

	/**
	 * The one whose format is a provider's. An application's own provider is not
	 * rehearsed, as nobody knows what it does; all but its format is, with another.
	 */
	static RehearsedAnswer of(Provider provider) {
		return ALL.stream()
			.filter((answer) -> answer.provider.getClass() == provider.getClass())
			.findFirst()
			.orElse(OPENAI);
	}

	static List<RehearsedAnswer> all() {
		return ALL;
	}

	String name() {
		return this.provider.name();
	}

	byte[] bytes() {
		return this.events.getBytes(StandardCharsets.UTF_8);
	}

}

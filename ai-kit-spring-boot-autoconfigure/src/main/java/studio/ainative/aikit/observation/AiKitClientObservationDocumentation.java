package studio.ainative.aikit.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The spans of a call, and their keys.
 *
 * @since 0.1.0
 */
public enum AiKitClientObservationDocumentation implements ObservationDocumentation {

	/** A call with all its tries. */
	CALL {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultAiKitClientObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeys.values();
		}

	},

	/** One request of a call. The HTTP client's own span is its child. */
	TRY {

		@Override
		public String getName() {
			return "aikit.client.try";
		}

		@Override
		public String getContextualName() {
			return "try";
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeys.STREAM, LowCardinalityKeys.PROVIDER,
					LowCardinalityKeys.ERROR_TYPE };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinalityKeys.TRY, HighCardinalityKeys.TARGET };
		}

	},

	/** One run of a tool's function, a child of the call. */
	TOOL {

		@Override
		public String getName() {
			return "aikit.client.tool";
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeys.OPERATION, LowCardinalityKeys.STREAM,
					LowCardinalityKeys.ERROR_TYPE, LowCardinalityKeys.OUTCOME };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinalityKeys.TOOL_NAME, HighCardinalityKeys.TOOL_CALL_ID,
					HighCardinalityKeys.TOOL_TYPE, HighCardinalityKeys.TOOL_DESCRIPTION };
		}

	};

	/** Keys of the call's span and the tags of each client metric. */
	public enum LowCardinalityKeys implements KeyName {

		/** Always {@code chat}. */
		OPERATION("gen_ai.operation.name", "`chat`"),

		/** The wire format. */
		PROVIDER("gen_ai.provider.name",
				"`openai`, `openai-responses`, `anthropic`, `ai-kit` or the name of a `Provider` bean"),

		/** What was asked for. */
		REQUEST_MODEL("gen_ai.request.model",
				"the model that is asked for; `other` past `ai-kit.observations.max-models` of them, `none` if none is named"),

		/** What answered. */
		RESPONSE_MODEL("gen_ai.response.model", "the model that answered, bounded in the same way"),

		/** Where requests go. */
		SERVER_ADDRESS("server.address", "the host that requests go to"),

		/** The port of that. */
		SERVER_PORT("server.port", "its port"),

		/** What failed. */
		ERROR_TYPE("error.type",
				"the status of an error response, else a code as readers get it (`TIMEOUT`, `INTERRUPTED`, …); `_OTHER` for what is not AI Kit's, `none` without a failure"),

		/** How the call ended. */
		OUTCOME("aikit.outcome",
				"`complete`, `stopped`, `abandoned`, `error`, `truncated`, `timeout`, `limit` or `budget`"),

		/** Which stream. */
		STREAM("aikit.stream", "the stream's name under `ai-kit.streams`, `default` for `ai-kit.stream`"),

		/** What a cache did. */
		CACHE("aikit.cache",
				"`hit`, `joined` or `miss`; `none` where the stream has no cache, or nobody was known to keep an answer for");

		private final String key;

		private final String description;

		LowCardinalityKeys(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * What the key's values mean.
		 * @return words for the README's table
		 */
		public String description() {
			return this.description;
		}

	}

	/** Further keys of the call's span. A key without a value is left out. */
	public enum HighCardinalityKeys implements KeyName {

		/** Always: an answer is streamed. */
		REQUEST_STREAM("gen_ai.request.stream", "`true`"),

		/** From the request's options. */
		REQUEST_TEMPERATURE("gen_ai.request.temperature", "the option `temperature`"),

		/** From the request's options. */
		REQUEST_TOP_P("gen_ai.request.top_p", "the option `top_p`"),

		/** From the request's options. */
		REQUEST_TOP_K("gen_ai.request.top_k", "the option `top_k`"),

		/** From the request's options. */
		REQUEST_MAX_TOKENS("gen_ai.request.max_tokens",
				"the option `max_tokens`, `max_completion_tokens` or `max_output_tokens`"),

		/** From the request's options. */
		REQUEST_FREQUENCY_PENALTY("gen_ai.request.frequency_penalty", "the option `frequency_penalty`"),

		/** From the request's options. */
		REQUEST_PRESENCE_PENALTY("gen_ai.request.presence_penalty", "the option `presence_penalty`"),

		/** From the request's options. */
		REQUEST_SEED("gen_ai.request.seed", "the option `seed`"),

		/** How many answers. */
		REQUEST_CHOICE_COUNT("gen_ai.request.choice.count", "the option `n`, if it is not 1"),

		/** What ends the answer. */
		REQUEST_STOP_SEQUENCES("gen_ai.request.stop_sequences",
				"the option `stop` or `stop_sequences`, as a JSON array"),

		/** How much is thought. */
		REQUEST_REASONING_LEVEL("gen_ai.request.reasoning.level",
				"the option `reasoning_effort`, or `effort` in `reasoning` or `output_config`; not with `otel-1.41`"),

		/** What kind of answer. */
		OUTPUT_TYPE("gen_ai.output.type",
				"`json` or `text`, where the option `response_format`, or `format` in `text` or `output_config`, asks for one"),

		/** The conversation that the provider keeps. */
		CONVERSATION_ID("gen_ai.conversation.id", "with `openai-responses`: the id in the option `conversation`"),

		/** The answer that is gone on from. */
		PREVIOUS_RESPONSE_ID("gen_ai.request.previous_response.id",
				"with `openai-responses`: the option `previous_response_id`; not with `otel-1.41`"),

		/** The provider's id of the answer. */
		RESPONSE_ID("gen_ai.response.id", "the provider's id of the answer"),

		/** Why the answer ended. */
		FINISH_REASONS("gen_ai.response.finish_reasons",
				"why the answer ended, several with commas between; `error` where a reason was to come and did not"),

		/** The time to the first chunk. */
		TIME_TO_FIRST_CHUNK("gen_ai.response.time_to_first_chunk", "seconds to the first text, reasoning or tool call"),

		/** Tokens in the prompt. */
		INPUT_TOKENS("gen_ai.usage.input_tokens", "tokens in the prompt, as the provider counts"),

		/** Tokens in the answer. */
		OUTPUT_TOKENS("gen_ai.usage.output_tokens", "tokens in the answer, as the provider counts"),

		/** Of the prompt, read from the provider's cache. */
		CACHE_READ_TOKENS("gen_ai.usage.cache_read.input_tokens", "of the prompt, read from the provider's cache"),

		/** Of the prompt, written to the provider's cache. */
		CACHE_WRITE_TOKENS("gen_ai.usage.cache_write.input_tokens",
				"of the prompt, written to the provider's cache; `cache_creation` with `otel-1.41`"),

		/** Of the answer, spent on reasoning. */
		REASONING_TOKENS("gen_ai.usage.reasoning.output_tokens", "of the answer, spent on reasoning"),

		/** How many requests the call took. */
		TRIES("aikit.tries", "how many requests the call took"),

		/** Which of several targets. */
		TARGET("aikit.target", "on the span of a try, where the stream has fallbacks: which of them is asked"),

		/** Which request of a call. */
		TRY("aikit.try", "on the span of a try: which it is, from 1"),

		/** Which tool. */
		TOOL_NAME("gen_ai.tool.name", "on the span of a tool's run: the tool"),

		/** Which call of it. */
		TOOL_CALL_ID("gen_ai.tool.call.id", "on the same: the call's id"),

		/** What kind of tool. */
		TOOL_TYPE("gen_ai.tool.type", "on the same: `function`"),

		/** What the model is told of the tool. */
		TOOL_DESCRIPTION("gen_ai.tool.description", "on the same: what the model is told of the tool");

		private final String key;

		private final String description;

		HighCardinalityKeys(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * What the key's values mean.
		 * @return words for the README's table
		 */
		public String description() {
			return this.description;
		}

	}

}

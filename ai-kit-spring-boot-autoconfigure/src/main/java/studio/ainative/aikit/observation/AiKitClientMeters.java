package studio.ainative.aikit.observation;

import org.jspecify.annotations.Nullable;

/**
 * The metrics of calls. All but the last, which is one of tools' runs, have the
 * low-cardinality keys of the call's span as tags.
 *
 * @since 0.1.0
 */
public enum AiKitClientMeters {

	/** From the subscription to the end. */
	DURATION(SemanticConvention.OTEL_0_1.clientMetric("duration"),
			SemanticConvention.OTEL_1_41.clientMetric("duration"), "histogram", "seconds", "",
			"from the subscription to the end of the call, its retries included"),

	/** To the first content. */
	TIME_TO_FIRST_CHUNK(SemanticConvention.OTEL_0_1.clientMetric("time_to_first_chunk"),
			SemanticConvention.OTEL_1_41.clientMetric("time_to_first_chunk"), "histogram", "seconds", "",
			"from the subscription to the first text, reasoning or tool call"),

	/** Between contents. */
	TIME_PER_OUTPUT_CHUNK(SemanticConvention.OTEL_0_1.clientMetric("time_per_output_chunk"),
			SemanticConvention.OTEL_1_41.clientMetric("time_per_output_chunk"), "histogram", "seconds", "",
			"between one of these and the next"),

	/** Tokens in prompts. */
	INPUT_TOKENS("gen_ai.client.inference.usage.input_tokens", null, "counter", "", "`gen_ai.token.modality`",
			"tokens in prompts, as the provider counts; calls of which it told nothing add 0, modality `unknown`"),

	/** Tokens in answers. */
	OUTPUT_TOKENS("gen_ai.client.inference.usage.output_tokens", null, "counter", "", "`gen_ai.token.modality`",
			"tokens in answers"),

	/** Of the prompts, read from caches. */
	CACHE_READ_TOKENS("gen_ai.client.inference.usage.cache_read.input_tokens", null, "counter", "",
			"`gen_ai.token.modality`", "of the prompts, read from the provider's cache"),

	/** Of the prompts, written to caches. */
	CACHE_WRITE_TOKENS("gen_ai.client.inference.usage.cache_write.input_tokens", null, "counter", "",
			"`gen_ai.token.modality`", "of the prompts, written to it"),

	/** Of the answers, reasoning. */
	REASONING_TOKENS("gen_ai.client.inference.usage.reasoning.output_tokens", null, "counter", "",
			"`gen_ai.token.modality`", "of the answers, spent on reasoning"),

	/** Tokens of one prompt. */
	OPERATION_INPUT_TOKENS("gen_ai.client.inference.operation.input_tokens", null, "histogram", "", "",
			"tokens in the prompt of a call"),

	/** Tokens of one answer. */
	OPERATION_OUTPUT_TOKENS("gen_ai.client.inference.operation.output_tokens", null, "histogram", "", "",
			"tokens in the answer of a call"),

	/** Tokens of one call, by the older names. */
	TOKEN_USAGE(null, "gen_ai.client.token.usage", "histogram", "", "`gen_ai.token.type`",
			"tokens of a call, type `input` and `output`, if the provider told them"),

	/** To the first text. */
	TIME_TO_FIRST_TOKEN("aikit.client.time_to_first_token", "aikit.client.time_to_first_token", "histogram", "seconds",
			"", "from the subscription to the first text, which comes after all reasoning"),

	/** Retries. */
	RETRIES("aikit.client.retries", "aikit.client.retries", "counter", "", "`aikit.retry.reason`",
			"requests after the first, and what had failed before, as in `error.type`"),

	/** What calls cost. */
	COST("aikit.client.cost", "aikit.client.cost", "counter", "", "`aikit.currency`, `aikit.usage.estimated`",
			"what calls cost, if the model's prices are known; estimated `true` where the provider told no usage"),

	/** How long tools run. */
	TOOL_DURATION("gen_ai.execute_tool.duration", null, "histogram", "seconds",
			"`gen_ai.tool.name`, `gen_ai.tool.type`, `error.type`, `aikit.outcome`, `aikit.stream`",
			"how long a tool's function ran; names of tools past the first 100 are `other`");

	private final @Nullable String current;

	private final @Nullable String older;

	private final String kind;

	private final String unit;

	private final String tags;

	private final String description;

	AiKitClientMeters(@Nullable String current, @Nullable String older, String kind, String unit, String tags,
			String description) {
		this.current = current;
		this.older = older;
		this.kind = kind;
		this.unit = unit;
		this.tags = tags;
		this.description = description;
	}

	/**
	 * The metric's name.
	 * @param names the version of the names
	 * @return the name, {@code null} if that version doesn't have the metric
	 */
	public @Nullable String meterName(SemanticConvention names) {
		return (names == SemanticConvention.OTEL_0_1) ? this.current : this.older;
	}

	/**
	 * What the metric is.
	 * @return {@code histogram} or {@code counter}
	 */
	public String kind() {
		return this.kind;
	}

	/**
	 * The unit that its values have.
	 * @return {@code seconds}, or empty for a mere number
	 */
	public String unit() {
		return this.unit;
	}

	/**
	 * Tags besides those that all but the last have.
	 * @return their names, as the README shows them
	 */
	public String tags() {
		return this.tags;
	}

	/**
	 * What the metric tells.
	 * @return words for the README's table
	 */
	public String description() {
		return this.description;
	}

}

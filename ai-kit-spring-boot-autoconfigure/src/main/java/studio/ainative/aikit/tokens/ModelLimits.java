package studio.ainative.aikit.tokens;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens a model takes: for what has to be known before a conversation is sent
 * that has grown long. AI Kit itself cuts nothing, and leaves it to the provider to
 * refuse what is too long.
 * <p>
 * The figures are a dated table's, compiled on 2026-11-29 from public sources that it
 * names. Vendors change them without notice.
 *
 * @param context tokens of prompt and answer together
 * @param input tokens of the longest prompt, at most {@code context}
 * @param output tokens of the longest answer, its reasoning included
 * @since 0.1.0
 */
public record ModelLimits(long context, long input, long output) {

	/**
	 * Check the limits.
	 * @param context tokens of prompt and answer together
	 * @param input tokens of the longest prompt
	 * @param output tokens of the longest answer
	 */
	public ModelLimits {
		requirePositive("context", context);
		requirePositive("input", input);
		requirePositive("output", output);
		if (input > context || output > context) {
			throw new IllegalArgumentException("'input' and 'output' must be at most 'context' (were " + input + ", "
					+ output + " and " + context + ")");
		}
	}

	private static void requirePositive(String name, long tokens) {
		if (tokens < 1) {
			throw new IllegalArgumentException("'" + name + "' must be more than zero (was " + tokens + ")");
		}
	}

	/**
	 * Look a model up. A dated version has the limits of its model, unless it has its
	 * own; the vendor before the name makes no difference.
	 * @param model the model's name, for example {@code gpt-4o} or
	 * {@code us.anthropic.claude-haiku-4-5-20251001-v1:0}
	 * @return its limits, empty where the table doesn't know it
	 */
	public static Optional<ModelLimits> of(@Nullable String model) {
		return LimitsTable.find(model);
	}

}

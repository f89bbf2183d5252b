package studio.ainative.aikit.observation;

/**
 * The versions of
 * <a href="https://github.com/open-telemetry/semantic-conventions-genai">OpenTelemetry's
 * GenAI conventions</a> whose names can be had. None of them is stable yet, and names
 * have changed before.
 *
 * @since 0.1.0
 */
public enum SemanticConvention {

	/** The GenAI conventions' own release 0.1.0. */
	OTEL_0_1("inference", "cache_write"),

	/** As they were in the general conventions 1.41. */
	OTEL_1_41("operation", "cache_creation");

	private final String group;

	private final String cacheWrite;

	SemanticConvention(String group, String cacheWrite) {
		this.group = group;
		this.cacheWrite = cacheWrite;
	}

	/** The name of a client metric that both versions have. */
	String clientMetric(String suffix) {
		return "gen_ai.client." + this.group + "." + suffix;
	}

	/** The attribute that counts tokens written to the provider's cache. */
	String cacheWriteTokens() {
		return "gen_ai.usage." + this.cacheWrite + ".input_tokens";
	}

}

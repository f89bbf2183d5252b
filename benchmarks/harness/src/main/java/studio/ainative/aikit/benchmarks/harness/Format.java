package studio.ainative.aikit.benchmarks.harness;

import java.util.Locale;

/**
 * The formats that answers of providers are sent in.
 */
public enum Format {

	/** Chat completions. */
	OPENAI("/chat/completions"),

	/** OpenAI's Responses. */
	RESPONSES("/responses"),

	/** Messages. */
	ANTHROPIC("/messages"),

	/** AI Kit's own. */
	AIKIT("/aikit");

	private final String path;

	Format(String path) {
		this.path = path;
	}

	/**
	 * Where the source answers in this format.
	 * @return what follows the base address
	 */
	public String path() {
		return this.path;
	}

	static Format of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	static Format ofPath(String path) {
		for (Format format : values()) {
			if (path.endsWith(format.path)) {
				return format;
			}
		}
		throw new IllegalArgumentException("No format at " + path);
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}

package studio.ainative.aikit.client;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.provider.ProviderError;

/**
 * Takes keys out of what providers say: some repeat the key that they don't accept.
 */
final class Secrets {

	private static final String MASK = "***";

	private static final int SHORTEST = 6;

	private static final Pattern LIKE_A_KEY = Pattern
		.compile("\\b(sk|pk|rk|gsk|xai|pplx|nvapi|hf|AIza)[-_][\\w.*-]{4,}", Pattern.CASE_INSENSITIVE);

	private final Set<String> values = new LinkedHashSet<>();

	Secrets(StreamConfig config) {
		if (config.apiKey() != null && !config.apiKey().isBlank()) {
			this.values.add(config.apiKey());
		}
		addLong(config.headers().values());
	}

	private void addLong(Collection<String> headers) {
		for (String header : headers) {
			for (String word : header.split(" ", -1)) {
				if (word.length() >= SHORTEST) {
					this.values.add(word);
				}
			}
		}
	}

	ProviderError removeFrom(ProviderError error) {
		return new ProviderError(removeFrom(error.type()), removeFrom(error.code()), removeFrom(error.message()),
				error.retryAfter());
	}

	private @Nullable String removeFrom(@Nullable String text) {
		if (text == null) {
			return null;
		}
		String clean = text;
		for (String value : this.values) {
			clean = clean.replace(value, MASK);
		}
		return LIKE_A_KEY.matcher(clean).replaceAll(MASK);
	}

}

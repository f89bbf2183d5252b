package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;

/**
 * What a reader asks whom nobody knows.
 */
final class AnonymousRequest implements ReaderRequest {

	@Override
	public @Nullable String principal() {
		return null;
	}

	@Override
	public @Nullable String header(String name) {
		return null;
	}

	@Override
	public String fingerprint() {
		return "";
	}

}

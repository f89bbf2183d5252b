package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a script has returned.
 *
 * @param values numbers, bytes and nulls
 */
record Reply(List<?> values) {

	int size() {
		return this.values.size();
	}

	byte @Nullable [] bytes(int index) {
		return (this.values.get(index) instanceof byte[] bytes) ? bytes : null;
	}

	@Nullable String text(int index) {
		byte[] bytes = bytes(index);
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : null;
	}

	/** A text that the script never leaves out. */
	String textOf(int index) {
		String text = text(index);
		if (text == null) {
			throw new IllegalStateException("Redis holds something else than an answer");
		}
		return text;
	}

	boolean isOne(int index) {
		return Long.valueOf(1).equals(this.values.get(index));
	}

}

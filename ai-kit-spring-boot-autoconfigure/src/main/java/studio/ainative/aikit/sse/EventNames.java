package studio.ainative.aikit.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The event names of one stream as strings. A stream repeats a few names, so they are
 * looked for one by one; when there are more than expected, the oldest one gives way.
 */
final class EventNames {

	private static final int MAX_REMEMBERED = 32;

	private static final int MAX_REMEMBERED_LENGTH = 64;

	private final @Nullable Name[] names = new @Nullable Name[MAX_REMEMBERED];

	private int next;

	String get(byte[] bytes, int start, int end) {
		for (Name name : this.names) {
			if (name == null) {
				break;
			}
			if (Arrays.equals(name.bytes, 0, name.bytes.length, bytes, start, end)) {
				return name.text;
			}
		}
		String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
		if (end - start <= MAX_REMEMBERED_LENGTH) {
			this.names[this.next] = new Name(Arrays.copyOfRange(bytes, start, end), text);
			this.next = (this.next + 1) % MAX_REMEMBERED;
		}
		return text;
	}

	private static final class Name {

		private final byte[] bytes;

		private final String text;

		private Name(byte[] bytes, String text) {
			this.bytes = bytes;
			this.text = text;
		}

	}

}

package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.WireFormat;

/**
 * What a format has noted of a request, as it is kept with the answer: for readers of the
 * same format only.
 */
final class FormatNote {

	/**
	 * Longer ones are not kept: each request for the answer reads it, and stores have
	 * other bounds for events alone.
	 */
	private static final int MAX_LENGTH = 64 * 1024;

	private FormatNote() {
	}

	static @Nullable String of(WireFormat format) {
		String note = format.note();
		return (note == null || note.length() > MAX_LENGTH) ? null : prefix(format) + note;
	}

	static @Nullable String read(@Nullable String kept, WireFormat format) {
		String prefix = prefix(format);
		return (kept != null && kept.length() > prefix.length() && kept.startsWith(prefix))
				? kept.substring(prefix.length()) : null;
	}

	private static String prefix(WireFormat format) {
		return format.name() + "\n";
	}

}

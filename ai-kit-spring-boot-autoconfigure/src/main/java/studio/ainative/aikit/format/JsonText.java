package studio.ainative.aikit.format;

/**
 * JSON strings of one line, written without a generator: the short way for formats that
 * write the same few fields for each token.
 *
 * @since 0.1.0
 */
public final class JsonText {

	private static final char[] HEX = "0123456789abcdef".toCharArray();

	private JsonText() {
	}

	/**
	 * Append a string literal.
	 * @param json where to
	 * @param text any text; surrogates without their other half are escaped, so that they
	 * survive UTF-8
	 */
	public static void quote(StringBuilder json, String text) {
		json.append('"');
		int written = 0;
		int length = text.length();
		for (int i = 0; i < length; i++) {
			char character = text.charAt(i);
			if (character >= ' ' && character != '"' && character != '\\' && !isLone(text, i)) {
				continue;
			}
			json.append(text, written, i);
			written = i + 1;
			escape(json, character);
		}
		json.append(text, written, length).append('"');
	}

	/**
	 * Escape the surrogates that have no other half. In JSON they can only stand inside
	 * of strings, so this is safe for a whole document.
	 * @param json a JSON document
	 * @return the document in a form that UTF-8 can carry
	 */
	public static String withoutLoneSurrogates(String json) {
		StringBuilder result = null;
		int written = 0;
		for (int i = 0; i < json.length(); i++) {
			if (isLone(json, i)) {
				result = (result != null) ? result : new StringBuilder(json.length() + 16);
				escape(result.append(json, written, i), json.charAt(i));
				written = i + 1;
			}
		}
		return (result != null) ? result.append(json, written, json.length()).toString() : json;
	}

	private static boolean isLone(String text, int i) {
		char character = text.charAt(i);
		if (Character.isHighSurrogate(character)) {
			return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
		}
		return Character.isLowSurrogate(character) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
	}

	private static void escape(StringBuilder json, char character) {
		switch (character) {
			case '"', '\\' -> json.append('\\').append(character);
			case '\n' -> json.append("\\n");
			case '\r' -> json.append("\\r");
			case '\t' -> json.append("\\t");
			default -> json.append("\\u")
				.append(HEX[character >> 12])
				.append(HEX[(character >> 8) & 0xF])
				.append(HEX[(character >> 4) & 0xF])
				.append(HEX[character & 0xF]);
		}
	}

}

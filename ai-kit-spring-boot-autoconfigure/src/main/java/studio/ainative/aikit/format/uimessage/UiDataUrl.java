package studio.ainative.aikit.format.uimessage;

/**
 * A {@code data:} URL (<a href="https://www.rfc-editor.org/rfc/rfc2397">RFC 2397</a>) in
 * base64, which is how browsers write files.
 */
final class UiDataUrl {

	static final String SCHEME = "data:";

	private static final String BASE64 = ";base64";

	private UiDataUrl() {
	}

	/**
	 * The size of the file, without decoding it.
	 * @param url a URL with this scheme
	 * @return the number of bytes, -1 if it is no base64
	 */
	static long size(String url) {
		int comma = url.indexOf(',');
		if (comma < 0 || !url.startsWith(BASE64, comma - BASE64.length()) || (url.length() - comma - 1) % 4 != 0) {
			return -1;
		}
		int end = url.length();
		while (end > comma + 1 && end > url.length() - 2 && url.charAt(end - 1) == '=') {
			end--;
		}
		for (int i = comma + 1; i < end; i++) {
			if (!isDigit(url.charAt(i))) {
				return -1;
			}
		}
		return (end - comma - 1) * 3L / 4;
	}

	private static boolean isDigit(char c) {
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
	}

}

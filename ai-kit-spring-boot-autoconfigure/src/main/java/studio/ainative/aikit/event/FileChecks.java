package studio.ainative.aikit.event;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a file of a message must be. Says what is wrong without a word of the file's.
 */
final class FileChecks {

	static final String SCHEME = "data:";

	static final String BASE64 = ";base64,";

	/** As RFC 6838 has it, for type and subtype each. */
	private static final int MAX_TYPE_LENGTH = 127;

	private FileChecks() {
	}

	static String mediaType(@Nullable String mediaType) {
		String type = (mediaType != null) ? mediaType : "";
		int parameters = type.indexOf(';');
		type = ((parameters < 0) ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
		int slash = type.indexOf('/');
		if (slash < 1 || slash == type.length() - 1 || type.length() > MAX_TYPE_LENGTH
				|| !type.chars().allMatch((character) -> isOfType(character)) || type.indexOf('/', slash + 1) >= 0) {
			throw new InvalidMessagesException("The media type of a file must be one, such as image/png");
		}
		return type;
	}

	private static boolean isOfType(int character) {
		return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')
				|| "/!#$&-^_.+*".indexOf(character) >= 0;
	}

	/** The bytes under the given type, or the address. */
	static String url(String mediaType, @Nullable String url) {
		if (url == null || !url.startsWith(SCHEME)) {
			return address(url);
		}
		int comma = url.indexOf(',');
		if (comma < 0 || !url.startsWith(BASE64, comma - BASE64.length() + 1) || mediaType.indexOf('*') >= 0) {
			throw noBase64();
		}
		requireSize(size(url, comma + 1));
		String head = SCHEME + mediaType + BASE64;
		return url.startsWith(head) ? url : head + url.substring(comma + 1);
	}

	private static long size(String url, int begin) {
		int end = url.length();
		if ((end - begin) % 4 != 0) {
			throw noBase64();
		}
		while (end > begin && end > url.length() - 2 && url.charAt(end - 1) == '=') {
			end--;
		}
		long size = (end - begin) * 3L / 4;
		requireSize(size);
		for (int i = begin; i < end; i++) {
			if (!isDigit(url.charAt(i))) {
				throw noBase64();
			}
		}
		return size;
	}

	private static boolean isDigit(char c) {
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
	}

	static void requireSize(long size) {
		if (size == 0) {
			throw new InvalidMessagesException("A file must not be empty");
		}
		if (size > MessagePart.File.MAX_SIZE) {
			throw new InvalidMessagesException(
					"A file must have " + MessagePart.File.MAX_SIZE / (1024 * 1024) + " MB or less");
		}
	}

	private static InvalidMessagesException noBase64() {
		return new InvalidMessagesException("The bytes of a file must be a data: URL in base64, with its type");
	}

	private static String address(@Nullable String url) {
		if (url != null && url.length() <= MessagePart.File.MAX_ADDRESS_LENGTH) {
			try {
				URI uri = new URI(url);
				if (("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
						&& uri.getHost() != null && uri.getRawUserInfo() == null) {
					return url;
				}
			}
			catch (URISyntaxException ex) {
				// Its text quotes the address
			}
		}
		throw new InvalidMessagesException("The address of a file must be an https: or http: URL of "
				+ MessagePart.File.MAX_ADDRESS_LENGTH + " characters or fewer");
	}

}

package studio.ainative.aikit.autoconfigure;

import java.util.regex.Pattern;

import org.springframework.util.unit.DataSize;

/**
 * Refuses settings of endpoints that can't work.
 */
final class EndpointSettings {

	private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

	/** Beyond it a request's body is not even read to its end. */
	private static final DataSize MAX_BODY_SIZE = DataSize.ofMegabytes(64);

	private EndpointSettings() {
	}

	static void check(String prefix, String basePath, DataSize maxBodySize) {
		if (!PATH.matcher(basePath).matches()) {
			throw new AiKitConfigurationException(prefix + ".base-path", "is no path that requests can go to",
					"Set it to a path with a slash before each word and none at its end, for example /v1.", null);
		}
		if (maxBodySize.toBytes() < 1 || maxBodySize.compareTo(MAX_BODY_SIZE) > 0) {
			throw new AiKitConfigurationException(prefix + ".max-body-size", "is not between 1B and 64MB",
					"Set it to what the longest conversation takes, for example 4MB.", null);
		}
	}

}

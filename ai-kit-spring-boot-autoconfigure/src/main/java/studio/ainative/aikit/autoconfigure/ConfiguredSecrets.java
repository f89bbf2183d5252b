package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Finds the keys of streams where they stand under other names: in the variables and
 * arguments that the configuration refers to, or in a text around them.
 * <p>
 * They are looked up anew each time, as only pages for operators ask and an environment
 * may change.
 */
final class ConfiguredSecrets {

	/** Shorter ones, such as the {@code ollama} that some servers want, are words too. */
	private static final int MIN_LENGTH_INSIDE = 8;

	/** What is shorter is no secret unless it is the whole key. */
	private static final int MIN_LENGTH_OF_PART = 4;

	private static final Pattern PARAMETER = Pattern.compile("([^&=]+)=([^&]*)");

	private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^:}$]+)");

	/** However the property is spelled; what a header is called comes last. */
	private static final Pattern PROPERTY = Pattern.compile(
			"ai[-_]?kit[._](stream|streams[._].+|response)[._](api[-_]?key|(endpoint)|headers[._\\[](.+))",
			Pattern.CASE_INSENSITIVE);

	/** Of a header, or of a parameter in an address. */
	private static final Pattern NAME_OF_A_KEY = Pattern
		.compile("auth|key|token|secret|password|cookie|credential|signature", Pattern.CASE_INSENSITIVE);

	private final Environment environment;

	ConfiguredSecrets(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Whether a value is a secret or has one in it.
	 * @param value the value, of any name
	 * @return whether it is to be hidden
	 */
	boolean areIn(@Nullable Object value) {
		String text = (value != null) ? value.toString() : "";
		return !text.isBlank() && secrets().stream().anyMatch((secret) -> isIn(secret, text));
	}

	private static boolean isIn(String secret, String text) {
		if (secret.length() >= MIN_LENGTH_INSIDE) {
			return text.contains(secret);
		}
		return text.strip().equals(secret) || (secret.length() >= MIN_LENGTH_OF_PART
				&& Pattern.compile("(?<![\\w-])" + Pattern.quote(secret) + "(?![\\w-])").matcher(text).find());
	}

	private Set<String> secrets() {
		Set<String> secrets = new HashSet<>();
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof EnumerablePropertySource<?> enumerable) {
					collect(enumerable, secrets);
				}
			}
		}
		return secrets;
	}

	private void collect(EnumerablePropertySource<?> source, Set<String> secrets) {
		for (String name : source.getPropertyNames()) {
			Matcher property = PROPERTY.matcher(name);
			Object value = property.matches() ? source.getProperty(name) : null;
			if (value == null) {
				continue;
			}
			String header = property.group(4);
			if (property.group(3) != null) {
				addCredentials(resolve(value.toString()), secrets);
			}
			else if (header == null || NAME_OF_A_KEY.matcher(header).find()) {
				addKey(value.toString(), secrets);
			}
		}
	}

	private void addKey(String value, Set<String> secrets) {
		String key = resolve(value);
		if (!key.isEmpty()) {
			secrets.add(key);
		}
		// A header may have a scheme before it, such as Bearer
		addPart(key.substring(key.indexOf(' ') + 1), secrets);
		addReferences(value, secrets, new HashSet<>());
	}

	private void addReferences(String text, Set<String> secrets, Set<String> seen) {
		Matcher reference = REFERENCE.matcher(text);
		while (reference.find()) {
			String name = reference.group(1);
			if (seen.add(name) && this.environment instanceof ConfigurableEnvironment configurable) {
				for (PropertySource<?> source : configurable.getPropertySources()) {
					Object value = source.getProperty(name);
					if (value != null) {
						addPart(resolve(value.toString()), secrets);
						addReferences(value.toString(), secrets, seen);
					}
				}
			}
		}
	}

	/** The password, and the key that some servers want in the query. */
	private static void addCredentials(String endpoint, Set<String> secrets) {
		try {
			URI uri = new URI(endpoint);
			if (uri.getUserInfo() != null) {
				addPart(uri.getUserInfo().substring(uri.getUserInfo().indexOf(':') + 1), secrets);
			}
			for (String query : new String[] { uri.getRawQuery(), uri.getQuery() }) {
				Matcher parameter = PARAMETER.matcher(String.valueOf(query));
				while (parameter.find()) {
					if (NAME_OF_A_KEY.matcher(parameter.group(1)).find()) {
						addPart(parameter.group(2), secrets);
					}
				}
			}
		}
		catch (URISyntaxException ex) {
			// No stream is called by such an address
		}
	}

	private static void addPart(String part, Set<String> secrets) {
		String secret = part.strip();
		if (secret.length() >= MIN_LENGTH_OF_PART) {
			secrets.add(secret);
		}
	}

	private String resolve(String text) {
		try {
			return this.environment.resolvePlaceholders(text).strip();
		}
		catch (IllegalArgumentException ex) {
			// One that refers to itself
			return text.strip();
		}
	}

}

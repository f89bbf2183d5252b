package studio.ainative.aikit.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Limits by the name of the model, as {@link PricingTable} has prices.
 */
final class LimitsTable {

	private static final String SHIPPED = "model-limits.properties";

	private static final Set<String> LIMITS = Set.of("context", "input", "output");

	private LimitsTable() {
	}

	static Optional<ModelLimits> find(@Nullable String model) {
		if (model == null) {
			return Optional.empty();
		}
		return ModelName.spellings(model).stream().map(LimitsTable::mostSpecific).flatMap(Optional::stream).findFirst();
	}

	private static Optional<ModelLimits> mostSpecific(String name) {
		return Shipped.TABLE.entrySet()
			.stream()
			.filter((entry) -> ModelName.isVersionOf(name, entry.getKey()))
			.max(Comparator.comparingInt((entry) -> entry.getKey().length()))
			.map(Map.Entry::getValue);
	}

	static Map<String, ModelLimits> readShipped() {
		try (InputStream in = LimitsTable.class.getResourceAsStream(SHIPPED)) {
			if (in == null) {
				throw new IllegalStateException(SHIPPED + " is missing from the jar");
			}
			return read(new InputStreamReader(in, StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read limits, one line a model: {@code gpt-4o = context 128000, output 16384}.
	 * @param reader the lines, in the format of {@link Properties}
	 * @return the limits by the name of the model
	 * @throws IllegalArgumentException if a line can't be understood; it names the model
	 */
	static Map<String, ModelLimits> read(Reader reader) throws IOException {
		Properties lines = new Properties();
		lines.load(reader);
		Map<String, ModelLimits> limits = new HashMap<>();
		for (String model : lines.stringPropertyNames()) {
			try {
				limits.put(ModelName.normalize(model), parse(lines.getProperty(model, "")));
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("Limits of '" + model + "' can't be read: " + ex.getMessage(), ex);
			}
		}
		return limits;
	}

	private static ModelLimits parse(String line) {
		Map<String, Long> limits = new HashMap<>();
		for (String part : line.split(",", -1)) {
			String[] words = part.strip().split("\\s+", -1);
			if (words.length != 2 || !LIMITS.contains(words[0])) {
				throw new IllegalArgumentException("'" + part.strip() + "' is not one of " + LIMITS + " and a number");
			}
			if (limits.put(words[0], Long.valueOf(words[1])) != null) {
				throw new IllegalArgumentException("'" + words[0] + "' is there twice");
			}
		}
		Long context = limits.get("context");
		Long output = limits.get("output");
		if (context == null || output == null) {
			throw new IllegalArgumentException("'context' and 'output' must both be there");
		}
		return new ModelLimits(context, limits.getOrDefault("input", context), output);
	}

	/** Read when it is first asked for, and once. */
	private static final class Shipped {

		private static final Map<String, ModelLimits> TABLE = readShipped();

	}

}

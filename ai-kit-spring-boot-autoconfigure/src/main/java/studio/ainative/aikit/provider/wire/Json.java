package studio.ainative.aikit.provider.wire;

import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that nobody vouches for: fields are taken where they are of the expected
 * type and taken for absent where they are not. Nothing in here throws on content except
 * {@link #parse}.
 *
 * @since 0.1.0
 */
public final class Json {

	/** As long as the longest answer that the client's default limit lets through. */
	private static final int MAX_STRING_LENGTH = 64 * 1024 * 1024;

	/** More than any model reads, and three of them still fit into a {@code long}. */
	private static final long MAX_COUNT = 1L << 53;

	private static final int MAX_DECIMAL_DIGITS = 64;

	/**
	 * Independent of the application's own mapper: wire formats don't follow its
	 * settings.
	 */
	static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING_LENGTH).build())
			.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	private Json() {
	}

	/**
	 * Parse one JSON document.
	 * @param array holds the document in UTF-8; byte sequences that are not UTF-8 are
	 * read as U+FFFD, as everywhere in server-sent events
	 * @param offset where it begins
	 * @param length how many bytes it has
	 * @return the document, {@code null} if it is not JSON
	 */
	public static @Nullable JsonNode parse(byte[] array, int offset, int length) {
		try {
			return MAPPER.readTree(array, offset, length);
		}
		catch (JacksonException ex) {
			return parseWithReplacements(array, offset, length);
		}
	}

	/**
	 * Parse one JSON document, but for texts that nobody wants: they are gone over and
	 * not made strings of.
	 * @param field the name of the fields that hold them, wherever those stand
	 * @param array holds the document in UTF-8
	 * @param offset where it begins
	 * @param length how many bytes it has
	 * @return the document with empty texts, {@code null} if it is not plainly JSON
	 */
	public static @Nullable JsonNode parseWithout(String field, byte[] array, int offset, int length) {
		try (JsonParser parser = new JsonParserDelegate(MAPPER.createParser(array, offset, length)) {

			@Override
			public String getString() {
				return field.equals(currentName()) ? "" : super.getString();
			}

		}) {
			JsonNode document = MAPPER.readTree(parser);
			return (parser.nextToken() == null) ? document : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static @Nullable JsonNode parseWithReplacements(byte[] array, int offset, int length) {
		String text = new String(array, offset, length, StandardCharsets.UTF_8);
		if (text.indexOf('\uFFFD') < 0) {
			return null;
		}
		try {
			return MAPPER.readTree(text);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * Read a document as an object.
	 * @param <T> the object's type
	 * @param text the document
	 * @param type the object's type
	 * @return the object
	 * @throws JacksonException if that can't be done; it may quote the text
	 */
	public static <T> T read(String text, Class<T> type) {
		return MAPPER.readValue(text, type);
	}

	/**
	 * Write an object as a document.
	 * @param value the object
	 * @param target takes the document
	 * @throws JacksonException if that can't be done; it may quote the value
	 */
	public static void write(Object value, Writer target) {
		MAPPER.writeValue(target, value);
	}

	/**
	 * A field that is an object.
	 * @param node where to look
	 * @param name the field's name
	 * @return the object, {@code null} if there is none
	 */
	public static @Nullable JsonNode object(JsonNode node, String name) {
		JsonNode value = node.get(name);
		return (value != null && value.isObject()) ? value : null;
	}

	/**
	 * The elements of a field that is an array.
	 * @param node where to look
	 * @param name the field's name
	 * @return the elements, empty if the field is no array
	 */
	public static Iterable<JsonNode> elements(JsonNode node, String name) {
		JsonNode value = node.get(name);
		return (value != null && value.isArray()) ? value.values() : List.of();
	}

	/**
	 * A field that is a string.
	 * @param node where to look
	 * @param name the field's name
	 * @return the string, {@code null} if there is none or it is empty
	 */
	public static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.get(name);
		if (value == null || !value.isString()) {
			return null;
		}
		String text = value.stringValue();
		return text.isEmpty() ? null : text;
	}

	/**
	 * A field that is a string or a whole number, such as a code.
	 * @param node where to look
	 * @param name the field's name
	 * @return the word, {@code null} if there is none or it is empty
	 */
	public static @Nullable String word(JsonNode node, String name) {
		JsonNode value = node.get(name);
		return (value != null && value.isIntegralNumber()) ? value.numberValue().toString() : text(node, name);
	}

	/**
	 * A field that is a position.
	 * @param node where to look
	 * @param name the field's name
	 * @return the number, -1 if there is none from zero to {@link Integer#MAX_VALUE}
	 */
	public static int index(JsonNode node, String name) {
		JsonNode value = node.get(name);
		if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
			return -1;
		}
		return Math.max(-1, value.numberValue().intValue());
	}

	/**
	 * A field that is a number of tokens.
	 * @param node where to look, {@code null} for nowhere
	 * @param name the field's name
	 * @param absent what to return where there is no such field
	 * @return the number, zero or more
	 */
	public static long count(@Nullable JsonNode node, String name, long absent) {
		JsonNode value = (node != null) ? node.get(name) : null;
		if (value == null || !value.isNumber()) {
			return absent;
		}
		// A cast from double saturates: neither 1e400 nor NaN can do harm.
		return Math.min(MAX_COUNT, Math.max(0, (long) value.numberValue().doubleValue()));
	}

	/**
	 * A field that is an amount of money, exact.
	 * @param node where to look
	 * @param name the field's name
	 * @return the number, {@code null} if there is none of a sensible size
	 */
	public static @Nullable BigDecimal amount(JsonNode node, String name) {
		JsonNode value = node.get(name);
		if (value == null || !value.isNumber()) {
			return null;
		}
		BigDecimal amount = value.decimalValue();
		boolean sensible = amount.signum() >= 0 && amount.precision() <= MAX_DECIMAL_DIGITS
				&& amount.scale() <= MAX_DECIMAL_DIGITS && amount.scale() >= -MAX_DECIMAL_DIGITS;
		return sensible ? amount : null;
	}

	/**
	 * The fields of an object as plain Java values, those that are {@code null} left out.
	 * @param object the object
	 * @return a new map, in the order of the object
	 */
	public static Map<String, Object> values(JsonNode object) {
		Map<String, Object> values = new LinkedHashMap<>();
		object.forEachEntry((name, node) -> {
			Object value = value(node);
			if (value != null) {
				values.put(name, value);
			}
		});
		return values;
	}

	private static @Nullable Object value(JsonNode node) {
		if (node.isString()) {
			return node.stringValue();
		}
		if (node.isIntegralNumber()) {
			return node.numberValue();
		}
		if (node.isNumber()) {
			double number = node.numberValue().doubleValue();
			return Double.isFinite(number) ? number : null;
		}
		if (node.isBoolean()) {
			return node.booleanValue();
		}
		if (node.isObject()) {
			return values(node);
		}
		return node.isArray() ? list(node) : null;
	}

	private static List<Object> list(JsonNode array) {
		List<Object> list = new ArrayList<>(array.size());
		for (JsonNode element : array.values()) {
			Object value = value(element);
			if (value != null) {
				list.add(value);
			}
		}
		return list;
	}

}

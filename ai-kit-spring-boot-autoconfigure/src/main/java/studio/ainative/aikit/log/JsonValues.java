package studio.ainative.aikit.log;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * JSON values as bytes: each a byte for its type, then what it holds. Numbers keep their
 * type.
 */
final class JsonValues {

	/** What is nested deeper may well contain itself. */
	private static final int MAX_DEPTH = 64;

	private static final int NULL = 0;

	private static final int FALSE = 1;

	private static final int TRUE = 2;

	private static final int TEXT = 3;

	private static final int INT = 4;

	private static final int LONG = 5;

	private static final int DOUBLE = 6;

	private static final int FLOAT = 7;

	private static final int DECIMAL = 8;

	private static final int BIG_INTEGER = 9;

	private static final int LIST = 10;

	private static final int MAP = 11;

	private JsonValues() {
	}

	static void writeMap(Map<?, ?> values, BinaryOutput output, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("A value is nested more than " + MAX_DEPTH + " deep");
		}
		output.writeNumber(values.size());
		values.forEach((name, value) -> {
			output.writeText(String.valueOf(name));
			write(value, output, depth + 1);
		});
	}

	static Map<String, Object> readMap(BinaryInput input, int depth) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		int size = input.readSize();
		for (int i = 0; i < size; i++) {
			values.put(input.readText(), read(input, depth + 1));
		}
		return withNulls(values);
	}

	/** As events declare them, though a fact of JSON's may be null. */
	@SuppressWarnings({ "NullAway", "unchecked" })
	private static Map<String, Object> withNulls(Map<String, @Nullable Object> values) {
		return (Map<String, Object>) (Map<String, ?>) values;
	}

	private static void write(@Nullable Object value, BinaryOutput output, int depth) {
		if (value == null) {
			output.writeByte(NULL);
		}
		else if (value instanceof Boolean flag) {
			output.writeByte(flag ? TRUE : FALSE);
		}
		else if (value instanceof CharSequence || value instanceof Character || value instanceof Enum<?>) {
			output.writeByte(TEXT);
			output.writeText((value instanceof Enum<?> constant) ? constant.name() : value.toString());
		}
		else if (value instanceof Number number) {
			writeNumber(number, output);
		}
		else if (value instanceof Map<?, ?> map) {
			output.writeByte(MAP);
			writeMap(map, output, depth);
		}
		else if (value instanceof Collection<?> elements && depth <= MAX_DEPTH) {
			output.writeByte(LIST);
			output.writeNumber(elements.size());
			elements.forEach((element) -> write(element, output, depth + 1));
		}
		else {
			throw new IllegalArgumentException("A value of " + value.getClass().getName() + " can't be kept");
		}
	}

	private static void writeNumber(Number number, BinaryOutput output) {
		if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
			output.writeByte(INT);
			output.writeInt(number.intValue());
		}
		else if (number instanceof Long) {
			output.writeByte(LONG);
			output.writeNumber(number.longValue());
		}
		else if (number instanceof Double) {
			output.writeByte(DOUBLE);
			output.writeNumber(Double.doubleToRawLongBits(number.doubleValue()));
		}
		else if (number instanceof Float) {
			output.writeByte(FLOAT);
			output.writeInt(Float.floatToRawIntBits(number.floatValue()));
		}
		else {
			output.writeByte((number instanceof BigInteger) ? BIG_INTEGER : DECIMAL);
			output.writeText(number.toString());
		}
	}

	private static @Nullable Object read(BinaryInput input, int depth) {
		if (depth > MAX_DEPTH + 1) {
			throw new IllegalArgumentException("A value is nested too deep");
		}
		int type = input.readByte();
		return switch (type) {
			case NULL -> null;
			case FALSE -> false;
			case TRUE -> true;
			case TEXT -> input.readText();
			case INT -> input.readInt();
			case LONG -> input.readNumber();
			case DOUBLE -> Double.longBitsToDouble(input.readNumber());
			case FLOAT -> Float.intBitsToFloat(input.readInt());
			case DECIMAL -> new BigDecimal(input.readText());
			case BIG_INTEGER -> new BigInteger(input.readText());
			case LIST -> readList(input, depth);
			case MAP -> readMap(input, depth);
			default -> throw new IllegalArgumentException("Unknown type of value " + type);
		};
	}

	private static List<@Nullable Object> readList(BinaryInput input, int depth) {
		int size = input.readSize();
		List<@Nullable Object> elements = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			elements.add(read(input, depth + 1));
		}
		return elements;
	}

}

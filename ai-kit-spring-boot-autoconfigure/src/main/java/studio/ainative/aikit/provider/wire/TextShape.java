package studio.ainative.aikit.provider.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/**
 * The fast path of a {@link JsonAdapter}: the bytes that surround the text in a chunk
 * that meant one piece of text and nothing else.
 * <p>
 * A provider sends thousands of such chunks in a row, and they differ in the text alone,
 * or in a number or padding beside it whose place is known. A chunk with the same bytes
 * around those places is the same JSON document but for their values, so it means the
 * same, with its own text: there is nothing to parse. That holds for any document, and
 * what deviates by a byte, or has a value that is not plainly valid, doesn't match and is
 * read the general way.
 */
final class TextShape {

	/** More digits might not fit into an {@code int}. */
	private static final int MAX_DIGITS = 9;

	private final String event;

	/** What stands before each place. */
	private final byte[][] constants;

	/** What stands after the last place. */
	private final byte[] rest;

	private final Place[] places;

	private final JsonStringReader strings = new JsonStringReader();

	private String text = "";

	private int number = -1;

	private TextShape(String event, List<byte[]> constants, byte[] rest, List<Place> places) {
		this.event = event;
		this.constants = constants.toArray(byte[][]::new);
		this.rest = rest;
		this.places = places.toArray(Place[]::new);
	}

	/**
	 * Find the shape of a chunk.
	 * @param event the event's name
	 * @param array holds the chunk, which is JSON
	 * @param begin where it begins
	 * @param end where it ends, exclusive
	 * @param text the text that it meant
	 * @param numberField the field of the outermost object that numbers the chunks,
	 * {@code null} if there is none
	 * @param paddingField the field of the outermost object that means nothing and
	 * varies, {@code null} if there is none
	 * @return the shape, {@code null} if it is not certain where the text stands, or a
	 * value that may vary has an unusual form
	 */
	static @Nullable TextShape of(String event, byte[] array, int begin, int end, String text,
			@Nullable String numberField, @Nullable String paddingField) {
		List<byte[]> constants = new ArrayList<>();
		List<Place> places = new ArrayList<>();
		Set<String> seen = new HashSet<>();
		int constantStart = begin;
		try (JsonParser parser = Json.MAPPER.createParser(array, begin, end - begin)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				String field = token.isScalarValue() ? outermostField(parser) : null;
				Place place = null;
				if (token == JsonToken.VALUE_STRING && parser.getString().equals(text)) {
					place = Place.TEXT;
				}
				else if (token == JsonToken.VALUE_NUMBER_INT && field != null && field.equals(numberField)) {
					place = Place.NUMBER;
				}
				else if (token == JsonToken.VALUE_STRING && field != null && field.equals(paddingField)) {
					place = Place.PADDING;
				}
				// Of two fields of one name the last counts, which is more than need be
				// known
				boolean twice = field != null && !seen.add(field);
				if (twice || (place == Place.TEXT && places.contains(place))) {
					return null;
				}
				if (place != null) {
					int start = begin + (int) parser.currentTokenLocation().getByteOffset();
					int placeEnd = place.end(array, start, end);
					if (placeEnd < 0) {
						return null;
					}
					constants.add(Arrays.copyOfRange(array, constantStart, start));
					places.add(place);
					constantStart = placeEnd;
				}
			}
		}
		catch (JacksonException ex) {
			return null;
		}
		byte[] rest = Arrays.copyOfRange(array, constantStart, end);
		return places.contains(Place.TEXT) ? new TextShape(event, constants, rest, places) : null;
	}

	/**
	 * Whether a chunk has this shape. If so its {@link #text()} and {@link #number()} are
	 * there afterwards.
	 * @param event the event's name
	 * @param array holds the chunk
	 * @param begin where it begins
	 * @param end where it ends, exclusive
	 * @return {@code false} if it has to be read the general way, whatever it is
	 */
	boolean matches(String event, byte[] array, int begin, int end) {
		if (!this.event.equals(event)) {
			return false;
		}
		int position = begin;
		for (int i = 0; i < this.places.length; i++) {
			byte[] constant = this.constants[i];
			int start = position + constant.length;
			if (start > end || !Arrays.equals(constant, 0, constant.length, array, position, start)) {
				return false;
			}
			position = switch (this.places[i]) {
				case TEXT -> readText(array, start, end);
				case NUMBER -> readNumber(array, start, end);
				case PADDING -> Place.endOfPlainText(array, start, end);
			};
			if (position < 0) {
				return false;
			}
		}
		return Arrays.equals(this.rest, 0, this.rest.length, array, position, end);
	}

	/**
	 * The text of the chunk that matched last.
	 * @return the text, not empty
	 */
	String text() {
		return this.text;
	}

	/**
	 * The number of the chunk that matched last.
	 * @return the number, -1 if chunks of this shape have none
	 */
	int number() {
		return this.number;
	}

	private int readText(byte[] array, int start, int end) {
		int textEnd = this.strings.read(array, start, end);
		this.text = this.strings.value();
		// Formats differ in what an empty text means
		return this.text.isEmpty() ? -1 : textEnd;
	}

	private int readNumber(byte[] array, int start, int end) {
		int value = 0;
		int position = start;
		for (; position < end && Place.isDigit(array[position]); position++) {
			value = 10 * value + array[position] - '0';
		}
		this.number = value;
		return Place.isNumber(array, start, position) ? position : -1;
	}

	/** The name of a value of the outermost object, {@code null} for values within. */
	private static @Nullable String outermostField(JsonParser parser) {
		TokenStreamContext context = parser.streamReadContext();
		boolean outermost = context.inObject() && context.getParent().inRoot();
		return outermost ? parser.currentName() : null;
	}

	/**
	 * What stands at a place where chunks of one shape differ.
	 */
	private enum Place {

		TEXT, NUMBER, PADDING;

		/**
		 * Where the value at this place ends.
		 * @return the index behind it, -1 if it is none of the expected form
		 */
		int end(byte[] array, int start, int end) {
			return switch (this) {
				case TEXT -> JsonStringReader.end(array, start, end);
				case NUMBER -> endOfNumber(array, start, end);
				case PADDING -> endOfPlainText(array, start, end);
			};
		}

		/** A few digits, the first of them no zero unless it is alone. */
		private static int endOfNumber(byte[] array, int start, int end) {
			int position = start;
			while (position < end && isDigit(array[position])) {
				position++;
			}
			return isNumber(array, start, position) ? position : -1;
		}

		private static boolean isDigit(byte character) {
			return character >= '0' && character <= '9';
		}

		private static boolean isNumber(byte[] array, int start, int end) {
			int digits = end - start;
			return digits == 1 || (digits > 1 && digits <= MAX_DIGITS && array[start] != '0');
		}

		/** A string of ASCII without escapes. */
		private static int endOfPlainText(byte[] array, int start, int end) {
			int position = (start < end && array[start] == '"') ? PlainText.end(array, start + 1, end) : end;
			return (position < end && array[position] == '"') ? position + 1 : -1;
		}

	}

}

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

	/** What stands before each place, and after the last one. */
	private final List<byte[]> constants;

	private final List<Place> places;

	private final JsonStringReader strings = new JsonStringReader();

	private String text = "";

	private int number = -1;

	private TextShape(String event, List<byte[]> constants, List<Place> places) {
		this.event = event;
		this.constants = constants;
		this.places = places;
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
		constants.add(Arrays.copyOfRange(array, constantStart, end));
		return places.contains(Place.TEXT) ? new TextShape(event, constants, places) : null;
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
		for (int i = 0; i < this.places.size(); i++) {
			position = skip(this.constants.get(i), array, position, end);
			position = (position >= 0) ? read(this.places.get(i), array, position, end) : position;
			if (position < 0) {
				return false;
			}
		}
		return skip(this.constants.get(this.places.size()), array, position, end) == end;
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

	private int read(Place place, byte[] array, int start, int end) {
		switch (place) {
			case TEXT -> {
				int textEnd = this.strings.read(array, start, end);
				this.text = this.strings.value();
				// Formats differ in what an empty text means
				return this.text.isEmpty() ? -1 : textEnd;
			}
			case NUMBER -> {
				int numberEnd = place.end(array, start, end);
				this.number = (numberEnd >= 0) ? parse(array, start, numberEnd) : -1;
				return numberEnd;
			}
			default -> {
				return place.end(array, start, end);
			}
		}
	}

	private static int skip(byte[] constant, byte[] array, int start, int end) {
		int constantEnd = start + constant.length;
		return constantEnd <= end && Arrays.equals(constant, 0, constant.length, array, start, constantEnd)
				? constantEnd : -1;
	}

	private static int parse(byte[] digits, int start, int end) {
		int number = 0;
		for (int i = start; i < end; i++) {
			number = 10 * number + digits[i] - '0';
		}
		return number;
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
			while (position < end && array[position] >= '0' && array[position] <= '9') {
				position++;
			}
			int digits = position - start;
			boolean valid = digits == 1 || (digits > 1 && digits <= MAX_DIGITS && array[start] != '0');
			return valid ? position : -1;
		}

		/** A string of ASCII without escapes. */
		private static int endOfPlainText(byte[] array, int start, int end) {
			if (start >= end || array[start] != '"') {
				return -1;
			}
			int position = start + 1;
			while (position < end && array[position] >= ' ' && array[position] != '"' && array[position] != '\\') {
				position++;
			}
			return (position < end && array[position] == '"') ? position + 1 : -1;
		}

	}

}

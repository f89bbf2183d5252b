package studio.ainative.aikit.provider.wire;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each byte at each place, in texts that end before, at and after the end of a step.
 */
class PlainTextTests {

	private static final int LONGEST = 26;

	@Test
	void findsTheFirstByteThatDoesNotStandForItself() {
		for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
			boolean plain = value >= ' ' && value != '"' && value != '\\';
			for (int end = 0; end <= LONGEST; end++) {
				for (int at = 0; at < LONGEST; at++) {
					byte[] array = plainText();
					array[at] = (byte) value;
					assertThat(PlainText.end(array, 0, end)).isEqualTo((plain || at >= end) ? end : at);
				}
			}
		}
	}

	@Test
	void findsTheFirstOfTwo() {
		byte[] others = { '"', '\\', 0, '\n', 0x1F, (byte) 0x80, (byte) 0xE9, (byte) 0xFF };
		for (byte first : others) {
			for (byte second : others) {
				for (int at = 0; at < LONGEST - 1; at++) {
					byte[] array = plainText();
					array[at] = first;
					Arrays.fill(array, at + 1, LONGEST, second);
					assertThat(PlainText.end(array, 0, LONGEST)).isEqualTo(at);
					// Of bytes next to those that are found the mark might be wrong
					array[at] = '!';
					array[at + 1] = first;
					assertThat(PlainText.end(array, 0, LONGEST)).isEqualTo(at + 1);
				}
			}
		}
	}

	@Test
	void looksAtNothingOutsideOfTheText() {
		for (int start = 0; start < LONGEST; start++) {
			for (int end = start; end <= LONGEST; end++) {
				byte[] array = new byte[LONGEST];
				Arrays.fill(array, (byte) '"');
				Arrays.fill(array, start, end, (byte) '~');
				assertThat(PlainText.end(array, start, end)).isEqualTo(end);
			}
		}
	}

	private static byte[] plainText() {
		byte[] array = new byte[LONGEST];
		Arrays.fill(array, (byte) 'a');
		return array;
	}

}

package studio.ainative.aikit.sse;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each byte at each place, in lines shorter than a step, and of up to three steps.
 */
class LineEndsTests {

	private static final int LONGEST = 50;

	@Test
	void findsLineFeedsAndCarriageReturnsAlone() {
		for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
			boolean ends = value == '\n' || value == '\r';
			for (int end = 0; end <= LONGEST; end++) {
				for (int at = 0; at < LONGEST; at++) {
					byte[] bytes = line('a');
					bytes[at] = (byte) value;
					assertThat(LineEnds.find(bytes, 0, end)).isEqualTo((ends && at < end) ? at : end);
				}
			}
		}
	}

	@Test
	void findsTheFirstBehindAndBeforeAnything() {
		int[] others = { 0, '\t', 0x0B, 0x0C, 0x0E, 0x1F, ' ', 'a', 0x80, 0x8A, 0x8D, 0xFF, '\n', '\r' };
		for (int before : others) {
			for (int after : others) {
				boolean endsBefore = before == '\n' || before == '\r';
				for (int at = 1; at < LONGEST; at++) {
					byte[] bytes = line(after);
					Arrays.fill(bytes, 0, at, (byte) before);
					bytes[at] = '\n';
					assertThat(LineEnds.find(bytes, 0, LONGEST)).isEqualTo(endsBefore ? 0 : at);
				}
			}
		}
	}

	@Test
	void looksAtNothingOutsideOfTheRange() {
		for (int start = 0; start < LONGEST; start++) {
			for (int end = start; end <= LONGEST; end++) {
				byte[] bytes = line('\n');
				Arrays.fill(bytes, start, end, (byte) '\t');
				assertThat(LineEnds.find(bytes, start, end)).isEqualTo(end);
			}
		}
	}

	private static byte[] line(int value) {
		byte[] bytes = new byte[LONGEST];
		Arrays.fill(bytes, (byte) value);
		return bytes;
	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;

import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with answers of one format. One that differs from an answer that was
 * found right in times and ids at most is not read again: so each can be checked at
 * little more than the price of a copy.
 */
final class AnswerCheck {

	private final AnswerFormat format;

	private final int expectedTokens;

	private final Predicate<String> expectedText;

	private byte[] right = {};

	private final BitSet varying = new BitSet();

	AnswerCheck(AnswerFormat format, int expectedTokens, Predicate<String> expectedText) {
		this.format = format;
		this.expectedTokens = expectedTokens;
		this.expectedText = expectedText;
	}

	/**
	 * Check an answer.
	 * @param body holds the answer
	 * @param length how long it is
	 * @return what is wrong, {@code null} if nothing is
	 */
	@Nullable String problem(byte[] body, int length) {
		if (isLikeTheRightOne(body, length)) {
			return null;
		}
		String problem = this.format.reader()
			.read(new String(body, 0, length, StandardCharsets.UTF_8), this.expectedTokens, this.expectedText);
		if (problem == null) {
			remember(Arrays.copyOf(body, length));
		}
		return problem;
	}

	private boolean isLikeTheRightOne(byte[] body, int length) {
		if (length != this.right.length) {
			return false;
		}
		int position = 0;
		while (true) {
			int same = Arrays.mismatch(body, position, length, this.right, position, length);
			if (same < 0) {
				return true;
			}
			if (!this.varying.get(position + same)) {
				return false;
			}
			position = this.varying.nextClearBit(position + same);
		}
	}

	private void remember(byte[] body) {
		this.right = body;
		this.varying.clear();
		// One character for each byte, so that positions are those of bytes
		Matcher matcher = this.format.varying().matcher(new String(body, StandardCharsets.ISO_8859_1));
		while (matcher.find()) {
			this.varying.set(matcher.start(), matcher.end());
		}
	}

}

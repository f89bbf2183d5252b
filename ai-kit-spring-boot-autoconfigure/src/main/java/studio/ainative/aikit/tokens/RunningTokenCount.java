package studio.ainative.aikit.tokens;

/**
 * The tokens of one answer, counted while it streams. Each piece of text is looked at
 * once, so a long answer costs no more per piece than a short one.
 * <p>
 * The count is an estimate, even where the {@link TokenCounter} behind it is exact: where
 * it is asked for inside a word, that is counted as if it ended there. It can be higher
 * than the count of the whole text, by a token for each such moment.
 * <p>
 * One thread at a time may add; any thread may read.
 *
 * @since 0.1.0
 */
public interface RunningTokenCount {

	/**
	 * Count the next piece of the answer.
	 * @param delta the text, may be empty
	 */
	void add(String delta);

	/**
	 * The tokens so far.
	 * @return the number of tokens, zero before the first text
	 */
	long tokens();

}

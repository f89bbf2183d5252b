package studio.ainative.aikit.benchmarks.harness;

import org.jspecify.annotations.Nullable;

/**
 * Takes one answer from a client and compares it with the expected one as it comes,
 * without building a string, so that the check costs every peer the same few nanoseconds.
 * Used by one thread at a time.
 */
public final class TokenSink {

	private final Answer expected;

	private final long start = System.nanoTime();

	private int length;

	private int tokens;

	private long bytes;

	private long first;

	private long promptTokens = -1;

	private long completionTokens = -1;

	private boolean wrong;

	TokenSink(Answer expected) {
		this.expected = expected;
	}

	/**
	 * Take a piece of the text. Empty ones are not counted.
	 * @param text the text as the client gives it
	 */
	public void token(String text) {
		if (text.isEmpty()) {
			return;
		}
		if (this.tokens == 0) {
			this.first = System.nanoTime();
		}
		this.tokens++;
		this.wrong |= !this.expected.text().startsWith(text, this.length);
		this.length += text.length();
	}

	/**
	 * Take the usage, the last of which counts.
	 * @param prompt tokens of the prompt, negative if not told
	 * @param completion tokens of the answer, negative if not told
	 */
	public void usage(long prompt, long completion) {
		this.promptTokens = (prompt < 0) ? this.promptTokens : prompt;
		this.completionTokens = (completion < 0) ? this.completionTokens : completion;
	}

	/**
	 * Take bytes that are not looked at.
	 * @param count how many
	 */
	public void drained(int count) {
		if (this.bytes == 0) {
			this.first = System.nanoTime();
		}
		this.bytes += count;
	}

	long firstTokenNanos() {
		return this.first - this.start;
	}

	/** What is wrong with the answer, {@code null} if nothing is. */
	@Nullable String problem(boolean drained) {
		if (drained) {
			return (this.bytes == this.expected.bytes()) ? null
					: this.bytes + " bytes instead of " + this.expected.bytes();
		}
		if (this.wrong || this.length != this.expected.text().length()) {
			return "another text: " + this.length + " of " + this.expected.text().length() + " characters";
		}
		if (this.tokens != this.expected.tokens()) {
			return this.tokens + " tokens instead of " + this.expected.tokens();
		}
		if (this.promptTokens != Payloads.PROMPT_TOKENS || this.completionTokens != this.expected.tokens()) {
			return "another usage: " + this.promptTokens + " and " + this.completionTokens;
		}
		return null;
	}

	/**
	 * What a client must come to.
	 *
	 * @param text the text
	 * @param tokens how many tokens it has
	 * @param bytes how many bytes the body has
	 */
	record Answer(String text, int tokens, long bytes) {

		static Answer of(Format format, int tokens) {
			return new Answer(Payloads.text(tokens), tokens, Payloads.body(format, tokens).length);
		}

	}

}

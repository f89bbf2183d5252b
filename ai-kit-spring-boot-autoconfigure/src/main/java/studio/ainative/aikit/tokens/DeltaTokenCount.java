package studio.ainative.aikit.tokens;

/**
 * A {@link RunningTokenCount} that counts when it is asked, and a long text now and then
 * before: most answers come with the provider's own count, so nobody asks.
 */
final class DeltaTokenCount implements RunningTokenCount {

	/** Counted in some milliseconds, and more than most answers have. */
	private static final int MAX_UNCOUNTED = 16 * 1024;

	private final TokenCounter counter;

	private final StringBuilder uncounted = new StringBuilder();

	private long counted;

	DeltaTokenCount(TokenCounter counter) {
		this.counter = counter;
	}

	@Override
	public synchronized void add(String delta) {
		this.uncounted.append(delta);
		if (this.uncounted.length() > MAX_UNCOUNTED) {
			count();
		}
	}

	@Override
	public synchronized long tokens() {
		if (!this.uncounted.isEmpty()) {
			count();
		}
		return this.counted;
	}

	private void count() {
		this.counted += this.counter.countTokens(this.uncounted.toString());
		this.uncounted.setLength(0);
	}

}

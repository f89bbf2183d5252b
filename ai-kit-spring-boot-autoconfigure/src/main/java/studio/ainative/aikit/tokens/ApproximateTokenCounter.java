package studio.ainative.aikit.tokens;

import java.util.concurrent.atomic.AtomicLong;

import studio.ainative.aikit.event.Message;

/**
 * A {@link TokenCounter} that knows only how long a text is.
 */
final class ApproximateTokenCounter implements TokenCounter {

	static final TokenCounter INSTANCE = new ApproximateTokenCounter();

	private static final int CHARACTERS_PER_TOKEN = 4;

	private static final int TOKENS_PER_MESSAGE = 4;

	private ApproximateTokenCounter() {
	}

	@Override
	public long countTokens(String text) {
		return tokens(text.length());
	}

	@Override
	public long countTokens(Message message) {
		return countTokens(message.content()) + PartTokens.count(message, this) + TOKENS_PER_MESSAGE;
	}

	@Override
	public boolean isEstimate() {
		return true;
	}

	@Override
	public RunningTokenCount running() {
		return new CharacterCount();
	}

	private static long tokens(long characters) {
		return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
	}

	/**
	 * Adds up characters and not tokens: rounding each piece up would count one token for
	 * each, however short.
	 */
	private static final class CharacterCount implements RunningTokenCount {

		private final AtomicLong characters = new AtomicLong();

		@Override
		public void add(String delta) {
			// Only one thread adds
			this.characters.lazySet(this.characters.get() + delta.length());
		}

		@Override
		public long tokens() {
			return ApproximateTokenCounter.tokens(this.characters.get());
		}

	}

}

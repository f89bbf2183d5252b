package studio.ainative.aikit.tokens;

import java.util.List;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import org.jspecify.annotations.Nullable;
import studio.ainative.aikit.event.Message;

/**
 * A {@link TokenCounter} that runs OpenAI's tokenizer. To be loaded only where JTokkit
 * is.
 */
final class JtokkitTokenCounter implements TokenCounter {

	/**
	 * The longest text that is tokenized at once, in characters. A run without spaces is
	 * one piece of work to JTokkit, in memory and time that grow faster than the run.
	 */
	static final int MAX_PIECE = 4096;

	private static final int TOKENS_PER_MESSAGE = 3;

	private static final int TOKENS_TO_OPEN_THE_ANSWER = 3;

	private static final int REPLACEMENT_CHARACTER = 0xFFFD;

	// Loads an encoding when it is first asked for, and keeps it
	private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

	private final EncodingType type;

	JtokkitTokenCounter(OpenAiEncoding encoding) {
		this.type = EncodingType.valueOf(encoding.name());
	}

	@Override
	public long countTokens(String text) {
		Encoding encoding = ENCODINGS.getEncoding(this.type);
		long tokens = 0;
		int start = 0;
		while (start < text.length()) {
			int end = endOfPiece(text, start);
			tokens += encoding.countTokensOrdinary(wellFormed(text.substring(start, end)));
			start = end;
		}
		return tokens;
	}

	/**
	 * Where to cut. No token of either encoding goes on from a letter or a digit to a
	 * space, so a cut there changes no count.
	 */
	private static int endOfPiece(String text, int start) {
		if (text.length() - start <= MAX_PIECE) {
			return text.length();
		}
		int limit = start + MAX_PIECE;
		for (int end = limit; end > start + MAX_PIECE / 2; end--) {
			if (Character.isWhitespace(text.charAt(end)) && Character.isLetterOrDigit(text.charAt(end - 1))) {
				return end;
			}
		}
		boolean cutsCharacter = Character.isSurrogatePair(text.charAt(limit - 1), text.charAt(limit));
		return cutsCharacter ? limit - 1 : limit;
	}

	/**
	 * With assertions on, JTokkit fails on half a character, with all of the text in the
	 * error's message.
	 */
	private static String wellFormed(String text) {
		if (text.codePoints().noneMatch(JtokkitTokenCounter::isHalfCharacter)) {
			return text;
		}
		return text.codePoints()
			.map((codePoint) -> isHalfCharacter(codePoint) ? REPLACEMENT_CHARACTER : codePoint)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private static boolean isHalfCharacter(int codePoint) {
		return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
	}

	@Override
	public long countTokens(Message message) {
		return TOKENS_PER_MESSAGE + countTokens(message.role().toString()) + countTokens(message.content())
				+ PartTokens.count(message, this);
	}

	@Override
	public long countTokens(List<Message> messages, @Nullable String systemPrompt) {
		long tokens = TokenCounter.super.countTokens(messages, systemPrompt);
		return (tokens > 0) ? tokens + TOKENS_TO_OPEN_THE_ANSWER : 0;
	}

	@Override
	public boolean isEstimate() {
		return false;
	}

}

package studio.ainative.aikit.tokens;

import java.util.List;

import org.jspecify.annotations.Nullable;
import studio.ainative.aikit.event.Message;

/**
 * Counts tokens without asking a provider: before a call to see what it will need, and
 * during an answer whose provider reports no usage.
 * <p>
 * A counter has no state and may be shared by any number of threads. No text makes it
 * throw: what looks like a model's control token ({@code <|endoftext|>}) is counted as
 * the ordinary text that it is in a prompt. The time it takes grows in proportion to the
 * text, whatever the text is.
 *
 * @since 0.1.0
 */
public interface TokenCounter {

	/**
	 * Count the tokens of a text on its own, without what a message adds.
	 * @param text the text, may be empty
	 * @return the number of tokens, zero for the empty text
	 */
	long countTokens(String text);

	/**
	 * Count the tokens of a message: those of its content and those that mark its role
	 * and its ends. What its parts hold besides text can only be estimated, whatever the
	 * counter: see {@link #countTokens(List, String)}.
	 * @param message the message
	 * @return the number of tokens
	 */
	long countTokens(Message message);

	/**
	 * Whether the counts only approximate those of the model. The framing of messages is
	 * each provider's own and may change, so even an exact counter can be off by a few
	 * tokens on messages; on plain text it is right.
	 * @return {@code true} if the model's own tokenizer is not used
	 */
	boolean isEstimate();

	/**
	 * Count the tokens of a request without a system prompt.
	 * @param messages the conversation
	 * @return the number of tokens, zero for no messages
	 */
	default long countTokens(List<Message> messages) {
		return countTokens(messages, null);
	}

	/**
	 * Count the tokens of a request. A system prompt counts as one more message.
	 * <p>
	 * Counters of AI Kit take an image for 1,000 tokens, as providers bill from some 80
	 * for a small one to 1,600; another file for one token for each 8 bytes, at least
	 * 1,000; calls of tools, their results and reasoning for their text. That decides a
	 * budget only until the provider reports what it has counted itself.
	 * @param messages the conversation
	 * @param systemPrompt the system prompt, {@code null} or empty for none
	 * @return the number of tokens, zero if there is nothing to send
	 */
	default long countTokens(List<Message> messages, @Nullable String systemPrompt) {
		long tokens = messages.stream().mapToLong(this::countTokens).sum();
		if (systemPrompt != null && !systemPrompt.isEmpty()) {
			tokens += countTokens(Message.system(systemPrompt));
		}
		return tokens;
	}

	/**
	 * Start to count an answer while it streams.
	 * @return a count of its own, at zero
	 */
	default RunningTokenCount running() {
		return new DeltaTokenCount(this);
	}

	/**
	 * Four characters (UTF-16 units) make a token, rounded up, and each message costs
	 * four tokens more: the rule of the npm package {@code @ainative/ai-kit-core}, except
	 * that there a system prompt comes without those four. Good to about a quarter for
	 * English prose, and well below the truth for other scripts.
	 * @return the counter, an estimate
	 */
	static TokenCounter approximate() {
		return ApproximateTokenCounter.INSTANCE;
	}

	/**
	 * The best counter for a model. If the library {@code com.knuddels:jtokkit} is on the
	 * class path, OpenAI's models are counted with their own encoding:
	 * <ul>
	 * <li>{@code o200k_base} for {@code gpt-4o}, {@code gpt-4.1}, {@code gpt-4.5},
	 * {@code gpt-5}, {@code gpt-oss}, {@code o1}, {@code o3}, {@code o4} and their
	 * variants,
	 * <li>{@code cl100k_base} for other {@code gpt-4} and {@code gpt-3.5} models.
	 * </ul>
	 * Dates and suffixes ({@code gpt-4o-mini-2024-07-18}), a vendor in front
	 * ({@code openai/gpt-4o}) and {@code ft:} don't matter. A message costs three tokens
	 * and its role, a request three more that open the answer, as in <a href=
	 * "https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb">OpenAI's
	 * cookbook</a>. Text is cut every few thousand characters, between two words wherever
	 * there are any; where a cut has to go through a run without spaces the count may
	 * come out a token or two too high.
	 * <p>
	 * The first count with an encoding loads it, which takes some tenths of a second; do
	 * it at start-up rather than on an event loop. After that, a million characters take
	 * well under a second.
	 * <p>
	 * Everything else (Anthropic publishes no tokenizer) gets {@link #approximate()}.
	 * @param model the name of the model, {@code null} if it isn't known
	 * @return the counter
	 */
	static TokenCounter forModel(@Nullable String model) {
		return OpenAiEncoding.ofModel(model).flatMap(OpenAiEncoding::counter).orElseGet(TokenCounter::approximate);
	}

}

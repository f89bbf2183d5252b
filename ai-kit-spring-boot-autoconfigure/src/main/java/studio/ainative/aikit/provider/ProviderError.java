package studio.ainative.aikit.provider;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;

/**
 * What a provider said about a call that failed, in an error body or inside a stream.
 *
 * @param type the provider's class of error, for example {@code overloaded_error}
 * @param code the provider's code, for example {@code insufficient_quota} or {@code 429}
 * @param message the provider's sentence, for developers: it may quote the request
 * @param retryAfter the time that it asks to wait before another call, {@code null} if it
 * tells none
 * @since 0.1.0
 */
public record ProviderError(@Nullable String type, @Nullable String code, @Nullable String message,
		@Nullable Duration retryAfter) {

	/** An error about which the provider said nothing. */
	public static final ProviderError UNKNOWN = new ProviderError(null, null, null);

	private static final int MAX_WORD_LENGTH = 64;

	/**
	 * An error that tells of no wait.
	 * @param type the provider's class of error, for example {@code overloaded_error}
	 * @param code the provider's code, for example {@code insufficient_quota} or
	 * {@code 429}
	 * @param message the provider's sentence, for developers: it may quote the request
	 */
	public ProviderError(@Nullable String type, @Nullable String code, @Nullable String message) {
		this(type, code, message, null);
	}

	/**
	 * What kind of failure this is, over all providers. A spent quota or balance is one
	 * whichever part says so: many report it under the code or type of a rate limit, some
	 * in their sentence alone. That sentence counts for nothing where there is a wait
	 * ({@link #retryAfter()}), as Google's is the same for limits that pass. Otherwise
	 * the code is asked before the type.
	 * @return the kind, {@link Kind#OTHER} for words that AI Kit does not know
	 */
	public Kind kind() {
		Kind byCode = ErrorWords.kindOf(this.code);
		Kind byType = ErrorWords.kindOf(this.type);
		if (byCode == Kind.BILLING || byType == Kind.BILLING
				|| (this.retryAfter == null && ErrorWords.saysSpent(this.message))) {
			return Kind.BILLING;
		}
		return (byCode != Kind.OTHER) ? byCode : byType;
	}

	/**
	 * A word for messages and metrics.
	 * @return the code or else the type, {@code null} if neither was given or it has
	 * other characters than letters, digits, {@code _}, {@code -} and {@code .}
	 */
	public @Nullable String word() {
		String word = (this.code != null) ? this.code : this.type;
		if (word == null || word.isEmpty() || word.length() > MAX_WORD_LENGTH) {
			return null;
		}
		return word.chars().allMatch(ProviderError::isWordCharacter) ? word : null;
	}

	/**
	 * What a reader is told.
	 * @return a plain sentence with a code; the provider's word is in the details as
	 * {@code providerCode}, the wait as {@code retryAfter} in seconds, its message is not
	 */
	public StreamEvent.ErrorEvent toErrorEvent() {
		Map<String, Object> details = new LinkedHashMap<>();
		String word = word();
		if (word != null) {
			details.put("providerCode", word);
		}
		if (this.retryAfter != null) {
			details.put("retryAfter", (this.retryAfter.toMillis() + 999) / 1000);
		}
		Kind kind = kind();
		return new StreamEvent.ErrorEvent(kind.sentence(), kind.readerCode(), details);
	}

	@Override
	public String toString() {
		return "ProviderError[" + word() + "]";
	}

	private static boolean isWordCharacter(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || character == '_' || character == '-' || character == '.';
	}

	/**
	 * Kinds of failure, with what each means to a retry and to a reader.
	 */
	public enum Kind {

		/** Too many calls or tokens in a time: passes. */
		RATE_LIMIT(true, "RATE_LIMIT", "The AI service is receiving too many requests. Please try again shortly."),

		/** The provider has no capacity: passes. */
		OVERLOADED(true, "OVERLOADED", "The AI service is overloaded. Please try again shortly."),

		/** The provider failed: may pass. */
		SERVER(true, "PROVIDER_ERROR", "The AI service had a problem. Please try again."),

		/** The provider took too long: may pass. */
		TIMEOUT(true, "TIMEOUT", "The AI service took too long to answer. Please try again."),

		/** A quota, a balance or a spending limit is used up: does not pass. */
		BILLING(false, "QUOTA_EXCEEDED", "The AI service's quota is used up."),

		/** The key is wrong or may not do this: does not pass. */
		AUTHENTICATION(false, "AUTHENTICATION", "The AI service did not accept this application's credentials."),

		/** Anything else, not retried: unknown words are no promise that it passes. */
		OTHER(false, "PROVIDER_ERROR", "The AI service could not answer.");

		private final boolean transientFailure;

		private final String readerCode;

		private final String sentence;

		Kind(boolean transientFailure, String readerCode, String sentence) {
			this.transientFailure = transientFailure;
			this.readerCode = readerCode;
			this.sentence = sentence;
		}

		/**
		 * Whether the same call may succeed later.
		 * @return {@code true} if a retry makes sense
		 */
		public boolean isTransient() {
			return this.transientFailure;
		}

		/**
		 * The code that a reader is given.
		 * @return for example {@code RATE_LIMIT}
		 */
		public String readerCode() {
			return this.readerCode;
		}

		/**
		 * The sentence that a reader is given.
		 * @return one or two plain sentences
		 */
		public String sentence() {
			return this.sentence;
		}

	}

}

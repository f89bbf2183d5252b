package studio.ainative.aikit.client;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.provider.ProviderError;

/**
 * Why a call may go on to another target. By default only {@link #UNAVAILABLE} does: what
 * is wrong with the request itself would be wrong elsewhere too, and a wrong key is to be
 * seen, not hidden. A target that is made for one of the other reasons, a model with a
 * larger context for one, {@linkplain RouteConfig#takes() says so}.
 *
 * @since 0.1.0
 */
public enum FallbackReason {

	/**
	 * The target can't answer now: a rate limit, a spent balance, no capacity, a failure
	 * of its own (5xx), no connection, no first token in time, an answer that can't be
	 * read, or a connection that broke.
	 */
	UNAVAILABLE,

	/** The request is longer than the model can take. */
	CONTEXT_LENGTH,

	/** The provider's rules on content forbid the request. */
	CONTENT_POLICY,

	/** The target does not accept its key (401, 403). */
	AUTHENTICATION,

	/** The target calls the request wrong for another reason (400, 404, 422, …). */
	REQUEST;

	private static final int PAYLOAD_TOO_LARGE = 413;

	private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);

	private static final Pattern LONG_WORDS = Pattern
		.compile("contextlength|contextwindow|prompttoolong|inputtoolong|requesttoolarge|stringabovemaxlength");

	private static final Pattern LONG_SENTENCES = Pattern
		.compile("\\bcontext (?:length|window|size)|\\b(?:prompt|input|request) (?:is )?too (?:long|large)"
				+ "|\\btoo many (?:input )?tokens|\\bmaximum (?:number of )?(?:input )?tokens");

	private static final Pattern POLICY_WORDS = Pattern
		.compile("contentpolicy|contentfilter|moderation|responsibleai|datainspection|safetypolicy|usagepolicy");

	private static final Pattern POLICY_SENTENCES = Pattern
		.compile("\\bcontent (?:management )?policy|\\bcontent filter|\\bsafety system|\\busage polic(?:y|ies)");

	/**
	 * What a failed try means for another target.
	 * @param failure the failure
	 * @return the reason, {@code null} where no other target is to be asked: a limit or a
	 * budget of the call's own
	 */
	static @Nullable FallbackReason of(AIStreamException failure) {
		if (failure instanceof ProviderException provider) {
			return of(provider);
		}
		if (failure instanceof StreamTimeoutException timeout) {
			return (timeout.timeout() != StreamTimeoutException.Timeout.TOTAL) ? UNAVAILABLE : null;
		}
		boolean targets = failure instanceof StreamInterruptedException || failure instanceof MalformedEventException;
		return targets ? UNAVAILABLE : null;
	}

	private static FallbackReason of(ProviderException failure) {
		int status = failure.status();
		if (failure.isTransient() || failure.kind() == ProviderError.Kind.BILLING || status >= 500
				|| PASSING.contains(status)) {
			return UNAVAILABLE;
		}
		String word = (failure.providerCode() != null) ? fold(failure.providerCode()) : "";
		String sentence = (failure.providerMessage() != null) ? failure.providerMessage().toLowerCase(Locale.ROOT) : "";
		if (status == PAYLOAD_TOO_LARGE || LONG_WORDS.matcher(word).find() || LONG_SENTENCES.matcher(sentence).find()) {
			return CONTEXT_LENGTH;
		}
		if (POLICY_WORDS.matcher(word).find() || POLICY_SENTENCES.matcher(sentence).find()) {
			return CONTENT_POLICY;
		}
		return (failure instanceof AuthenticationException) ? AUTHENTICATION : REQUEST;
	}

	private static String fold(String word) {
		return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

}

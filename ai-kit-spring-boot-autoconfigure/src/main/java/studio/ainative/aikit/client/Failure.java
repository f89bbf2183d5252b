package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

import studio.ainative.aikit.provider.ProviderError;

/**
 * What a provider said about a call that failed, and what follows from it.
 *
 * @param status the status of the response, 200 for an error inside the stream
 * @param error what the provider said, without keys
 * @param retryAfter how long the provider asks to wait
 * @param shouldRetry the provider's own advice, {@code null} if it gave none
 */
record Failure(int status, ProviderError error, @Nullable Duration retryAfter, @Nullable Boolean shouldRetry) {

	private static final Set<Integer> REDIRECTS = Set.of(300, 301, 302, 303, 305, 307, 308);

	private static final int PAYMENT_REQUIRED = 402;

	private static final Set<Integer> TRANSIENT_STATUSES = Set.of(408, 409, 425, 429, 500, 502, 503, 504, 529);

	/** An error that came as an event of a stream that began with a good status. */
	static Failure inStream(ProviderError error) {
		return new Failure(200, error, error.retryAfter(), null);
	}

	ProviderException toException() {
		return switch (this.status) {
			case 401, 403 -> new AuthenticationException(this);
			case 429 -> new RateLimitException(this);
			default -> switch (isInStream() ? this.error.kind() : ProviderError.Kind.OTHER) {
				case AUTHENTICATION -> new AuthenticationException(this);
				case RATE_LIMIT -> new RateLimitException(this);
				default -> new ProviderException(this);
			};
		};
	}

	ProviderError.Kind kind() {
		if (this.status == PAYMENT_REQUIRED) {
			return ProviderError.Kind.BILLING; // Whatever the body calls it
		}
		ProviderError.Kind kind = this.error.kind();
		return (kind != ProviderError.Kind.OTHER) ? kind
				: new ProviderError(null, String.valueOf(this.status), null).kind();
	}

	boolean isTransient() {
		if (kind() == ProviderError.Kind.BILLING) {
			return false;
		}
		if (this.shouldRetry != null) {
			return this.shouldRetry;
		}
		return isInStream() ? this.error.kind().isTransient() : TRANSIENT_STATUSES.contains(this.status);
	}

	String message() {
		StringBuilder message = new StringBuilder("HTTP ").append(this.status).append(": ").append(reason());
		String word = this.error.word();
		if (word != null) {
			message.append(" (").append(word).append(')');
		}
		if (kind() == ProviderError.Kind.BILLING) {
			message.append(", the quota or balance is used up");
		}
		if (this.retryAfter != null) {
			message.append(", retry after ").append(this.retryAfter.toMillis() / 1000.0).append(" s");
		}
		return message.toString();
	}

	private String reason() {
		if (isInStream()) {
			return "the provider reported an error in the stream";
		}
		if (REDIRECTS.contains(this.status)) {
			return "redirects are not followed";
		}
		if (this.status == 529) {
			return "Overloaded"; // Anthropic's, in no registry
		}
		HttpStatus known = HttpStatus.resolve(this.status);
		return (known != null) ? known.getReasonPhrase() : "unknown status";
	}

	private boolean isInStream() {
		return this.status >= 200 && this.status <= 299;
	}

}

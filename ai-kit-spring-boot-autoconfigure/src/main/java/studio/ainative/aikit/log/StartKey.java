package studio.ainative.aikit.log;

import java.util.Objects;

/**
 * What a client names a request by, so that sending it again costs nothing: the
 * {@code Idempotency-Key} of HTTP. Keys of different owners are different keys. A key is
 * kept as long as its answer is, and passes to the next request if what the store holds
 * of that is damaged.
 *
 * @param value the client's key
 * @param fingerprint a hash of what was asked, so that a key can't be used for something
 * else; empty if that is not known
 * @param ifTaken what a second request by the same key gets
 * @since 0.1.0
 */
public record StartKey(String value, String fingerprint, IfTaken ifTaken) {

	/**
	 * Refuse parts that are missing.
	 * @param value the client's key
	 * @param fingerprint a hash of what was asked
	 * @param ifTaken what a second request by the same key gets
	 */
	public StartKey {
		Objects.requireNonNull(value, "'value' must not be null");
		Objects.requireNonNull(fingerprint, "'fingerprint' must not be null");
		Objects.requireNonNull(ifTaken, "'ifTaken' must not be null");
	}

	/**
	 * What a second request by the same key gets.
	 */
	public enum IfTaken {

		/** The first one's answer, from its beginning. */
		ATTACH,

		/** A refusal. */
		REJECT,

		/** An answer of its own; the first one's is stopped. */
		REPLACE

	}

}

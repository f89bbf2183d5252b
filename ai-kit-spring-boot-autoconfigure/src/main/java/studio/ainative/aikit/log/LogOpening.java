package studio.ainative.aikit.log;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What became of an answer that was to begin.
 *
 * @param result whether it has begun
 * @param streamId its id or, if it was not begun, that of the answer in its place
 * @param writer the producer's hold on it, {@code null} unless it has begun
 * @since 0.1.0
 */
public record LogOpening(Result result, String streamId, AnswerLog.@Nullable Writer writer) {

	/**
	 * Refuse what contradicts itself.
	 * @param result whether it has begun
	 * @param streamId the answer's id
	 * @param writer the producer's hold on it, {@code null} unless it has begun
	 */
	public LogOpening {
		Objects.requireNonNull(result, "'result' must not be null");
		Objects.requireNonNull(streamId, "'streamId' must not be null");
		if ((result == Result.OPENED) != (writer != null)) {
			throw new IllegalArgumentException("'writer' must be there for an answer that has begun, and only then");
		}
	}

	/**
	 * The answer has begun.
	 * @param streamId its id
	 * @param writer the producer's hold on it
	 * @return the opening
	 */
	public static LogOpening opened(String streamId, AnswerLog.Writer writer) {
		return new LogOpening(Result.OPENED, streamId, writer);
	}

	/**
	 * Another answer was begun by the same key.
	 * @param streamId its id
	 * @param key the key of the answer that was to begin
	 * @param fingerprint the fingerprint that the other one was begun with
	 * @return the opening: {@link Result#MISMATCHED} if the fingerprints differ, else as
	 * the key says; {@code null} if the other one is to be replaced
	 */
	public static @Nullable LogOpening taken(String streamId, StartKey key, String fingerprint) {
		if (!key.fingerprint().equals(fingerprint)) {
			return new LogOpening(Result.MISMATCHED, streamId, null);
		}
		return switch (key.ifTaken()) {
			case ATTACH -> new LogOpening(Result.ATTACHED, streamId, null);
			case REJECT -> new LogOpening(Result.REJECTED, streamId, null);
			case REPLACE -> null;
		};
	}

	/**
	 * Whether an answer has begun.
	 */
	public enum Result {

		/** It has. */
		OPENED,

		/** The key's answer is there already, to be read. */
		ATTACHED,

		/** The key is taken, and wants no second request. */
		REJECTED,

		/** The key was used for something else. */
		MISMATCHED

	}

}

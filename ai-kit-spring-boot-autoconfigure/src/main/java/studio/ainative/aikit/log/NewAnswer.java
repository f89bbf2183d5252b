package studio.ainative.aikit.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An answer that is about to begin.
 *
 * @param streamId its id, never used before: 128 random bits or more, in letters, digits,
 * {@code -} and {@code _}
 * @param owner who may read and stop it, {@code null} if whoever knows the id may. A
 * store keeps it and compares nothing
 * @param startedAt when it begins
 * @param retain how long it is to be kept after its end, greater than zero
 * @param note what whoever writes it to a reader has to know of its request, {@code null}
 * for nothing. A store keeps it, and gives it back as it is
 * @param key what finds it again when its request is sent again, {@code null} for none
 * @since 0.1.0
 */
public record NewAnswer(String streamId, @Nullable String owner, Instant startedAt, Duration retain,
		@Nullable String note, @Nullable StartKey key) {

	/**
	 * Refuse what can't work.
	 * @param streamId its id
	 * @param owner who may read and stop it, {@code null} if whoever knows the id may
	 * @param startedAt when it begins
	 * @param retain how long it is to be kept after its end, greater than zero
	 * @param note what whoever writes it to a reader has to know of its request
	 * @param key what finds it again, {@code null} for none
	 */
	public NewAnswer {
		Objects.requireNonNull(streamId, "'streamId' must not be null");
		Objects.requireNonNull(startedAt, "'startedAt' must not be null");
		Objects.requireNonNull(retain, "'retain' must not be null");
		if (retain.isNegative() || retain.isZero()) {
			throw new IllegalArgumentException("'retain' must be greater than zero (was " + retain + ")");
		}
	}

	/**
	 * An answer whose request need not be known.
	 * @param streamId its id
	 * @param owner who may read and stop it, {@code null} if whoever knows the id may
	 * @param startedAt when it begins
	 * @param retain how long it is to be kept after its end, greater than zero
	 * @param key what finds it again, {@code null} for none
	 */
	public NewAnswer(String streamId, @Nullable String owner, Instant startedAt, Duration retain,
			@Nullable StartKey key) {
		this(streamId, owner, startedAt, retain, null, key);
	}

	/**
	 * Without the note, which may hold what was said.
	 */
	@Override
	public String toString() {
		return "NewAnswer[streamId=" + this.streamId + ", owner=" + this.owner + ", startedAt=" + this.startedAt
				+ ", retain=" + this.retain + ", key=" + this.key + "]";
	}

}

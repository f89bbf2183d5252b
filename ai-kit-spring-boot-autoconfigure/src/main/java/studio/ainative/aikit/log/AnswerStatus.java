package studio.ainative.aikit.log;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How an answer in the log stands.
 *
 * @param streamId its id
 * @param owner who may read and stop it, {@code null} if whoever knows the id may
 * @param startedAt when it began
 * @param note what whoever writes it to a reader has to know of its request, as it was
 * {@linkplain NewAnswer#note() given}
 * @param lost how many events at the beginning are no longer kept: who reads from before
 * them is refused; zero unless the store has lost some
 * @param last the number of the last event that is kept, zero if there is none
 * @param isRead whether somebody follows it through the log, on any node, or did some
 * seconds ago
 * @param end its end, {@code null} if it goes on
 * @since 0.1.0
 */
public record AnswerStatus(String streamId, @Nullable String owner, Instant startedAt, @Nullable String note, long lost,
		long last, boolean isRead, @Nullable AnswerEnd end) {

	/**
	 * Refuse parts that are missing.
	 * @param streamId its id
	 * @param owner who may read and stop it, {@code null} if whoever knows the id may
	 * @param startedAt when it began
	 * @param note what whoever writes it to a reader has to know of its request
	 * @param lost how many events at the beginning are no longer kept
	 * @param last the number of the last event that is kept
	 * @param isRead whether somebody follows it through the log
	 * @param end its end, {@code null} if it goes on
	 */
	public AnswerStatus {
		Objects.requireNonNull(streamId, "'streamId' must not be null");
		Objects.requireNonNull(startedAt, "'startedAt' must not be null");
	}

	/**
	 * Without the note, which may hold what was said.
	 */
	@Override
	public String toString() {
		return "AnswerStatus[streamId=" + this.streamId + ", owner=" + this.owner + ", startedAt=" + this.startedAt
				+ ", lost=" + this.lost + ", last=" + this.last + ", isRead=" + this.isRead + ", end=" + this.end + "]";
	}

}

package studio.ainative.aikit.format;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a reader may be told when an answer begins. Nothing else that an encoder writes
 * comes from outside of the answer: the same opening, events and end give the same bytes.
 *
 * @param answerId the answer's own id, unlike any other's; without line breaks
 * @param timestamp when the answer began
 * @param isResumable whether the answer can be read again by its id
 * @param note what the format that the answer was begun in has
 * {@linkplain WireFormat#note() noted}, {@code null} for nothing, and in any other format
 * @since 0.1.0
 */
public record Opening(String answerId, Instant timestamp, boolean isResumable, @Nullable String note) {

	/**
	 * Refuse an opening that lacks something.
	 * @param answerId the answer's own id
	 * @param timestamp when the answer began
	 * @param isResumable whether the answer can be read again by its id
	 * @param note what the format that the answer was begun in has noted
	 */
	public Opening {
		Objects.requireNonNull(answerId, "'answerId' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
	}

	/**
	 * The opening of an answer that can't be read again.
	 * @param answerId the answer's own id
	 * @param timestamp when the answer began
	 */
	public Opening(String answerId, Instant timestamp) {
		this(answerId, timestamp, false, null);
	}

	/**
	 * Without the note, which may hold what was said.
	 */
	@Override
	public String toString() {
		return "Opening[answerId=" + this.answerId + ", timestamp=" + this.timestamp + ", isResumable="
				+ this.isResumable + "]";
	}

}

package studio.ainative.aikit.server;

/**
 * What comes of answers that are kept, to be read again.
 *
 * @since 0.1.0
 */
public enum KeptNews {

	/** Somebody reads an answer again. */
	RESUME_HIT,

	/** Somebody wanted to: it is unknown, expired, or has grown too large to be kept. */
	RESUME_GONE,

	/** Somebody wanted to, and it is somebody else's. */
	RESUME_FOREIGN,

	/** Somebody wanted to, from a place that the answer doesn't have. */
	RESUME_INVALID,

	/** Somebody has stopped an answer. */
	STOP_HIT,

	/** Somebody wanted to, and it had ended. */
	STOP_LATE,

	/** Somebody wanted to, and there is no such answer. */
	STOP_GONE,

	/** Somebody wanted to, and it is somebody else's. */
	STOP_FOREIGN,

	/** An answer was cancelled because nobody read it any more. */
	ABANDONED,

	/** A reader was told that the node is gone that made its answer. */
	PRODUCER_LOST,

	/** The log has refused something, or could not be reached. */
	LOG_FAILED

}

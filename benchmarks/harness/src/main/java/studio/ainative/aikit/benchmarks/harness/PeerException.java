package studio.ainative.aikit.benchmarks.harness;

/**
 * A peer died, was silent for too long, or did its work wrong. It is then left out of the
 * tables, and the whole run counts as failed.
 */
@SuppressWarnings("serial")
final class PeerException extends Exception {

	PeerException(String message) {
		super(message);
	}

	PeerException(String message, Throwable cause) {
		super(message, cause);
	}

}

package studio.ainative.aikit.client;

/**
 * A connection has brought nothing for so long, not even a sign of life, that it counts
 * as lost.
 */
final class SilentConnectionException extends StreamInterruptedException {

	SilentConnectionException() {
		super("The connection to the provider has brought no sign of life", true, null);
	}

}

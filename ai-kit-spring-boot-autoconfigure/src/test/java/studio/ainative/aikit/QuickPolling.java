package studio.ainative.aikit;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets every {@code await()} look more often than ten times a second: hundreds of tests
 * wait for what has happened within a millisecond. JUnit finds it by itself.
 */
public final class QuickPolling implements BeforeAllCallback {

	private static final Duration INTERVAL = Duration.ofMillis(10);

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultPollInterval(INTERVAL);
	}

}

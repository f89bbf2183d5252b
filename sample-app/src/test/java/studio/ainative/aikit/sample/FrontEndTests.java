package studio.ainative.aikit.sample;

import org.junit.jupiter.api.Nested;

/**
 * Runs {@link FrontEndContract} on both stacks.
 */
class FrontEndTests {

	@Nested
	class OnTomcat extends FrontEndContract {

		OnTomcat() {
			super(Stack.TOMCAT);
		}

	}

	@Nested
	class OnNetty extends FrontEndContract {

		OnNetty() {
			super(Stack.NETTY);
		}

	}

}

package studio.ainative.aikit.sample;

/**
 * Runs {@link ChatPageContract} on Tomcat. A class of its own for each stack, so that
 * Maven can run them side by side.
 */
class ChatPageOnTomcatTests extends ChatPageContract {

	ChatPageOnTomcatTests() {
		super(Stack.TOMCAT);
	}

}

package studio.ainative.aikit.sample;

/**
 * Runs {@link ChatPageContract} on Netty. A class of its own for each stack, so that
 * Maven can run them side by side.
 */
class ChatPageOnNettyTests extends ChatPageContract {

	ChatPageOnNettyTests() {
		super(Stack.NETTY);
	}

}

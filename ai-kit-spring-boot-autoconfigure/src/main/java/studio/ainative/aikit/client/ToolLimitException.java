package studio.ainative.aikit.client;

import studio.ainative.aikit.event.StreamEvent;

/**
 * The model has called tools more often than it may: in more rounds than
 * {@link ToolLimits#maxRounds()}, or more than {@value #MAX_CALLS} at once. What it has
 * called last was not run. Never retried.
 *
 * @since 0.1.0
 */
public class ToolLimitException extends AIStreamException {

	/**
	 * How many tools a model may call at once: {@value}. Real ones call a handful; what
	 * is larger is a server's fault.
	 */
	public static final int MAX_CALLS = 128;

	private ToolLimitException(String message) {
		super(message, null);
	}

	static ToolLimitException rounds(int maxRounds) {
		return new ToolLimitException("The model has called tools in more than " + maxRounds + " rounds");
	}

	static ToolLimitException calls() {
		return new ToolLimitException("The model has called more than " + MAX_CALLS + " tools at once");
	}

	@Override
	public boolean isTransient() {
		return false;
	}

	@Override
	public StreamEvent.ErrorEvent toErrorEvent() {
		return new StreamEvent.ErrorEvent("The AI service came to no end with its tools.", "TOOL_LIMIT");
	}

}

package studio.ainative.aikit.format.uimessage;

import studio.ainative.aikit.event.FinishReason;

/**
 * The words that readers know for why an answer ended: any other ends their chat in an
 * error.
 */
final class UiFinishReason {

	private UiFinishReason() {
	}

	static String of(String finishReason) {
		FinishReason reason = FinishReason.of(finishReason);
		if (reason == null) {
			return "other";
		}
		return switch (reason) {
			case STOP -> "stop";
			case LENGTH -> "length";
			case TOOL_CALLS -> "tool-calls";
			case CONTENT_FILTER, REFUSAL -> "content-filter";
			default -> "other";
		};
	}

}

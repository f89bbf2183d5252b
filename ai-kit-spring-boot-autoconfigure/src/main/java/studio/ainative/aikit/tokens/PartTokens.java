package studio.ainative.aikit.tokens;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * What the parts of a message besides its text may come to. Nobody but the provider can
 * tell.
 */
final class PartTokens {

	/** Between a small image and a large one, as Anthropic and OpenAI bill them. */
	static final long IMAGE = 1_000;

	/** Of base64, so that one token stands for each 8 bytes: dense text in a PDF. */
	private static final int CHARACTERS_PER_TOKEN = 11;

	private PartTokens() {
	}

	static long count(Message message, TokenCounter counter) {
		if (message.parts().isEmpty()) {
			return 0;
		}
		return message.parts().stream().mapToLong((part) -> count(part, counter)).sum();
	}

	private static long count(MessagePart part, TokenCounter counter) {
		if (part instanceof MessagePart.File file) {
			return (file.isImage() || !file.isInline()) ? IMAGE
					: Math.max(IMAGE, file.url().length() / CHARACTERS_PER_TOKEN);
		}
		if (part instanceof MessagePart.ToolCall call) {
			return counter.countTokens(call.name()) + counter.countTokens(call.arguments());
		}
		if (part instanceof MessagePart.ToolResult result) {
			return counter.countTokens(result.result());
		}
		return (part instanceof MessagePart.Reasoning reasoning) ? counter.countTokens(reasoning.text()) : 0;
	}

}

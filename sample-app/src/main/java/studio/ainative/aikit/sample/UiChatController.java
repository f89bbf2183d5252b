package studio.ainative.aikit.sample;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The same chat for pages with {@code useChat} of the npm package {@code ai}.
 */
@RestController
class UiChatController {

	private final AIStream aiStream;

	private final StreamingResponses responses;

	private final UiMessageFormat format;

	UiChatController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
		this.aiStream = aiStream;
		this.responses = responses;
		this.format = format;
	}

	@PostMapping("/api/chat/ui")
	StreamingResponse chat(@RequestBody UiChatRequest request) {
		return this.responses.from(this.aiStream.stream(request.toMessages()), this.format.answering(request));
	}

}

package studio.ainative.aikit.readme;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.format.openai.OpenAiChatRequest;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's controller for OpenAI's clients, word for word.
 */
@RestController
public class OpenAiController {

	private final AIStream aiStream;

	private final StreamingResponses responses;

	OpenAiController(AIStream aiStream, StreamingResponses responses) {
		this.aiStream = aiStream;
		this.responses = responses;
	}

	@PostMapping("/own/chat/completions")
	StreamingResponse chat(@RequestBody OpenAiChatRequest request) {
		return this.responses.from(this.aiStream.stream(request.messages()), request.format());
	}

}

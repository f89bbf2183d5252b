package studio.ainative.aikit.sample;

import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The whole chat endpoint: the page keeps the conversation and sends all of it each time.
 */
@RestController
@RequestMapping("/api")
class ChatController {

	private final AIStream aiStream;

	private final StreamingResponses responses;

	private final Info info;

	ChatController(AIStream aiStream, StreamingResponses responses, @Value("${sample.provider}") String provider,
			@Value("${ai-kit.stream.model}") String model) {
		this.aiStream = aiStream;
		this.responses = responses;
		this.info = new Info(provider, model);
	}

	@PostMapping("/chat")
	StreamingResponse chat(@RequestBody ChatRequest request) {
		return this.responses.from(this.aiStream.stream(request.messages()));
	}

	@GetMapping("/info")
	Info info() {
		return this.info;
	}

	/**
	 * What the page sends.
	 *
	 * @param messages the conversation, oldest first, not empty
	 */
	record ChatRequest(List<Message> messages) {
	}

	/**
	 * Who answers.
	 *
	 * @param provider {@code demo}, {@code openai} or {@code anthropic}
	 * @param model the model's name
	 */
	record Info(String provider, String model) {
	}

}

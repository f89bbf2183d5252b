package example;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.bridge.springai.SpringAiStreams;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Spring AI's own starter beside AI Kit's.
 */
@RestController
class SpringAiController {

	private final ChatClient chatClient;

	private final StreamingResponses responses;

	SpringAiController(ChatClient.Builder builder, StreamingResponses responses) {
		this.chatClient = builder.build();
		this.responses = responses;
	}

	@PostMapping("/api/spring-ai")
	StreamingResponse chat(@RequestBody Question question) {
		return this.responses
			.from(SpringAiStreams.events(this.chatClient.prompt(question.text()).stream().chatResponse()));
	}

	record Question(String text) {
	}

}

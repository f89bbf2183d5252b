package studio.ainative.aikit.bridge.springai;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chunks as Spring AI's model for Gemini gives them. Its model for OpenAI runs in the
 * integration tests.
 */
class SpringAiStreamsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Test
	void takesThoughtsOfGeminiForReasoning() {
		assertThat(events(chunk(part(0, true, "Is it day?")), chunk(part(0, true, "It is."), part(0, false, "Good ")),
				chunk(part(0, false, "day."))))
			.startsWith(new StreamEvent.Reasoning("Is it day?"), new StreamEvent.Reasoning("It is."),
					new StreamEvent.Token("Good ", 0), new StreamEvent.Token("day.", 1))
			.hasSize(5);
	}

	@Test
	void tellsCandidatesOfGeminiApart() {
		assertThat(events(chunk(part(0, false, "Yes."), part(1, false, "No."))))
			.startsWith(new StreamEvent.Token("Yes.", 0, 0), new StreamEvent.Token("No.", 0, 1))
			.hasSize(4);
	}

	private static List<StreamEvent> events(ChatResponse... chunks) {
		return SpringAiStreams.events(Flux.just(chunks)).collectList().block(TIMEOUT);
	}

	private static ChatResponse chunk(Generation... parts) {
		return new ChatResponse(List.of(parts));
	}

	private static Generation part(int candidate, boolean isThought, String text) {
		return new Generation(AssistantMessage.builder()
			.content(text)
			.properties(Map.of("candidateIndex", candidate, "isThought", isThought))
			.build(), ChatGenerationMetadata.builder().finishReason("STOP").build());
	}

}

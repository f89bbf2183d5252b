package studio.ainative.aikit.format.openai;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Opening;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers that are sent as one object.
 */
class OpenAiCompletionTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Opening OPENING = new Opening("7", Instant.parse("2026-01-31T12:00:00Z"));

	private static final StreamEvent STOP = new StreamEvent.Metadata(Map.of("finishReason", "stop"));

	@Test
	void isOneObject() {
		assertThat(text(new StreamEvent.Reasoning("Hm."), new StreamEvent.Token("Hel", 0),
				new StreamEvent.Token("lo", 1), STOP, new StreamEvent.UsageReport(Usage.of(9, 2))))
			.isEqualTo(
					"{\"id\":\"chatcmpl-7\",\"object\":\"chat.completion\",\"created\":1769860800,\"model\":\"fast\","
							+ "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null,"
							+ "\"reasoning_content\":\"Hm.\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
							+ "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}");
	}

	@Test
	void tellsCallsOfTools() {
		assertThat(text(new StreamEvent.ToolCall(0, "call_1", "weather", "{\"city\":"),
				new StreamEvent.ToolCall(0, null, null, "\"Oslo\"}"),
				new StreamEvent.Metadata(Map.of("finishReason", "tool_calls"))))
			.contains("\"content\":null,\"refusal\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
					+ "\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]},"
					+ "\"logprobs\":null,\"finish_reason\":\"tool_calls\"");
	}

	@Test
	void givesACallWithoutArgumentsAnEmptyObject() {
		StreamEvent call = new StreamEvent.ToolCall(0, "call_1", "time", "");
		assertThat(text(call, new StreamEvent.Metadata(Map.of("finishReason", "tool_calls"))))
			.contains("\"arguments\":\"{}\"");
		assertThat(text(call, new StreamEvent.Metadata(Map.of("finishReason", "length"))))
			.contains("\"arguments\":\"\"");
	}

	@Test
	void forgetsWhatWasDiscarded() {
		assertThat(text(new StreamEvent.Token("Hel", 0), new StreamEvent.ToolCall(0, "1", "time", "{}"),
				new StreamEvent.Retry(1, Duration.ofSeconds(1), 1), new StreamEvent.Token("Bye", 0), STOP))
			.contains("\"content\":\"Bye\"")
			.doesNotContain("Hel", "time");
	}

	@Test
	void failsAsTheAnswerDoes() {
		StepVerifier.create(OpenAiCompletion
			.of(Flux.just(new StreamEvent.Token("Hel", 0), new StreamEvent.ErrorEvent("No.", "X")), "fast", OPENING))
			.expectErrorSatisfies((ex) -> assertThat(((OpenAiAnswerException) ex).toErrorEvent().code()).isEqualTo("X"))
			.verify(TIMEOUT);
		StepVerifier.create(OpenAiCompletion.of(Flux.error(new IllegalStateException("No.")), "fast", OPENING))
			.expectError(IllegalStateException.class)
			.verify(TIMEOUT);
	}

	@Test
	void endsAnAnswerThatNeverEnds() {
		StreamEvent token = new StreamEvent.Token("x".repeat(1024 * 1024), 0);
		TestPublisher<StreamEvent> events = TestPublisher.create();
		StepVerifier.create(OpenAiCompletion.of(events.flux(), "fast", OPENING)).then(() -> {
			for (int i = 0; i < 9 && events.subscribeCount() > 0; i++) {
				events.next(token);
			}
		})
			.expectErrorSatisfies(
					(ex) -> assertThat(((OpenAiAnswerException) ex).toErrorEvent().code()).isEqualTo("LIMIT_EXCEEDED"))
			.verify(TIMEOUT);
		events.assertCancelled();
	}

	private static String text(StreamEvent... events) {
		byte[] body = OpenAiCompletion.of(Flux.just(events), "fast", OPENING).block(TIMEOUT);
		assertThat(body).isNotNull();
		return new String(body, StandardCharsets.UTF_8);
	}

}

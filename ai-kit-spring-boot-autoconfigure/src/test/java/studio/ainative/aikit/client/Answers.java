package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;

/**
 * What tests look at in an answer.
 */
final class Answers {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private Answers() {
	}

	static Flux<String> tokens(Flux<StreamEvent> answer) {
		return answer.ofType(StreamEvent.Token.class).map(StreamEvent.Token::text);
	}

	static String text(Flux<StreamEvent> answer) {
		return Objects.requireNonNull(tokens(answer).collect(Collectors.joining()).block(TIMEOUT));
	}

	static List<StreamEvent> events(Flux<StreamEvent> answer) {
		return Objects.requireNonNull(answer.collectList().block(TIMEOUT));
	}

	static <T> List<T> only(List<StreamEvent> events, Class<T> type) {
		return events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	static String text(List<StreamEvent> events) {
		return only(events, StreamEvent.Token.class).stream()
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining());
	}

	static List<StreamEvent.ToolResult> results(List<StreamEvent> events) {
		return only(events, StreamEvent.ToolResult.class);
	}

	static List<String> openAiTokens(String... texts) {
		return Arrays.stream(texts)
			.map((text) -> "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n")
			.toList();
	}

}

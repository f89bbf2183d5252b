package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.client.AIStreamEvent.Reconnect;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Routes whose targets are AI Kit's own servers, which keep their answers: what is kept
 * is read on, and what isn't is asked for elsewhere.
 */
class RouteReconnectTests {

	private static final String ID = "hhxEDe4mYVnvPNzRgyxUzg";

	private static final String START = "retry: 1\n\nevent: start\nid: 0\ndata: {\"timestamp\":"
			+ "\"2026-01-31T12:00:00.000Z\",\"streamId\":\"" + ID + "\"}\n\n";

	private static final String DONE = "event: done\ndata: {\"timestamp\":\"2026-01-31T12:00:01.000Z\","
			+ "\"outcome\":\"complete\"}\n\n";

	private static final RetryConfig FAST = RetryConfig.defaults()
		.withMaxRetries(1)
		.withJitter(0)
		.withDelay(Duration.ofMillis(1), Duration.ofMillis(1));

	private final ScriptedServer node = ScriptedServer.start(Dialect.AI_KIT);

	private final ScriptedServer other = ScriptedServer.start();

	private final List<Reconnect> reconnects = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.node.close();
		this.other.close();
	}

	private AIStream.Builder node() {
		return AIStream.builder()
			.endpoint(this.node.uri())
			.provider(new AiKitProvider())
			.retry(FAST)
			.on(AIStreamEvent.RECONNECT, this.reconnects::add);
	}

	private AIStream.Builder other() {
		return AIStream.builder()
			.endpoint(this.other.uri())
			.provider(new OpenAIProvider())
			.model("gpt-4o-mini")
			.retry(FAST)
			.on(AIStreamEvent.RECONNECT, this.reconnects::add);
	}

	private AIStream nodeThenOther() {
		return node().fallback("other", other()).build();
	}

	private ScriptedResponse begin(String... frames) {
		return raw(this.node.respond().header("AI-Kit-Stream-Id", ID).raw(START), frames);
	}

	private ScriptedResponse resumed(String... frames) {
		return raw(this.node.respond().header("AI-Kit-Stream-Id", ID).raw(": resumed\n\n"), frames);
	}

	private static ScriptedResponse raw(ScriptedResponse response, String... frames) {
		for (String frame : frames) {
			response.raw(frame);
		}
		return response;
	}

	private static String token(int id, String text) {
		return "event: token\nid: " + id + "\ndata: {\"token\":\"" + text + "\",\"index\":" + (id - 1) + "}\n\n";
	}

	private List<String> methods() {
		return this.node.requests().stream().map(RecordedRequest::method).toList();
	}

	@Test
	void whatWasCutAfterItsFirstTokenIsReadOnAndNotAskedForElsewhere() {
		begin(token(1, "a")).thenCut();
		resumed(token(2, "b"), DONE).thenEnd();
		List<StreamEvent> events = Answers.events(nodeThenOther().stream("Hi"));
		assertThat(events).doesNotHaveAnyElementsOfTypes(StreamEvent.Retry.class)
			.filteredOn(Token.class::isInstance)
			.containsExactly(new Token("a", 0), new Token("b", 1));
		assertThat(events).first()
			.isEqualTo(new StreamEvent.Metadata(Map.of("provider", "ai-kit", "target", "default")));
		assertThat(methods()).containsExactly("POST", "GET");
		assertThat(this.node.lastRequest().header("Last-Event-ID")).isEqualTo("1");
		assertThat(this.reconnects).hasSize(1);
		assertThat(this.other.requests()).isEmpty();
	}

	@Test
	void soIsWhatWasCutBetweenItsStartAndItsFirstToken() {
		begin().thenCut();
		resumed(token(1, "a"), DONE).thenEnd();
		assertThat(Answers.text(nodeThenOther().stream("Hi"))).isEqualTo("a");
		assertThat(methods()).containsExactly("POST", "GET");
		assertThat(this.other.requests()).isEmpty();
	}

	@Test
	void whatWasCutBeforeItsStartIsAskedForElsewhere() {
		this.node.respond().raw(": hello\n\n").thenCut();
		this.other.respond("else", "where");
		List<StreamEvent> events = Answers.events(nodeThenOther().stream("Hi"));
		assertThat(events).first().isEqualTo(new StreamEvent.Retry(1, Duration.ZERO, 0, "other"));
		assertThat(Answers.text(reactor.core.publisher.Flux.fromIterable(events))).isEqualTo("elsewhere");
		assertThat(methods()).containsExactly("POST");
		assertThat(this.reconnects).isEmpty();
	}

	@Test
	void soIsWhatIsGoneBeforeItsFirstToken() {
		begin().thenCut();
		this.node.respond().status(503);
		this.other.respond("else", "where");
		assertThat(Answers.text(nodeThenOther().stream("Hi"))).isEqualTo("elsewhere");
		assertThat(methods()).containsExactly("POST", "GET");
	}

	@Test
	void whatIsGoneAfterItsFirstTokenFailsAndIsNotAskedForAgain() {
		begin(token(1, "a")).thenCut();
		this.node.respond().status(404);
		AnswerLostException lost = catchThrowableOfType(AnswerLostException.class,
				() -> Answers.events(nodeThenOther().stream("Hi")));
		assertThat(lost.partialAnswer()).isEqualTo("a");
		assertThat(methods()).containsExactly("POST", "GET");
		assertThat(this.other.requests()).isEmpty();
	}

	@Test
	void aFallbackIsReadOnJustSo() {
		this.other.respond().status(503);
		begin(token(1, "a")).thenCut();
		resumed(token(2, "b"), DONE).thenEnd();
		AIStream stream = other().fallback("node", node()).build();
		List<StreamEvent> events = Answers.events(stream.stream("Hi"));
		assertThat(events).filteredOn(StreamEvent.Retry.class::isInstance)
			.containsExactly(new StreamEvent.Retry(1, Duration.ZERO, 0, "node"));
		assertThat(events).filteredOn(Token.class::isInstance).containsExactly(new Token("a", 0), new Token("b", 1));
		assertThat(methods()).containsExactly("POST", "GET");
		assertThat(this.other.requests()).hasSize(1);
		assertThat(this.reconnects).hasSize(1);
	}

}

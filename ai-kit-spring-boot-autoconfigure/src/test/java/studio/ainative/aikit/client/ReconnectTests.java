package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import studio.ainative.aikit.client.AIStreamEvent.Reconnect;
import studio.ainative.aikit.client.RetryConfig.MidStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * An answer that its server keeps is read on when its connection is lost.
 */
class ReconnectTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String ID = "0123456789abcdef0123456789abcdef";

	private static final String START = "retry: 1000\n\nevent: start\nid: 0\ndata: {\"timestamp\":"
			+ "\"2026-01-31T12:00:00.000Z\",\"streamId\":\"" + ID + "\"}\n\n";

	private static final String DONE = "event: done\ndata: {\"timestamp\":\"2026-01-31T12:00:01.000Z\","
			+ "\"outcome\":\"complete\"}\n\n";

	private static final String USAGE = "event: usage\nid: 4\ndata: {\"promptTokens\":9,\"completionTokens\":3,"
			+ "\"totalTokens\":12}\n\n";

	private static final RetryConfig FAST = RetryConfig.defaults()
		.withJitter(0)
		.withDelay(Duration.ofMillis(1), Duration.ofMillis(2));

	private ScriptedServer server = ScriptedServer.start(Dialect.AI_KIT);

	private final List<Reconnect> reconnects = new CopyOnWriteArrayList<>();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void goesOnAfterTheLastEventThatCame() {
		begin(token(1, "a"), token(2, "b"), "event: token\nid: 3\ndata: {\"tok").thenCut();
		resumed(token(3, "c"), USAGE, DONE).thenEnd();
		List<UsageReport> reports = new ArrayList<>();
		AIStream stream = stream().header("X-Team", "red").on(AIStreamEvent.USAGE, reports::add).build();
		assertThat(Answers.events(stream.stream("Hi"))).containsExactly(new Token("a", 0), new Token("b", 1),
				new Token("c", 2), new UsageReport(Usage.of(9, 3)));
		assertThat(reports).containsExactly(new UsageReport(Usage.of(9, 3)));
		assertThat(methods()).containsExactly("POST", "GET");
		RecordedRequest again = this.server.lastRequest();
		assertThat(again.path()).isEqualTo("/ai-kit/streams/" + ID);
		assertThat(again.header("Last-Event-ID")).isEqualTo("2");
		assertThat(again.header("Authorization")).isEqualTo("Bearer sk-test-key");
		assertThat(again.header("X-Team")).isEqualTo("red");
		assertThat(again.header("Content-Type")).isNull();
		assertThat(this.reconnects).containsExactly(new Reconnect(1, Duration.ofMillis(2)));
	}

	@Test
	void goesOnOverHttp2() throws Exception {
		this.server.close();
		this.server = Transport.HTTP2.start(Dialect.AI_KIT);
		begin(token(1, "a")).pause(Duration.ofMillis(300)).thenReset();
		resumed(token(2, "b"), token(3, "c")).thenEnd();
		resumed(DONE).thenEnd();
		AIStream stream = stream().webClientBuilder(Transport.HTTP2.webClient()).build();
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("abc");
		assertThat(methods()).containsExactly("POST", "GET", "GET");
		assertThat(this.server.requests()).allMatch(RecordedRequest::isHttp2);
	}

	@Test
	void goesOnAsSoonAsAServerThatLeavesSays() {
		begin(token(1, "a"), "retry: 1\n\n").thenEnd();
		resumed(token(2, "b"), DONE).thenEnd();
		AIStream stream = stream().retry(RetryConfig.defaults().withJitter(0)).build();
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("ab");
		assertThat(this.reconnects).containsExactly(new Reconnect(1, Duration.ofMillis(1)));
	}

	@Test
	void waitsAsLongAsTheServerHasSaidAtItsStart() {
		begin(token(1, "a")).thenCut();
		StepVerifier.create(stream().retry(RetryConfig.defaults().withJitter(0)).build().stream("Hi"))
			.expectNext(new Token("a", 0))
			.thenAwait()
			.then(() -> await().atMost(TIMEOUT).until(() -> !this.reconnects.isEmpty()))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.reconnects).containsExactly(new Reconnect(1, Duration.ofSeconds(1)));
	}

	@Test
	void beginsAnewIfNotEvenTheStartHasCome() {
		this.server.respond().header("AI-Kit-Stream-Id", ID).raw("retry: 1000\n\nevent: start\nid: 0\nda").thenCut();
		resumed(START, token(1, "a"), DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
		assertThat(methods()).containsExactly("POST", "GET");
		assertThat(this.server.lastRequest().header("Last-Event-ID")).isNull();
	}

	@Test
	void needsNoHeaderThatAProxyMayHaveTaken() {
		this.server.respond().raw(START).raw(token(1, "a")).thenCut();
		resumed(token(2, "b"), DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("ab");
	}

	@Test
	void passesByWhatIsSentAgain() {
		begin(token(1, "a"), token(2, "b")).thenCut();
		resumed(START, token(1, "a"), token(2, "b")).thenCut();
		resumed(START, token(1, "a"), token(2, "b"), token(3, "c"), DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("abc");
		assertThat(methods()).containsExactly("POST", "GET", "GET");
		assertThat(this.server.lastRequest().header("Last-Event-ID")).isEqualTo("2");
	}

	@Test
	void getsTheEndThatIsAllThatIsMissing() {
		begin(token(1, "a"), token(2, "b")).thenCut();
		resumed(START, token(1, "a"), token(2, "b"), DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("ab");
	}

	@Test
	void keepsWhatCameBeforeAnyContent() {
		begin("event: metadata\nid: 1\ndata: {\"model\":\"m\"}\n\n").thenCut();
		resumed(token(2, "a"), DONE).thenEnd();
		assertThat(Answers.events(stream().build().stream("Hi")))
			.startsWith(new StreamEvent.Metadata(Map.of("model", "m")), new Token("a", 1));
	}

	@Test
	void getsUsageThatAFinishReasonWouldDoWithout() {
		begin(token(1, "a"), "event: metadata\nid: 2\ndata: {\"finishReason\":\"stop\"}\n\n").thenCut();
		resumed(USAGE, DONE).thenEnd();
		assertThat(Answers.events(stream().build().stream("Hi"))).endsWith(new UsageReport(Usage.of(9, 3)));
		assertThat(methods()).containsExactly("POST", "GET");
	}

	@ParameterizedTest
	@ValueSource(ints = { 404, 410 })
	void saysThatTheAnswerIsLost(int status) {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(status);
		AnswerLostException lost = catchThrowableOfType(AnswerLostException.class,
				() -> Answers.events(stream().build().stream("Hi")));
		assertThat(lost.status()).isEqualTo(status);
		assertThat(lost).hasMessageStartingWith("HTTP " + status + ": ");
		assertThat(lost.partialAnswer()).isEqualTo("a");
		assertThat(lost.toErrorEvent().code()).isEqualTo("ANSWER_GONE");
		assertThat(methods()).containsExactly("POST", "GET");
	}

	@Test
	void beginsAgainIfItIsLostAndThatIsWanted() {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(404);
		this.server.respond("b");
		assertThat(Answers.events(stream().retry(FAST.withMidStream(MidStream.RESTART)).build().stream("Hi")))
			.startsWith(new Token("a", 0), new StreamEvent.Retry(1, Duration.ofMillis(1), 1), new Token("b", 0));
		assertThat(methods()).containsExactly("POST", "GET", "POST");
	}

	@Test
	void triesAgainWhileTheServerIsAway() {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(503).retryAfter("1");
		this.server.respond().thenCut();
		resumed(token(2, "b")).thenCut();
		resumed(DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("ab");
		assertThat(this.reconnects).containsExactly(new Reconnect(1, Duration.ofMillis(2)),
				new Reconnect(2, Duration.ofSeconds(1)), new Reconnect(3, Duration.ofMillis(2)),
				new Reconnect(1, Duration.ofMillis(1)));
	}

	@Test
	void givesUpAfterAsManyAttemptsAsThereAreRetries() {
		begin(token(1, "a")).thenCut();
		for (int i = 0; i < 5; i++) {
			this.server.respond().status(503);
		}
		ProviderException failure = catchThrowableOfType(ProviderException.class,
				() -> Answers.events(stream().build().stream("Hi")));
		assertThat(failure.status()).isEqualTo(503);
		assertThat(failure.partialAnswer()).isEqualTo("a");
		assertThat(methods()).containsExactly("POST", "GET", "GET", "GET");
	}

	@Test
	void givesUpWhenTheServerWantsToBeLeftAloneForTooLong() {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(503).retryAfter("3600");
		ProviderException failure = catchThrowableOfType(ProviderException.class,
				() -> Answers.events(stream().build().stream("Hi")));
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofHours(1));
		assertThat(methods()).containsExactly("POST", "GET");
	}

	@Test
	void takesAnAnswerForWholeOfWhichOnlyUsageIsLost() {
		begin(token(1, "a"), "event: metadata\nid: 2\ndata: {\"finishReason\":\"stop\"}\n\n").thenCut();
		this.server.respond().status(404);
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
	}

	@ParameterizedTest
	@CsvSource({ "401", "403", "400", "302" })
	void doesNotInsistWhereItIsRefused(int status) {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(status).header("Location", "http://127.0.0.1:1/");
		ProviderException failure = catchThrowableOfType(ProviderException.class,
				() -> Answers.events(stream().build().stream("Hi")));
		assertThat(failure.status()).isEqualTo(status);
		assertThat(methods()).containsExactly("POST", "GET");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../secrets", "a/b", "a?b=c", "a b", "", "é" })
	void followsNoIdThatIsAnAddress(String id) {
		this.server.respond().raw(START.replace(ID, id)).raw(token(1, "a")).thenCut();
		interrupted(stream().build());
		assertThat(methods()).containsExactly("POST");
	}

	@Test
	void readsNothingOnThatHasNoNumbers() {
		this.server.respond()
			.raw(START.replace("id: 0\n", ""))
			.raw(token(1, "a").replace("id: 1", "id: msg-1-1"))
			.thenCut();
		interrupted(stream().build());
		assertThat(methods()).containsExactly("POST");
	}

	@Test
	void failsAsEverWhereTheServerKeepsNothing() {
		this.server.respond("a").thenCut();
		interrupted(stream().build());
		assertThat(methods()).containsExactly("POST");
		assertThat(this.reconnects).isEmpty();
	}

	@Test
	void failsAsEverOnceTheServerKeepsItNoLonger() {
		begin(token(1, "a"), "event: metadata\nid: 2\ndata: {\"resumable\":false}\n\n", token(3, "b")).thenCut();
		interrupted(stream().build());
		assertThat(methods()).containsExactly("POST");
	}

	@Test
	void failsAsEverIfNothingIsToBeTriedAgain() {
		begin(token(1, "a")).thenCut();
		interrupted(stream().retry(RetryConfig.none()).build());
		begin(token(1, "a")).thenCut();
		interrupted(stream().provider(new AiKitProvider(null)).build());
		assertThat(methods()).containsExactly("POST", "POST");
	}

	@Test
	void findsAConnectionThatHasDiedInSilence() {
		begin(token(1, "a")).thenStall();
		resumed(token(2, "b"), DONE).thenEnd();
		AIStream stream = stream().timeouts(StreamTimeouts.defaults().withIdle(Duration.ofSeconds(1))).build();
		assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("ab");
		assertThat(methods()).containsExactly("POST", "GET");
		await().atMost(TIMEOUT).until(() -> this.server.requests().get(0).isClosedByClient());
	}

	@Test
	void stopsTheAnswerOfWhoeverLeaves() {
		begin(token(1, "a")).thenStall();
		this.server.respond().status(204);
		StepVerifier.create(stream().build().stream("Hi")).expectNext(new Token("a", 0)).thenCancel().verify(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> methods().equals(List.of("POST", "DELETE")));
		assertThat(this.server.lastRequest().path()).isEqualTo("/ai-kit/streams/" + ID);
		assertThat(this.server.lastRequest().header("Authorization")).isEqualTo("Bearer sk-test-key");
		await().atMost(TIMEOUT).until(() -> this.server.requests().get(0).isClosedByClient());
	}

	@Test
	void stopEndsAWaitBetweenConnections() {
		begin(token(1, "a")).thenCut();
		this.server.respond().status(204);
		AIStream stream = stream().retry(RetryConfig.defaults().withJitter(0).withDelay(TIMEOUT, TIMEOUT)).build();
		StepVerifier.create(stream.send("Hi"))
			.expectNext(new Token("a", 0))
			.then(() -> await().atMost(TIMEOUT).until(() -> !this.reconnects.isEmpty()))
			.then(stream::stop)
			.expectNextMatches(UsageReport.class::isInstance)
			.expectComplete()
			.verify(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> methods().equals(List.of("POST", "DELETE")));
		assertThat(stream.getMessages()).hasSize(2);
	}

	@Test
	void stopsNoAnswerThatHasEnded() {
		begin(token(1, "a"), DONE).thenEnd();
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
		begin(token(1, "a"), "event: error\nid: 2\ndata: {\"error\":\"x\",\"code\":\"PRODUCER_LOST\"}\n\n").thenEnd();
		ProviderException failure = catchThrowableOfType(ProviderException.class,
				() -> Answers.events(stream().build().stream("Hi")));
		assertThat(failure.providerCode()).isEqualTo("PRODUCER_LOST");
		assertThat(methods()).containsExactly("POST", "POST");
	}

	private static void interrupted(AIStream stream) {
		StreamInterruptedException failure = catchThrowableOfType(StreamInterruptedException.class,
				() -> Answers.events(stream.stream("Hi")));
		assertThat(failure).isNotNull().isNotInstanceOf(AnswerLostException.class);
	}

	private ScriptedResponse begin(String... frames) {
		ScriptedResponse response = this.server.respond().header("AI-Kit-Stream-Id", ID).raw(START);
		for (String frame : frames) {
			response.raw(frame);
		}
		return response;
	}

	private ScriptedResponse resumed(String... frames) {
		ScriptedResponse response = this.server.respond().header("AI-Kit-Stream-Id", ID).raw(": resumed\n\n");
		for (String frame : frames) {
			response.raw(frame);
		}
		return response;
	}

	private static String token(int id, String text) {
		return "event: token\nid: " + id + "\ndata: {\"token\":\"" + text + "\",\"index\":" + (id - 1) + "}\n\n";
	}

	private List<String> methods() {
		return this.server.requests().stream().map(RecordedRequest::method).toList();
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.endpoint(this.server.uri())
			.apiKey("sk-test-key")
			.provider(new AiKitProvider())
			.retry(FAST)
			.on(AIStreamEvent.RECONNECT, this.reconnects::add);
	}

}

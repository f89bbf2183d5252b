package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

import studio.ainative.aikit.client.AIStreamEvent.Outcome;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.Message.Role;
import studio.ainative.aikit.event.Message.Status;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * One conversation, turn by turn.
 */
class ConversationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer server = ScriptedServer.start();

	private final AIStream stream = AIStream.builder()
		.provider(new OpenAIProvider())
		.endpoint(this.server.uri())
		.model("gpt-4o")
		.retry(RetryConfig.none())
		.build();

	private final List<String> told = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void keepsWhatWasSaid() {
		this.server.respond("Hel", "lo");
		this.server.respond("Fine");
		Answers.text(this.stream.send("Hi"));
		Answers.text(this.stream.send("How are you?"));
		assertThat(this.stream.getMessages()).extracting(Message::role, Message::content, Message::status)
			.containsExactly(tuple(Role.USER, "Hi", Status.COMPLETE), tuple(Role.ASSISTANT, "Hello", Status.COMPLETE),
					tuple(Role.USER, "How are you?", Status.COMPLETE), tuple(Role.ASSISTANT, "Fine", Status.COMPLETE));
		assertThat(this.stream.getMessages()).allSatisfy((message) -> {
			assertThat(message.id()).isNotNull();
			assertThat(message.timestamp()).isNotNull();
		});
		assertThat(this.server.lastRequest().body()).contains("Hi", "Hello", "How are you?");
	}

	@Test
	void nothingIsSaidBeforeSubscription() {
		this.stream.send("Hi");
		assertThat(this.stream.getMessages()).isEmpty();
		assertThat(this.stream.isStreaming()).isFalse();
	}

	@Test
	void aSecondSendWhileOneStreamsIsRefused() {
		this.server.respond("Hel").thenStall();
		Disposable first = this.stream.send("Hi").subscribe();
		assertThat(this.stream.isStreaming()).isTrue();
		StepVerifier.create(this.stream.send("Again"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class))
			.verify(TIMEOUT);
		StepVerifier.create(this.stream.retry()).expectError(IllegalStateException.class).verify(TIMEOUT);
		assertThat(this.stream.getMessages()).hasSize(1);
		first.dispose();
		assertThat(this.stream.isStreaming()).isFalse();
	}

	@Test
	void theNextTurnMayBeginWhenTheLastHasEnded() {
		this.server.respond("one");
		this.server.respond("two");
		assertThat(Answers.text(this.stream.send("Hi").concatWith(this.stream.send("And?")))).isEqualTo("onetwo");
	}

	@Test
	void stopKeepsWhatArrivedAndCompletes() {
		this.server.respond("Hel", "lo").thenStall();
		StepVerifier.create(Answers.tokens(this.stream.send("Hi")))
			.expectNext("Hel", "lo")
			.then(this.stream::stop)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.stream.getMessages()).last()
			.extracting(Message::content, Message::status)
			.containsExactly("Hello", Status.STOPPED);
		assertThat(this.stream.isStreaming()).isFalse();
		assertThat(this.stream.getUsage().estimated()).isTrue();
		assertThat(this.stream.getUsage().completionTokens()).isPositive();
	}

	@Test
	void stopWithoutACallDoesNothing() {
		this.stream.stop();
		assertThat(this.stream.getMessages()).isEmpty();
	}

	@Test
	void stopFromAListenerEndsTheAnswerThere() {
		this.server.respond("Hel", "lo").thenStall();
		this.stream.on(AIStreamEvent.TOKEN, (token) -> this.stream.stop());
		Answers.events(this.stream.send("Hi"));
		assertThat(this.stream.getMessages()).last()
			.extracting(Message::content, Message::status)
			.containsExactly("Hel", Status.STOPPED);
	}

	@Test
	void stopEndsAWaitBetweenTries() {
		this.server.respond().status(503);
		this.server.respond("never");
		AIStream patient = this.stream.mutate()
			.retry(RetryConfig.defaults().withDelay(Duration.ofSeconds(60), Duration.ofSeconds(60)))
			.build();
		StepVerifier.create(patient.send("Hi"))
			.expectNextMatches(StreamEvent.Retry.class::isInstance)
			.then(patient::stop)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(1);
		assertThat(patient.getMessages()).extracting(Message::role).containsExactly(Role.USER);
		assertThat(patient.getUsage()).isEqualTo(Usage.NONE);
	}

	@Test
	void cancellingCountsAsStop() {
		this.server.respond("Hel").thenStall();
		Answers.tokens(this.stream.send("Hi")).next().block(TIMEOUT);
		assertThat(this.stream.getMessages()).last()
			.extracting(Message::content, Message::status)
			.containsExactly("Hel", Status.STOPPED);
	}

	@Test
	void aFailureKeepsWhatArrived() {
		this.server.respond("Hel").pause(Duration.ofMillis(50)).thenCut();
		this.stream.send("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.stream.getMessages()).last()
			.extracting(Message::content, Message::status)
			.containsExactly("Hel", Status.FAILED);
	}

	@Test
	void aMessageWithoutAnAnswerIsNotSentAgainWithTheNext() {
		this.server.respond().status(400);
		this.server.respond("Hello");
		this.stream.send("Unanswered").onErrorComplete().blockLast(TIMEOUT);
		Answers.text(this.stream.send("Answered"));
		assertThat(this.server.lastRequest().body()).contains("\"Answered\"").doesNotContain("Unanswered");
		assertThat(this.stream.getMessages()).extracting(Message::content)
			.containsExactly("Unanswered", "Answered", "Hello");
	}

	@Test
	void retryAnswersAMessageThatGotNoAnswer() {
		this.server.respond().status(400);
		this.server.respond("Hello");
		this.stream.send("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(Answers.text(this.stream.retry())).isEqualTo("Hello");
		assertThat(this.stream.getMessages()).extracting(Message::content).containsExactly("Hi", "Hello");
	}

	@Test
	void retryReplacesTheLastAnswer() {
		this.server.respond("one");
		this.server.respond("two");
		Answers.text(this.stream.send("Hi"));
		Answers.text(this.stream.retry());
		assertThat(this.stream.getMessages()).extracting(Message::content).containsExactly("Hi", "two");
		assertThat(this.server.lastRequest().body()).doesNotContain("one");
	}

	@Test
	void retryOfNothingIsEmpty() {
		StepVerifier.create(this.stream.retry()).expectComplete().verify(TIMEOUT);
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void resetStopsAndForgets() {
		this.server.respond("Hel").usage(9, 2).thenStall();
		this.stream.on(AIStreamEvent.RESET, (messages) -> this.told.add("RESET " + messages.size()));
		StepVerifier.create(Answers.tokens(this.stream.send("Hi")))
			.expectNext("Hel")
			.then(this.stream::reset)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.stream.getMessages()).isEmpty();
		assertThat(this.stream.getUsage()).isEqualTo(Usage.NONE);
		assertThat(this.told).containsExactly("RESET 2");
		await().atMost(TIMEOUT).until(() -> this.server.lastRequest().isClosedByClient());
	}

	@Test
	void aListenerMayResetWhenACallFails() {
		this.server.respond().status(400);
		this.stream.on(AIStreamEvent.ERROR, (ex) -> this.stream.reset());
		this.stream.send("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.stream.getMessages()).isEmpty();
	}

	@Test
	void listenersHearEverythingInOrder() {
		this.server.respond("Hel", "lo").usage(9, 2);
		listen();
		Answers.events(this.stream.send("Hi"));
		assertThat(this.told).containsExactly("MESSAGE user", "STREAMING_START", "TOKEN", "TOKEN", "USAGE",
				"MESSAGE assistant", "STREAMING_END COMPLETE");
	}

	@Test
	void listenersHearOfAFailureOnce() {
		this.server.respond().status(503);
		this.server.respond().status(400);
		AIStream retrying = this.stream.mutate()
			.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
			.onError((ex) -> this.told.add("ERROR " + ex.getMessage()))
			.on(AIStreamEvent.RETRY, (retry) -> this.told.add("RETRY " + retry.attempt()))
			.on(AIStreamEvent.STREAMING_START, (messages) -> this.told.add("STREAMING_START"))
			.on(AIStreamEvent.STREAMING_END, (end) -> this.told.add("STREAMING_END " + end.outcome()))
			.build();
		retrying.stream("Hi").onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.told).containsExactly("STREAMING_START", "RETRY 1", "ERROR HTTP 400: Bad Request",
				"STREAMING_END FAILED");
	}

	@Test
	void aListenerThatThrowsDisturbsNobody() {
		this.server.respond("Hel", "lo");
		this.stream.on(AIStreamEvent.TOKEN, (token) -> {
			throw new IllegalStateException("A listener's own fault");
		});
		listen();
		assertThat(Answers.text(this.stream.send("Hi"))).isEqualTo("Hello");
		assertThat(this.told).filteredOn("TOKEN"::equals).hasSize(2);
	}

	@Test
	void aRemovedListenerHearsNothing() {
		this.server.respond("Hello");
		ListenerRegistration registration = this.stream.on(AIStreamEvent.TOKEN, (token) -> this.told.add("TOKEN"));
		registration.remove();
		registration.remove();
		Answers.text(this.stream.send("Hi"));
		assertThat(this.told).isEmpty();
	}

	@Test
	void usageOfTurnsAddsUpAndEachCountsOnce() {
		this.server.respond("one").usage(5, 1).usage(9, 2);
		this.server.respond("two").usage(20, 3);
		Answers.text(this.stream.send("Hi"));
		assertThat(this.stream.getUsage()).isEqualTo(Usage.of(9, 2));
		Answers.text(this.stream.send("And?"));
		assertThat(this.stream.getUsage()).isEqualTo(Usage.of(29, 5));
	}

	@Test
	void aStatelessCallLeavesTheConversationAlone() {
		this.server.respond("Hello").usage(9, 2);
		listen();
		Answers.text(this.stream.stream("Hi"));
		assertThat(this.stream.getMessages()).isEmpty();
		assertThat(this.stream.getUsage()).isEqualTo(Usage.NONE);
		assertThat(this.told).containsExactly("STREAMING_START", "TOKEN", "USAGE", "STREAMING_END " + Outcome.COMPLETE);
	}

	private void listen() {
		this.stream.on(AIStreamEvent.MESSAGE, (message) -> this.told.add("MESSAGE " + message.role()));
		this.stream.on(AIStreamEvent.STREAMING_START, (messages) -> this.told.add("STREAMING_START"));
		this.stream.on(AIStreamEvent.TOKEN, (token) -> this.told.add("TOKEN"));
		this.stream.on(AIStreamEvent.USAGE, (report) -> this.told.add("USAGE"));
		this.stream.on(AIStreamEvent.STREAMING_END, (end) -> this.told.add("STREAMING_END " + end.outcome()));
	}

}

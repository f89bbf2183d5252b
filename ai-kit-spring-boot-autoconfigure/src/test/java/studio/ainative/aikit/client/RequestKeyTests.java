package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.client.RetryConfig.MidStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By which key a request is sent again when nothing has come back.
 */
class RequestKeyTests {

	private static final String ID = "0123456789abcdef0123456789abcdef";

	private final ScriptedServer server = ScriptedServer.start(Dialect.AI_KIT);

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void staysTheSameUntilThereIsAnAnswer() {
		this.server.respond().thenCut();
		this.server.respond().thenReset();
		this.server.respond().status(503);
		this.server.respond("a");
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
		assertThat(keys()).hasSize(4).allMatch((key) -> key.equals(keys().get(0)) && key.length() == 36);
	}

	@Test
	void isAnotherForEachCall() {
		AIStream stream = stream().build();
		this.server.respond("a");
		this.server.respond("b");
		Answers.text(stream.stream("Hi"));
		Answers.text(stream.stream("Hi"));
		this.server.respond("c");
		this.server.respond("d");
		Answers.text(stream.send("Hi"));
		Answers.text(stream.retry());
		assertThat(keys()).hasSize(4).doesNotContain("").doesNotHaveDuplicates();
	}

	@Test
	void isAnotherOnceTheFirstAnswerHasFailed() {
		this.server.respond()
			.header("AI-Kit-Stream-Id", ID)
			.raw("event: error\ndata: {\"error\":\"x\",\"code\":\"overloaded_error\"}\n\n")
			.thenEnd();
		this.server.respond("a");
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
		assertThat(keys()).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void isAnotherForAnAnswerThatBeginsAgain() {
		this.server.respond("a").thenCut();
		this.server.respond("b");
		AIStream stream = stream().retry(fast().withMidStream(MidStream.RESTART)).build();
		assertThat(Answers.text(stream.stream("Hi"))).endsWith("b");
		assertThat(keys()).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void isAnotherWhereTheServerAnswersNoKeyTwice() {
		this.server.respond().thenCut();
		this.server.respond().status(409);
		this.server.respond("a");
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("a");
		List<String> keys = keys();
		assertThat(keys).hasSize(3);
		assertThat(keys.get(1)).isEqualTo(keys.get(0));
		assertThat(keys.get(2)).isNotEmpty().isNotEqualTo(keys.get(0));
	}

	@Test
	void isTheApplicationsWhereItHasOne() {
		this.server.respond("a");
		Answers.text(stream().header("Idempotency-Key", "mine").build().stream("Hi"));
		assertThat(keys()).containsExactly("mine");
	}

	@Test
	void isNotSentWhereNothingIsReadOn() {
		this.server.respond("a");
		Answers.text(stream().provider(new AiKitProvider(null)).build().stream("Hi"));
		try (ScriptedServer other = ScriptedServer.start()) {
			other.respond("a");
			Answers.text(stream().provider(new OpenAIProvider())
				.endpoint(other.uri())
				.model("m")
				.build()
				.stream(List.of(Message.user("Hi"))));
			assertThat(other.lastRequest().header("Idempotency-Key")).isNull();
		}
		assertThat(this.server.lastRequest().header("Idempotency-Key")).isNull();
	}

	@Test
	void belongsToOneTarget() {
		try (ScriptedServer other = ScriptedServer.start(Dialect.AI_KIT)) {
			this.server.respond().thenCut();
			other.respond().thenCut();
			this.server.respond("a");
			AIStream stream = stream().fallback("other", stream().endpoint(other.uri())).build();
			assertThat(Answers.text(stream.stream("Hi"))).isEqualTo("a");
			assertThat(keys()).hasSize(2).allMatch((key) -> key.equals(keys().get(0)));
			assertThat(other.lastRequest().header("Idempotency-Key")).isNotNull().isNotEqualTo(keys().get(0));
		}
	}

	private List<String> keys() {
		return this.server.requests()
			.stream()
			.map((RecordedRequest request) -> Objects.requireNonNullElse(request.header("Idempotency-Key"), ""))
			.toList();
	}

	private static RetryConfig fast() {
		return RetryConfig.defaults().withJitter(0).withDelay(Duration.ofMillis(1), Duration.ofMillis(1));
	}

	private AIStream.Builder stream() {
		return AIStream.builder().endpoint(this.server.uri()).provider(new AiKitProvider()).retry(fast());
	}

}

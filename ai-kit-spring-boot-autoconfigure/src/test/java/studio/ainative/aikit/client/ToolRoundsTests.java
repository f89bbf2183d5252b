package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.TokenBudget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The rounds of an answer with tools, as its reader and the model see them.
 */
class ToolRoundsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final ToolProvider OPENAI = ToolProvider.OPENAI;

	private ScriptedServer server = OPENAI.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	private AIStream.Builder stream(ToolFunction weather) {
		return OPENAI.weather(this.server, weather);
	}

	private static List<Object> finishReasons(List<StreamEvent> events) {
		return Answers.only(events, StreamEvent.Metadata.class)
			.stream()
			.map((metadata) -> metadata.values().get(StreamEvent.Metadata.FINISH_REASON))
			.filter(Objects::nonNull)
			.toList();
	}

	private JsonNode request(int number) {
		return JsonMapper.shared().readTree(this.server.requests().get(number).body());
	}

	@ParameterizedTest
	@EnumSource
	void asksAgainWithTheResultsOfWhatTheModelCalls(ToolProvider provider) {
		this.server.close();
		this.server = provider.start();
		provider.respond(this.server, "tool_calls", provider.call(0, "c1", "weather", "{\"city\":\"Rome\"}"),
				provider.call(1, "c2", "weather", "{\"city\":\"Oslo\"}"));
		this.server.respond("Nice", " there").usage(20, 7);
		List<StreamEvent> events = Answers
			.events(provider.weather(this.server, (call) -> Map.of("sky", "clear in " + call.arguments().get("city")))
				.build()
				.stream("How is it?"));
		assertThat(Answers.results(events)).containsExactlyInAnyOrder(
				new StreamEvent.ToolResult("c1", "weather", "{\"sky\":\"clear in Rome\"}", false),
				new StreamEvent.ToolResult("c2", "weather", "{\"sky\":\"clear in Oslo\"}", false));
		assertThat(Answers.only(events, StreamEvent.ToolCall.class)).isNotEmpty()
			.allMatch(StreamEvent.ToolCall::handled);
		assertThat(Answers.text(events)).isEqualTo("Nice there");
		assertThat(finishReasons(events)).containsExactly(FinishReason.STOP.toString());
		List<Usage> usage = Answers.only(events, StreamEvent.UsageReport.class)
			.stream()
			.map(StreamEvent.UsageReport::usage)
			.toList();
		assertThat(usage.get(usage.size() - 1)).as("both rounds")
			.satisfies((sum) -> assertThat(sum.promptTokens()).isEqualTo(30))
			.satisfies((sum) -> assertThat(sum.completionTokens()).isGreaterThanOrEqualTo(7));
		assertThat(this.server.requests()).hasSize(2)
			.allSatisfy((request) -> assertThat(request.body()).contains("Tells the weather."));
		String second = this.server.lastRequest().body();
		assertThat(second).contains("c1", "c2", "clear in Rome", "clear in Oslo");
		assertThat(second.indexOf("clear in Rome")).isLessThan(second.indexOf("clear in Oslo"));
		if (provider != ToolProvider.OPENAI) {
			assertThat(second).as("reasoning").contains(":\"s1\"");
		}
	}

	@Test
	void toTheReaderAllRoundsAreOneAnswer() {
		this.server.respond().raw("""
				data: {"id":"one","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Let me see."}}]}

				""" + OPENAI.call(0, "same", "weather", "{}") + OPENAI.end("tool_calls", 10, 5)).thenEnd();
		this.server.respond().raw("""
				data: {"id":"two","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Once more."}}]}

				""" + OPENAI.call(0, "same", "weather", "") + OPENAI.end("tool_calls", 10, 5)).thenEnd();
		this.server.respond("Clear").usage(10, 5);
		List<StreamEvent> events = Answers.events(stream((call) -> "clear").build().stream("Hi"));
		assertThat(Answers.only(events, StreamEvent.Token.class)).extracting(StreamEvent.Token::index)
			.containsExactly(0, 1, 2);
		assertThat(Answers.only(events, StreamEvent.ToolCall.class)).extracting(StreamEvent.ToolCall::index)
			.containsOnly(0, 1)
			.isSorted();
		assertThat(Answers.results(events)).extracting(StreamEvent.ToolResult::callId)
			.doesNotHaveDuplicates()
			.hasSize(2);
		assertThat(Answers.only(events, StreamEvent.Metadata.class)).extracting((facts) -> facts.values().get("id"))
			.contains("one")
			.doesNotContain("two");
		assertThat(finishReasons(events)).containsExactly("stop");
		assertThat(Answers.only(events, StreamEvent.UsageReport.class))
			.extracting((report) -> report.usage().totalTokens())
			.containsExactly(15L, 30L, 45L);
		JsonNode last = request(2).path("messages");
		assertThat(last.path(3).path("content").asString()).isEqualTo("Once more.");
		assertThat(last.path(3).path("tool_calls").path(0).path("function").path("arguments").asString())
			.isEqualTo("{}");
	}

	@Test
	void callsForWhichThereIsNoFunctionReachTheCaller() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		List<StreamEvent> events = Answers.events(OPENAI.builder(this.server)
			.option("tools", List.of(Map.of("type", "function", "function", Map.of("name", "weather"))))
			.build()
			.stream("Hi"));
		assertThat(Answers.only(events, StreamEvent.ToolCall.class)).isNotEmpty()
			.noneMatch(StreamEvent.ToolCall::handled);
		assertThat(finishReasons(events)).containsExactly("tool_calls");
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void toolsOfTheCallerStandBesideThoseWithFunctions() {
		OPENAI.respond(this.server, "tool_calls", OPENAI.call(0, "c1", "weather", "{}"),
				OPENAI.call(1, "c2", "confirm", "{}"));
		List<StreamEvent> events = Answers
			.events(stream((call) -> "clear").build()
				.stream(List.of(Message.user("Hi")), CallOptions.defaults()
					.withOption("tools", List.of(Map.of("type", "function", "function", Map.of("name", "confirm")),
							Map.of("type", "function", "function", Map.of("name", "weather"))))));
		assertThat(request(0).path("tools").findValuesAsString("name")).containsExactly("weather", "confirm");
		assertThat(Answers.results(events)).extracting(StreamEvent.ToolResult::callId).containsExactly("c1");
		assertThat(Answers.only(events, StreamEvent.ToolCall.class)).filteredOn((call) -> call.index() == 1)
			.isNotEmpty()
			.noneMatch(StreamEvent.ToolCall::handled);
		assertThat(finishReasons(events)).containsExactly("tool_calls");
		assertThat(events.indexOf(Answers.results(events).get(0)))
			.isLessThan(events.indexOf(Answers.only(events, StreamEvent.Metadata.class)
				.stream()
				.filter((facts) -> facts.values().containsKey(StreamEvent.Metadata.FINISH_REASON))
				.findFirst()
				.orElseThrow()));
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aCutAnswerRunsNothing() {
		OPENAI.respond(this.server, "length", OPENAI.call(0, "c1", "weather", "{\"ci"));
		List<StreamEvent> events = Answers.events(stream((call) -> {
			throw new AssertionError();
		}).build().stream("Hi"));
		assertThat(Answers.results(events))
			.containsExactly(new StreamEvent.ToolResult("c1", "weather", ToolRun.CUT, true));
		assertThat(finishReasons(events)).containsExactly("length");
	}

	@Test
	void aModelThatComesToNoEndIsStopped() {
		for (int round = 0; round < 3; round++) {
			OPENAI.respondCall(this.server, "c" + round, "weather", "{}");
		}
		StepVerifier
			.create(stream((call) -> "clear").toolLimits(ToolLimits.defaults().withMaxRounds(2)).build().stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ToolLimitException.class)
				.hasMessage("The model has called tools in more than 2 rounds"))
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(3);
	}

	@Test
	void tooManyCallsAtOnceFail() {
		StringBuilder calls = new StringBuilder();
		for (int call = 0; call <= ToolLimitException.MAX_CALLS; call++) {
			calls.append(OPENAI.call(call, "c" + call, "weather", "{}"));
		}
		OPENAI.respond(this.server, "tool_calls", calls.toString());
		StepVerifier.create(stream((call) -> "clear").build().stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectError(ToolLimitException.class)
			.verify(TIMEOUT);
	}

	@Test
	void theBudgetCoversAllRounds() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		StepVerifier.create(stream((call) -> "word ".repeat(500)).budget(TokenBudget.of(300)).build().stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectError(BudgetExceededException.class)
			.verify(TIMEOUT);
		assertThat(this.server.requests()).as("the second was not sent").hasSize(1);
	}

	@Test
	void aLaterRoundIsRetriedWithoutTakingAnythingBack() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond().status(503);
		this.server.respond("Clear").usage(10, 5);
		AtomicReference<StreamEvent.Retry> told = new AtomicReference<>();
		List<StreamEvent> events = Answers
			.events(stream((call) -> "clear").on(AIStreamEvent.RETRY, told::set).build().stream("Hi"));
		assertThat(Answers.only(events, StreamEvent.Retry.class)).isEmpty();
		assertThat(told.get()).isNotNull();
		assertThat(Answers.text(events)).isEqualTo("Clear");
		assertThat(this.server.requests()).extracting(RecordedRequest::body)
			.element(2)
			.isEqualTo(this.server.requests().get(1).body());
	}

	@Test
	void aLaterRoundThatBreaksAmidItsTextFails() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond("Cle").thenCut();
		StepVerifier
			.create(stream((call) -> "clear").retry(RetryConfig.defaults().withMidStream(RetryConfig.MidStream.RESTART))
				.build()
				.stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void aFallbackIsToldOfToolsAndResults() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond().status(503);
		try (ScriptedServer backup = ToolProvider.ANTHROPIC.start()) {
			backup.respond("Clear");
			List<StreamEvent> events = Answers
				.events(stream((call) -> "clear skies").fallback("backup", ToolProvider.ANTHROPIC.builder(backup))
					.build()
					.stream("Hi"));
			assertThat(Answers.text(events)).isEqualTo("Clear");
			assertThat(Answers.only(events, StreamEvent.Retry.class)).isEmpty();
			assertThat(backup.lastRequest().body()).contains("Tells the weather.", "clear skies", "tool_result");
		}
	}

	@Test
	void aModelThatHasToCallAToolHasToDoSoOnce() {
		OPENAI.respond(this.server, "stop", OPENAI.call(0, "c1", "weather", "{}"));
		this.server.respond("Clear");
		List<StreamEvent> events = Answers
			.events(stream((call) -> "clear").option("tool_choice", "required").build().stream("Hi"));
		assertThat(Answers.text(events)).isEqualTo("Clear");
		assertThat(request(0).path("tool_choice").asString()).isEqualTo("required");
		assertThat(request(1).has("tool_choice")).isFalse();
	}

	@Test
	void aConversationKeepsCallsAndResults() {
		this.server.respond().raw("""
				data: {"id":"one","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Let me see."}}]}

				""" + OPENAI.call(0, "c1", "weather", "{}") + OPENAI.end("tool_calls", 10, 5)).thenEnd();
		this.server.respond("Clear").usage(20, 5);
		this.server.respond("Sure").usage(40, 5);
		AIStream stream = stream((call) -> "clear").build();
		List<Message> told = new CopyOnWriteArrayList<>();
		stream.on(AIStreamEvent.MESSAGE, told::add);
		Answers.events(stream.send("How is it?"));
		assertThat(stream.getMessages()).extracting(Message::role)
			.containsExactly(Message.Role.USER, Message.Role.ASSISTANT, Message.Role.TOOL, Message.Role.ASSISTANT);
		assertThat(stream.getMessages()).extracting(Message::content)
			.containsExactly("How is it?", "Let me see.", "", "Clear");
		assertThat(told).isEqualTo(stream.getMessages());
		assertThat(stream.getUsage().totalTokens()).isEqualTo(40);
		Answers.events(stream.send("Sure?"));
		assertThat(request(2).path("messages").findValuesAsString("role")).containsExactly("user", "assistant", "tool",
				"assistant", "user");
		this.server.respond("Quite").usage(40, 5);
		Answers.events(stream.retry());
		assertThat(stream.getMessages()).last().extracting(Message::content).isEqualTo("Quite");
		assertThat(stream.getMessages()).hasSize(6);
	}

	@Test
	void aTurnThatEndedAmidItsToolsIsLeftOutOfTheNextRequest() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond().status(400);
		this.server.respond("Fine");
		AIStream stream = stream((call) -> "clear").build();
		stream.send("How is it?").onErrorComplete().blockLast(TIMEOUT);
		assertThat(stream.getMessages()).extracting(Message::role)
			.containsExactly(Message.Role.USER, Message.Role.ASSISTANT, Message.Role.TOOL);
		Answers.events(stream.send("And you?"));
		assertThat(request(2).path("messages").findValuesAsString("content")).containsExactly("And you?");
		await().untilAsserted(() -> assertThat(stream.isStreaming()).isFalse());
	}

	@Test
	void variantsHaveTheToolsToo() {
		this.server.respond("Hi");
		Answers.events(stream((call) -> "clear").build().mutate().provider(new OpenAIProvider()).build().stream("Hi"));
		assertThat(request(0).path("tools").size()).isOne();
	}

}

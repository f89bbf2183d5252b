package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Functions of tools, with whatever may go wrong in them.
 */
class ToolTests {

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

	@Test
	void functionsRunBesideOneAnother() {
		OPENAI.respond(this.server, "tool_calls", OPENAI.call(0, "c1", "weather", "{}"),
				OPENAI.call(1, "c2", "weather", "{}"));
		this.server.respond("Done");
		CountDownLatch both = new CountDownLatch(2);
		List<StreamEvent> events = Answers.events(stream((call) -> {
			both.countDown();
			return both.await(30, TimeUnit.SECONDS);
		}).toolLimits(ToolLimits.defaults().withTimeout(TIMEOUT)).build().stream("Hi"));
		assertThat(Answers.results(events)).extracting(StreamEvent.ToolResult::result).containsExactly("true", "true");
	}

	@Test
	void functionsMayBlockTheirThread() {
		assertThat(result((call) -> Schedulers.isInNonBlockingThread(), "{}").result()).isEqualTo("false");
	}

	@Test
	void anExceptionBecomesAResultWithoutItsText() {
		assertResult((call) -> {
			throw new IllegalStateException("canary");
		}, "{}", ToolRun.FAILED);
		assertThat(this.server.lastRequest().body()).doesNotContain("canary");
	}

	@Test
	void aStackOverflowBecomesAResult() {
		assertResult(ToolTests::overflow, "{}", ToolRun.FAILED);
	}

	// The point of it
	@SuppressWarnings("InfiniteRecursion")
	private static Object overflow(ToolInvocation call) {
		return overflow(call).toString();
	}

	/** Whether or not its thread has begun it by then. */
	@Test
	void ofAFunctionThatHangsTheModelIsTold() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond("Pity");
		List<StreamEvent> events = Answers.events(stream((call) -> hang(new CountDownLatch(1)))
			.toolLimits(ToolLimits.defaults().withTimeout(Duration.ofMillis(50)))
			.build()
			.stream("Hi"));
		assertThat(Answers.results(events))
			.containsExactly(new StreamEvent.ToolResult("c1", "weather", "The tool did not end within 0.05 s.", true));
		assertThat(Answers.text(events)).isEqualTo("Pity");
	}

	private static Object hang(CountDownLatch interrupted) throws InterruptedException {
		try {
			new CountDownLatch(1).await();
			return "never";
		}
		catch (InterruptedException ex) {
			interrupted.countDown();
			throw ex;
		}
	}

	@Test
	void aResultOf50MegabytesIsRefused() {
		String sentence = "The tool's result has more than 262144 characters.";
		assertResult((call) -> "x".repeat(50 * 1024 * 1024), "{}", sentence);
		assertResult((call) -> List.of("x".repeat(50 * 1024 * 1024)), "{}", sentence);
		assertThat(this.server.requests()).allMatch((request) -> request.body().length() < 10_000);
	}

	@Test
	void aResultThatHasNoFormInJsonIsAFailure() {
		List<Object> itself = new ArrayList<>();
		itself.add(itself);
		assertResult((call) -> itself, "{}", ToolRun.FAILED);
	}

	@Test
	void aResultThatIsNoJsonIsText() {
		assertThat(result((call) -> "{clear", "{}"))
			.isEqualTo(new StreamEvent.ToolResult("c1", "weather", "{clear", false));
		assertThat(result((call) -> null, "{}")).isEqualTo(new StreamEvent.ToolResult("c1", "weather", "", false));
	}

	@Test
	void argumentsThatAreNoObjectDoNotReachTheFunction() {
		ToolFunction unreached = (call) -> {
			throw new AssertionError();
		};
		assertResult(unreached, "{\"city\":", ToolRun.NO_OBJECT);
		assertResult(unreached, "[1]", ToolRun.NO_OBJECT);
		assertResult(unreached, "{} {}", ToolRun.NO_OBJECT);
		assertResult(unreached, "x".repeat(1024 * 1024), ToolRun.NO_OBJECT);
		assertResult(unreached, "[".repeat(100_000), ToolRun.NO_OBJECT);
	}

	@Test
	void argumentsThatDoNotFitAreToldToBe() {
		assertResult((call) -> call.arguments(Place.class).city(), "{\"city\":{\"canary\":1}}", ToolRun.NOT_FITTING);
		assertThat(result((call) -> call.arguments(Place.class).city(), "{\"city\":\"Rome\",\"more\":1}").result())
			.isEqualTo("Rome");
	}

	record Place(String city) {
	}

	@Test
	void aToolThatThereIsNotIsToldToBeNone() {
		OPENAI.respondCall(this.server, "c1", "wether", "{}");
		this.server.respond("Sorry");
		List<StreamEvent> events = Answers.events(stream((call) -> "clear").build().stream("Hi"));
		assertThat(Answers.results(events))
			.containsExactly(new StreamEvent.ToolResult("c1", "wether", ToolRun.UNKNOWN, true));
		assertThat(Answers.text(events)).isEqualTo("Sorry");
	}

	@Test
	void whatTheExecutorRejectsIsToldToTheModel() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond("Later");
		List<StreamEvent> events = Answers.events(stream((call) -> "clear").toolExecutor((work) -> {
			throw new RejectedExecutionException();
		}).build().stream("Hi"));
		assertThat(Answers.results(events)).extracting(StreamEvent.ToolResult::result).containsExactly(ToolRun.BUSY);
	}

	private void assertResult(ToolFunction weather, String arguments, String sentence) {
		assertThat(result(weather, arguments)).isEqualTo(new StreamEvent.ToolResult("c1", "weather", sentence, true));
	}

	private StreamEvent.ToolResult result(ToolFunction weather, String arguments) {
		OPENAI.respondCall(this.server, "c1", "weather", arguments);
		this.server.respond("Well");
		List<StreamEvent> events = Answers.events(stream(weather).build().stream("Hi"));
		assertThat(Answers.text(events)).isEqualTo("Well");
		assertThat(Answers.results(events)).hasSize(1);
		return Answers.results(events).get(0);
	}

	@Test
	void whoeverLeavesInterruptsTheFunction() throws Exception {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		AtomicReference<Throwable> dropped = new AtomicReference<>();
		Disposable reader = stream((call) -> {
			running.countDown();
			return hang(interrupted);
		}).build().stream("Hi").subscribe(null, dropped::set);
		assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
		reader.dispose();
		assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(dropped).hasNullValue();
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void whoeverStopsInterruptsTheFunctionAndKeepsTheConversationValid() throws Exception {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		AIStream stream = stream((call) -> {
			running.countDown();
			return hang(interrupted);
		}).build();
		CountDownLatch completed = new CountDownLatch(1);
		stream.send("Hi").doOnComplete(completed::countDown).subscribe();
		assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
		stream.stop();
		assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(stream.getMessages()).extracting(Message::role).containsExactly(Message.Role.USER);
	}

	@Test
	void theTimeInTotalCoversTools() {
		OPENAI.respondCall(this.server, "c1", "weather", "{}");
		StepVerifier
			.create(stream((call) -> hang(new CountDownLatch(1)))
				.timeouts(StreamTimeouts.defaults().withTotal(Duration.ofSeconds(2)))
				.build()
				.stream("Hi"))
			.thenConsumeWhile((event) -> true)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(StreamTimeoutException.class))
			.verify(TIMEOUT);
	}

	@Test
	void refusesWhatCanNotBeTold() {
		assertThatIllegalStateException()
			.isThrownBy(() -> AIStream.builder()
				.provider(new AiKitProvider())
				.endpoint(this.server.uri())
				.tool("weather", "", "", (call) -> "")
				.build())
			.withMessage("The provider 'ai-kit' can't tell a model of tools: leave the tools out, or choose another "
					+ "provider");
		assertThatIllegalStateException().isThrownBy(
				() -> stream((call) -> "").fallback("other", AIStream.builder().endpoint(this.server.uri())).build());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> stream((call) -> "").tool("weather", "", "", (call) -> ""))
			.withMessage("There is a tool 'weather' already");
		assertThatIllegalArgumentException().isThrownBy(() -> Tool.of("a b", "", "", (call) -> ""));
		assertThatIllegalArgumentException().isThrownBy(() -> ToolLimits.defaults().withMaxRounds(0));
		assertThatIllegalArgumentException().isThrownBy(() -> ToolLimits.defaults().withTimeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> ToolLimits.defaults().withMaxResultSize(0));
	}

}

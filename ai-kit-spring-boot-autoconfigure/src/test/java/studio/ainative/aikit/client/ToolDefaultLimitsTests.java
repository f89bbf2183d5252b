package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much a model may do with tools where nobody has said how much.
 */
class ToolDefaultLimitsTests {

	private final StrictProvider provider = new StrictProvider(false);

	private VirtualTimeScheduler time;

	private final List<StreamEvent> events = new ArrayList<>();

	private Throwable failure;

	@BeforeEach
	void stopTime() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void letTimeRun() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void aModelIsAskedNineTimesAtMost() {
		ask(Runnable::run);
		for (int round = 1; round <= 9; round++) {
			assertThat(this.failure).isNull();
			assertThat(this.provider.asked()).hasSize(round);
			call("call-" + round);
		}
		assertThat(this.failure).isInstanceOf(ToolLimitException.class)
			.hasMessage("The model has called tools in more than 8 rounds");
		assertThat(this.provider.asked()).hasSize(9);
		assertThat(Answers.results(this.events)).hasSize(8);
	}

	@Test
	void aFunctionMayTake30Seconds() {
		ask((work) -> {
			// Never done
		});
		call("call");
		this.time.advanceTimeBy(Duration.ofMillis(29_999));
		assertThat(this.provider.asked()).hasSize(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(Answers.results(this.events)).containsExactly(
				new StreamEvent.ToolResult("call", "weather", "The tool did not end within 30.0 s.", true));
		assertThat(this.provider.asked()).hasSize(2);
		this.provider.finish();
		assertThat(this.failure).isNull();
	}

	@Test
	void aFunctionThatHangsIsInterruptedAndTheModelToldSo() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		ask((work) -> new Thread(work, "tool").start(), (call) -> {
			running.countDown();
			try {
				new CountDownLatch(1).await();
				return "never";
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				throw ex;
			}
		});
		call("call");
		assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(Answers.results(this.events)).containsExactly(
				new StreamEvent.ToolResult("call", "weather", "The tool did not end within 30.0 s.", true));
		assertThat(this.provider.asked()).hasSize(2);
		this.provider.finish();
		assertThat(this.failure).isNull();
	}

	private void ask(Executor executor) {
		ask(executor, (call) -> "clear");
	}

	private void ask(Executor executor, ToolFunction function) {
		AIStream.builder()
			.provider(new OpenAIProvider())
			.model("a-model")
			.apiKey("a-key")
			.webClientBuilder(this.provider.webClientBuilder())
			.tool("weather", "Tells the weather", "", function)
			.toolExecutor(executor)
			.build()
			.stream("q1.")
			.subscribe(this.events::add, (ex) -> this.failure = ex);
	}

	private void call(String id) {
		this.provider.call(0, id, "weather", "{}");
		this.provider.finish("tool_calls");
	}

}

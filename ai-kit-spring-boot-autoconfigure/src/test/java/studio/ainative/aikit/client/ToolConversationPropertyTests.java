package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A conversation with tools stays one that the strictest provider takes, whatever a
 * person, a provider, the tools and the time do, in whatever order.
 */
class ToolConversationPropertyTests {

	private static final int WALKS = 2000;

	private static final int MAX_STEPS = 100;

	@Test
	void staysValidWhateverHappensInWhateverOrder() {
		AtomicInteger rounds = new AtomicInteger();
		for (long seed = 0; seed < WALKS; seed++) {
			VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
			try {
				new Walk(new Random(seed), time, rounds).run();
			}
			catch (AssertionError ex) {
				throw new AssertionError("Seed " + seed, ex);
			}
			finally {
				VirtualTimeScheduler.reset();
			}
		}
		assertThat(rounds).as("requests with results").hasValueGreaterThan(1000);
	}

	/** One conversation. */
	private static final class Walk {

		private static final List<String> ARGUMENTS = List.of("{}", "", "{", "[]", "7", "{\\\"fails\\\":1}");

		private static final List<String> TOOLS = List.of("weather", "weather", "weather", "un.known");

		private final Random random;

		private final VirtualTimeScheduler time;

		private final StrictProvider provider = new StrictProvider(false);

		private final AIStream stream;

		private final List<Answer> answers = new ArrayList<>();

		private int questions;

		private int calls;

		/** Of the round that is being answered. */
		private int called;

		private final AtomicInteger rounds;

		Walk(Random random, VirtualTimeScheduler time, AtomicInteger rounds) {
			this.random = random;
			this.time = time;
			this.rounds = rounds;
			this.stream = AIStream.builder()
				.provider(new OpenAIProvider())
				.model("a-model")
				.apiKey("a-key")
				.webClientBuilder(this.provider.webClientBuilder())
				.retry(RetryConfig.defaults()
					.withDelay(Duration.ofSeconds(1), Duration.ofSeconds(1))
					.withMidStream(random.nextBoolean() ? RetryConfig.MidStream.RESTART : RetryConfig.MidStream.FAIL))
				.tool("weather", "Tells the weather", "", this::weather)
				.toolExecutor(Runnable::run)
				.build();
		}

		private Object weather(ToolInvocation invocation) {
			if (invocation.json().contains("fails")) {
				throw new IllegalStateException("It fails");
			}
			switch (this.random.nextInt(20)) {
				case 0 -> this.stream.stop();
				case 1 -> this.answers.get(this.answers.size() - 1).cancel();
				default -> {
					// As always
				}
			}
			return "sunny";
		}

		void run() {
			int steps = this.random.nextInt(MAX_STEPS + 1);
			for (int step = 0; step < steps; step++) {
				int asked = this.provider.asked().size();
				take(this.random.nextInt(34));
				if (this.provider.asked().size() > asked) {
					this.called = 0;
				}
				verify();
			}
			this.stream.stop();
			this.time.advanceTimeBy(Duration.ofMinutes(5));
			verify();
			assertThat(this.stream.isStreaming()).isFalse();
			assertThat(this.provider.isOpen()).isFalse();
			assertThat(this.answers).allMatch((answer) -> answer.isCancelled || answer.ends == 1);
		}

		private void take(int step) {
			switch (step) {
				case 0, 1, 2, 3, 4, 5 -> answer(true);
				case 6, 7 -> answer(false);
				case 8, 9, 10, 11, 12 -> this.provider.say(text());
				case 13, 14, 15, 16, 17, 18 -> call();
				case 19, 20, 21, 22, 23 -> finish((this.called > 0) ? "tool_calls" : "stop");
				case 24 -> finish("length");
				case 25 -> this.provider.cut();
				case 26 -> this.provider.end();
				case 27 -> this.provider.error("overloaded_error");
				case 28 -> this.stream.stop();
				case 29 -> this.answers.forEach(Answer::cancel);
				case 30 -> this.stream.reset();
				case 31 -> this.time.advanceTimeBy(Duration.ofSeconds(2));
				case 32 -> this.time.advanceTimeBy(Duration.ofSeconds(61));
				default -> this.provider.next(StrictProvider.Next.UNAVAILABLE);
			}
		}

		private void answer(boolean another) {
			if (!this.stream.isStreaming()) {
				Answer answer = new Answer();
				this.answers.add(answer);
				(another ? this.stream.send("q" + this.questions++ + ".") : this.stream.retry()).subscribe(answer);
			}
		}

		private String text() {
			List<String> asked = this.provider.asked();
			return asked.isEmpty() ? "" : asked.get(asked.size() - 1).replace('q', 'a') + " ";
		}

		private void call() {
			this.provider.call(this.called++, "call-" + this.calls++, TOOLS.get(this.random.nextInt(TOOLS.size())),
					ARGUMENTS.get(this.random.nextInt(ARGUMENTS.size())));
		}

		private void finish(String reason) {
			int asked = this.provider.asked().size();
			this.provider.finish(reason);
			this.rounds.addAndGet(this.provider.asked().size() - asked);
		}

		private void verify() {
			assertThat(this.provider.refusals()).isEmpty();
			assertThat(this.answers).allMatch((answer) -> answer.ends <= 1);
			Set<String> open = new HashSet<>();
			for (Message message : this.stream.getMessages()) {
				assertThat(message.role() == Message.Role.TOOL).as("results follow their calls at once")
					.isEqualTo(!open.isEmpty());
				message.parts(MessagePart.ToolResult.class).forEach((result) -> open.remove(result.callId()));
				assertThat(open).as("calls without results").isEmpty();
				message.parts(MessagePart.ToolCall.class).forEach((call) -> open.add(call.id()));
			}
			assertThat(open).as("calls without results").isEmpty();
		}

	}

	/** One answer, as its subscriber sees it. */
	private static final class Answer extends BaseSubscriber<StreamEvent> {

		private int ends;

		private boolean isCancelled;

		@Override
		protected void hookOnNext(StreamEvent event) {
			assertThat(this.ends).isZero();
		}

		@Override
		protected void hookOnComplete() {
			this.ends++;
		}

		@Override
		protected void hookOnError(Throwable failure) {
			this.ends++;
		}

		@Override
		protected void hookOnCancel() {
			this.isCancelled = true;
		}

	}

}

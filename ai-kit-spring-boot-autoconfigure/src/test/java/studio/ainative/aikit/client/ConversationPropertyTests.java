package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.Message.Role;
import studio.ainative.aikit.event.Message.Status;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A conversation stays valid under any interleaving of what a person, a provider and the
 * time may do. What it should be is kept beside it by a model that knows only the rules.
 */
class ConversationPropertyTests {

	private static final int WALKS = 1000;

	private static final int MAX_STEPS = 60;

	@ParameterizedTest
	@EnumSource(RetryConfig.MidStream.class)
	void staysValidWhateverHappensInWhateverOrder(RetryConfig.MidStream midStream) {
		for (long seed = 0; seed < WALKS; seed++) {
			List<Step> walk = walk(new Random(seed));
			AssertionError failure = failure(midStream, walk);
			if (failure != null) {
				List<Step> shortest = shortest(midStream, walk);
				fail("Seed " + seed + ", at its shortest " + shortest, failure(midStream, shortest));
			}
		}
	}

	private static @Nullable AssertionError failure(RetryConfig.MidStream midStream, List<Step> walk) {
		VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
		try {
			Walk conversation = new Walk(midStream, time);
			walk.forEach(conversation::take);
			conversation.end();
			return null;
		}
		catch (AssertionError ex) {
			return ex;
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	/** Leave out step after step as long as the rest still fails. */
	private static List<Step> shortest(RetryConfig.MidStream midStream, List<Step> walk) {
		List<Step> shortest = new ArrayList<>(walk);
		for (int step = shortest.size() - 1; step >= 0; step--) {
			Step left = shortest.remove(step);
			if (failure(midStream, shortest) == null) {
				shortest.add(step, left);
			}
		}
		return shortest;
	}

	private static List<Step> walk(Random random) {
		List<Step> likely = new ArrayList<>();
		for (Step step : Step.values()) {
			likely.addAll(Collections.nCopies(step.weight, step));
		}
		return Stream.generate(() -> likely.get(random.nextInt(likely.size())))
			.limit(random.nextInt(MAX_STEPS + 1))
			.toList();
	}

	@Test
	void staysValidWhenThreadsPullAtIt() throws Exception {
		StrictProvider provider = new StrictProvider(true);
		AIStream stream = AIStream.builder()
			.provider(new OpenAIProvider())
			.apiKey("a-key")
			.webClientBuilder(provider.webClientBuilder())
			.build();
		AtomicInteger questions = new AtomicInteger();
		AtomicInteger seeds = new AtomicInteger();
		Callable<Void> person = () -> {
			Random random = new Random(seeds.getAndIncrement());
			// Who waits for a processor amid a call lets the others be refused: they go
			// on
			for (int step = 0; step < 500 || provider.asked().size() < 500; step++) {
				if (Thread.currentThread().isInterrupted()) {
					throw new InterruptedException();
				}
				switch (random.nextInt(8)) {
					case 0 -> stream.stop();
					case 1 -> stream.retry().onErrorComplete().subscribe();
					case 2 -> stream.reset();
					default -> stream.send("q" + questions.getAndIncrement() + ".").onErrorComplete().subscribe();
				}
			}
			return null;
		};
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			for (Future<Void> done : threads.invokeAll(Collections.nCopies(4, person), 60, TimeUnit.SECONDS)) {
				done.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(provider.refusals()).isEmpty();
		assertThat(stream.isStreaming()).isFalse();
	}

	/** What may happen, and how often. */
	enum Step {

		SEND(6), RETRY(3), TOKEN(8), SPACE(2), USAGE(2), FINISH(5), CUT(1), END(1), OVERLOADED(1), INVALID(1),
		GARBAGE(1), STOP(2), CANCEL(2), RESET(1), LATER(3), MUCH_LATER(1), NEXT_IS_BAD_REQUEST(1),
		NEXT_IS_UNAVAILABLE(2), NEXT_IS_UNREACHABLE(1), STOP_IN_THE_NEXT_TOKEN(1), CANCEL_IN_THE_NEXT_TOKEN(1),
		RESET_IN_THE_NEXT_TOKEN(1), SEND_AT_THE_NEXT_END(1), RETRY_AT_THE_NEXT_END(1), RESET_AT_THE_NEXT_END(1);

		private final int weight;

		Step(int weight) {
			this.weight = weight;
		}

	}

	/** One conversation and its model. */
	private static final class Walk {

		private final VirtualTimeScheduler time;

		private final StrictProvider provider = new StrictProvider(false);

		private final AIStream stream;

		private final List<Turn> turns = new ArrayList<>();

		private final Deque<Message> said = new ArrayDeque<>();

		private final List<String> violations = new ArrayList<>();

		private final Queue<Runnable> inTheNextToken = new ArrayDeque<>();

		private final Queue<Runnable> atTheNextEnd = new ArrayDeque<>();

		private Usage used = Usage.NONE;

		private @Nullable Turn current;

		private int questions;

		Walk(RetryConfig.MidStream midStream, VirtualTimeScheduler time) {
			this.time = time;
			this.stream = AIStream.builder()
				.provider(new OpenAIProvider())
				.model("a-model")
				.apiKey("a-key")
				.webClientBuilder(this.provider.webClientBuilder())
				.retry(RetryConfig.defaults()
					.withDelay(Duration.ofSeconds(1), Duration.ofSeconds(1))
					.withMidStream(midStream))
				.on(AIStreamEvent.MESSAGE, this::message)
				.on(AIStreamEvent.STREAMING_END, this::turnEnded)
				.on(AIStreamEvent.RESET, this::reset)
				.on(AIStreamEvent.TOKEN, (token) -> runOne(this.inTheNextToken))
				.on(AIStreamEvent.STREAMING_END, (end) -> runOne(this.atTheNextEnd))
				.build();
		}

		void take(Step step) {
			switch (step) {
				case SEND -> send();
				case RETRY -> retry();
				case TOKEN -> this.provider.say(answerBegins() ? answer() : "more ");
				case SPACE -> this.provider.say(" ");
				case USAGE -> this.provider.usage(10, 5);
				case FINISH -> this.provider.finish();
				case CUT -> this.provider.cut();
				case END -> this.provider.end();
				case OVERLOADED -> this.provider.error("overloaded_error");
				case INVALID -> this.provider.error("invalid_request_error");
				case GARBAGE -> this.provider.raw("{");
				case STOP -> this.stream.stop();
				case CANCEL -> cancel();
				case RESET -> this.stream.reset();
				case LATER -> this.time.advanceTimeBy(Duration.ofSeconds(2));
				case MUCH_LATER -> this.time.advanceTimeBy(Duration.ofSeconds(61));
				case NEXT_IS_BAD_REQUEST -> this.provider.next(StrictProvider.Next.BAD_REQUEST);
				case NEXT_IS_UNAVAILABLE -> this.provider.next(StrictProvider.Next.UNAVAILABLE);
				case NEXT_IS_UNREACHABLE -> this.provider.next(StrictProvider.Next.UNREACHABLE);
				case STOP_IN_THE_NEXT_TOKEN -> this.inTheNextToken.add(this.stream::stop);
				case CANCEL_IN_THE_NEXT_TOKEN -> this.inTheNextToken.add(this::cancel);
				case RESET_IN_THE_NEXT_TOKEN -> this.inTheNextToken.add(this.stream::reset);
				case SEND_AT_THE_NEXT_END -> this.atTheNextEnd.add(this::send);
				case RETRY_AT_THE_NEXT_END -> this.atTheNextEnd.add(this::retry);
				case RESET_AT_THE_NEXT_END -> this.atTheNextEnd.add(this.stream::reset);
			}
			verify();
		}

		void end() {
			this.inTheNextToken.clear();
			this.atTheNextEnd.clear();
			this.stream.stop();
			this.time.advanceTimeBy(Duration.ofMinutes(5));
			verify();
			assertThat(this.stream.isStreaming()).isFalse();
			assertThat(this.provider.isOpen()).isFalse();
			assertThat(this.turns).allMatch((turn) -> turn.ended);
		}

		private void send() {
			String question = "q" + this.questions++ + ".";
			begin(this.stream.send(question), question);
		}

		private void retry() {
			boolean free = this.current == null;
			Message last = this.said.peekLast();
			if (free && last != null && last.role() == Role.ASSISTANT) {
				this.said.removeLast();
			}
			Message question = this.said.peekLast();
			begin(this.stream.retry(), (question != null) ? question.content() : null);
		}

		private void begin(Flux<StreamEvent> answer, @Nullable String question) {
			boolean free = this.current == null;
			Turn turn = new Turn(question);
			int asked = this.provider.asked().size();
			if (free && question != null) {
				this.current = turn;
				this.turns.add(turn);
			}
			answer.subscribe(turn);
			List<String> requests = this.provider.asked().subList(asked, this.provider.asked().size());
			if (!free) {
				expect(turn.failure instanceof IllegalStateException, "a second call is refused");
				expect(requests.isEmpty(), "a second call makes no request");
			}
			else if (question == null) {
				expect(turn.terminations == 1 && requests.isEmpty(), "there is nothing to say again");
			}
			else {
				expect(requests.contains(question), "the question is asked");
			}
		}

		/** An assertion that fails in a listener would be its own affair. */
		private void expect(boolean fact, String rule) {
			if (!fact) {
				this.violations.add(rule);
			}
		}

		private void cancel() {
			if (this.current != null) {
				this.current.cancelled = true;
				this.current.cancel();
			}
		}

		private boolean answerBegins() {
			return this.current != null && this.current.text.toString().isBlank();
		}

		private String answer() {
			List<String> asked = this.provider.asked();
			return asked.get(asked.size() - 1).replace('q', 'a') + " ";
		}

		private void message(Message message) {
			if (message.role() == Role.USER) {
				this.said.add(message);
			}
		}

		private void turnEnded(AIStreamEvent.End end) {
			Turn turn = this.current;
			this.current = null;
			expect(turn != null && !turn.ended, "a call ends once");
			if (turn == null) {
				return;
			}
			turn.ended = true;
			turn.end = end;
			this.used = this.used.plus(end.usage());
			if (end.outcome() == AIStreamEvent.Outcome.COMPLETE || !end.answer().isBlank()) {
				Status status = Status.valueOf(end.outcome().name());
				this.said.add(new Message("an-id", Role.ASSISTANT, end.answer(), null, status));
			}
		}

		private void reset(List<Message> messages) {
			expect(messages.size() == this.said.size(), "a reset forgets everything");
			this.said.clear();
			this.used = Usage.NONE;
		}

		private static void runOne(Queue<Runnable> actions) {
			Runnable action = actions.poll();
			if (action != null) {
				action.run();
			}
		}

		private void verify() {
			assertThat(this.provider.refusals()).isEmpty();
			assertThat(this.violations).isEmpty();
			assertThat(this.stream.isStreaming()).isEqualTo(this.current != null);
			assertThat(this.stream.getUsage()).isEqualTo(this.used);
			assertThat(this.stream.getMessages()).extracting(Walk::essence)
				.isEqualTo(this.said.stream().map(Walk::essence).toList());
			this.turns.forEach(Turn::verify);
		}

		private static String essence(Message message) {
			return message.role() + " " + message.status() + " " + message.content();
		}

	}

	/** One answer, as its subscriber sees it. */
	private static final class Turn extends BaseSubscriber<StreamEvent> {

		private final @Nullable String question;

		private final StringBuilder text = new StringBuilder();

		private int terminations;

		private boolean cancelled;

		private boolean ended;

		private @Nullable Usage lastUsage;

		private @Nullable Throwable failure;

		private AIStreamEvent.@Nullable End end;

		Turn(@Nullable String question) {
			this.question = question;
		}

		@Override
		protected void hookOnNext(StreamEvent event) {
			assertThat(this.terminations).isZero();
			if (event instanceof StreamEvent.Token token) {
				this.text.append(token.text());
			}
			else if (event instanceof StreamEvent.Retry) {
				this.text.setLength(0);
				this.lastUsage = null;
			}
			else if (event instanceof StreamEvent.UsageReport report) {
				this.lastUsage = report.usage();
			}
		}

		@Override
		protected void hookOnComplete() {
			this.terminations++;
		}

		@Override
		protected void hookOnError(Throwable failure) {
			this.terminations++;
			this.failure = failure;
		}

		void verify() {
			assertThat(this.terminations).as("ends of the answer to %s", this.question)
				.isEqualTo((this.ended && !this.cancelled) ? 1 : 0);
			AIStreamEvent.End end = this.end;
			if (end == null) {
				return;
			}
			if (!this.cancelled) {
				assertThat(end.answer()).isEqualTo(this.text.toString());
			}
			boolean failed = end.outcome() == AIStreamEvent.Outcome.FAILED;
			assertThat(this.failure != null).isEqualTo(failed);
			if (failed) {
				assertThat(this.failure).isInstanceOf(AIStreamException.class).isSameAs(end.error());
			}
			else if (!this.cancelled && this.lastUsage != null) {
				assertThat(end.usage()).isEqualTo(this.lastUsage);
			}
		}

	}

}

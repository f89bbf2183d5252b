package studio.ainative.aikit.client;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ToolDefinition;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an observer sees of the runs of tools.
 */
class ToolObserverTests {

	private final ScriptedServer server = ToolProvider.OPENAI.start();

	private final Recorder recorder = new Recorder();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	private AIStream.Builder stream(ToolFunction weather) {
		return ToolProvider.OPENAI.weather(this.server, weather).observer(this.recorder);
	}

	private String text(AIStream.Builder stream) {
		ToolProvider.OPENAI.respondCall(this.server, "c1", "weather", "{}");
		this.server.respond("Well");
		return Answers.text(stream.build().stream("Hi").contextWrite(Context.of("reader", "ada")));
	}

	@Test
	void seesEachRun() {
		ToolProvider.OPENAI.respondCall(this.server, "c0", "weather", "{}");
		assertThat(text(stream((call) -> call.callId()))).isEqualTo("Well");
		assertThat(this.recorder.seen).containsExactly("c0 weather", "none", "c1 weather", "none");
	}

	@Test
	void functionsRunInItsScopeAndFindItsContext() {
		List<String> found = new CopyOnWriteArrayList<>();
		CountDownLatch left = new CountDownLatch(1);
		text(stream((call) -> {
			found.add(this.recorder.scope.get() + " " + call.context().get("run") + " " + call.context().get("reader"));
			return "";
		}).toolExecutor((work) -> new Thread(() -> {
			work.run();
			found.add("" + this.recorder.scope.get());
			left.countDown();
		}).start()));
		await().until(() -> left.getCount() == 0);
		assertThat(found).containsExactly("c1 c1 ada", "null");
	}

	@Test
	void seesWhyThereIsNoResult() {
		text(stream((call) -> {
			throw new IllegalArgumentException();
		}));
		text(stream((call) -> call.arguments(String.class)));
		text(stream((call) -> "clear").toolLimits(ToolLimits.defaults().withMaxResultSize(1)));
		text(stream((call) -> "clear").toolExecutor((work) -> {
			throw new RejectedExecutionException();
		}));
		assertThat(this.recorder.seen).filteredOn((what) -> !what.equals("c1 weather"))
			.containsExactly(IllegalArgumentException.class.getName(),
					ToolInvocation.UnreadableArgumentsException.class.getName(),
					ToolRun.class.getName() + "$ResultTooLargeException", RejectedExecutionException.class.getName());
	}

	@Test
	void doesNotWaitForAFunctionThatHeedsNoInterrupt() {
		CountDownLatch released = new CountDownLatch(1);
		CountDownLatch returned = new CountDownLatch(1);
		assertThat(text(stream((call) -> {
			awaitUninterruptibly(released);
			returned.countDown();
			return "clear";
		}).toolLimits(ToolLimits.defaults().withTimeout(Duration.ofMillis(50))))).isEqualTo("Well");
		assertThat(this.recorder.seen).containsExactly("c1 weather", TimeoutException.class.getName());
		released.countDown();
		await().until(() -> returned.getCount() == 0);
		assertThat(this.recorder.seen).as("once").hasSize(2);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// That is the point of it
			}
		}
	}

	@Test
	void seesThatWhoeverHasAskedLeaves() throws Exception {
		ToolProvider.OPENAI.respondCall(this.server, "c1", "weather", "{}");
		CountDownLatch running = new CountDownLatch(1);
		Disposable reader = stream((call) -> {
			running.countDown();
			return new CountDownLatch(1).await(1, TimeUnit.HOURS);
		}).build().stream("Hi").subscribe();
		assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
		reader.dispose();
		await().untilAsserted(() -> assertThat(this.recorder.seen).containsExactly("c1 weather",
				CancellationException.class.getName()));
	}

	@Test
	void seesNothingOfWhatIsNotRun() {
		ToolProvider.OPENAI.respondCall(this.server, "c0", "wether", "{}");
		ToolProvider.OPENAI.respondCall(this.server, "c1", "weather", "{");
		this.server.respond("Well");
		assertThat(Answers.text(stream((call) -> "clear").build().stream("Hi"))).isEqualTo("Well");
		assertThat(this.recorder.seen).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "begin", "context", "scope", "scope ends", "end" })
	void breaksNothing(String where) {
		this.recorder.broken = where;
		assertThat(text(stream((call) -> "clear"))).isEqualTo("Well");
		assertThat(this.server.lastRequest().body()).contains("clear");
	}

	/** Writes down what it sees of tools, or fails somewhere. */
	private static final class Recorder implements CallObserver, CallObserver.ObservedCall {

		final List<String> seen = new CopyOnWriteArrayList<>();

		final ThreadLocal<@Nullable String> scope = new ThreadLocal<>();

		String broken = "";

		private void fail(String where) {
			if (this.broken.equals(where)) {
				throw new IllegalStateException("A fault of the observer's");
			}
		}

		@Override
		public ObservedCall begin(Start call, ContextView context) {
			return this;
		}

		@Override
		public Context tryBegins(Context context) {
			return context;
		}

		@Override
		public void tryEnds(@Nullable Throwable failure) {
		}

		@Override
		public void event(StreamEvent event) {
		}

		@Override
		public void ends(End end) {
		}

		@Override
		public ObservedTool toolBegins(String callId, ToolDefinition tool) {
			fail("begin");
			this.seen.add(callId + " " + tool.name());
			return new ObservedTool() {

				@Override
				public ContextView inContext(ContextView context) {
					fail("context");
					return Context.of(context).put("run", callId);
				}

				@Override
				public Scope openScope() {
					fail("scope");
					Recorder.this.scope.set(callId);
					return () -> {
						Recorder.this.scope.remove();
						fail("scope ends");
					};
				}

				@Override
				public void ends(@Nullable Throwable failure) {
					fail("end");
					Recorder.this.seen.add((failure != null) ? failure.getClass().getName() : "none");
				}

			};
		}

	}

}

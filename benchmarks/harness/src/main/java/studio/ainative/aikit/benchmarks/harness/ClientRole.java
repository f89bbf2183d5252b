package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Lets a client stream answers for a while, some at once, and checks each of them.
 */
final class ClientRole {

	private static final long SECONDS_TO_END = 120;

	private final ClientPeer peer;

	private TokenSink.Answer expected = new TokenSink.Answer("", 0, 0);

	ClientRole(ClientPeer peer) {
		this.peer = peer;
	}

	void serve(Commands commands) throws InterruptedException {
		commands.on("open", (words) -> {
			Format format = Format.of(words[2]);
			this.expected = TokenSink.Answer.of(format, Integer.parseInt(words[3]));
			this.peer.open(words[1], format, Integer.parseInt(words[4]));
			return "";
		})
			.on("run", (words) -> run(Long.parseLong(words[1]), Integer.parseInt(words[2])))
			.on("first", (words) -> first(Integer.parseInt(words[1])))
			.on("burst", (words) -> burst(Integer.parseInt(words[1])))
			.on("probe", (words) -> probe(Long.parseLong(words[1])))
			.serve("");
	}

	private String run(long millis, int lanes) throws InterruptedException {
		ProcessStatistics before = ProcessStatistics.now();
		Lanes all = new Lanes(before.wallNanos() + TimeUnit.MILLISECONDS.toNanos(millis), lanes);
		for (int i = 0; i < lanes; i++) {
			all.next();
		}
		boolean ended = all.open.await(TimeUnit.MILLISECONDS.toSeconds(millis) + SECONDS_TO_END, TimeUnit.SECONDS);
		ProcessStatistics statistics = ProcessStatistics.now().since(before);
		String problem = all.problem.get();
		if (problem != null || !ended) {
			throw new IllegalStateException((problem != null) ? problem : all.open.getCount() + " answers never end");
		}
		return statistics.line() + " tokens=" + all.answers.get() * this.expected.tokens();
	}

	/** One answer after another: how long the first token takes. */
	private String first(int count) throws Exception {
		long[] nanos = new long[count];
		ProcessStatistics before = ProcessStatistics.now();
		for (int i = 0; i < count; i++) {
			TokenSink sink = new TokenSink(this.expected);
			this.peer.stream(sink).toCompletableFuture().get(SECONDS_TO_END, TimeUnit.SECONDS);
			String problem = sink.problem(this.peer.drainsOnly());
			if (problem != null) {
				throw new IllegalStateException(problem);
			}
			nanos[i] = sink.firstTokenNanos();
		}
		return firsts(ProcessStatistics.now().since(before), nanos);
	}

	/**
	 * Answers that are asked for at once: how long the first token of each takes. Calls
	 * may fail, as with clients that ask for more streams than a connection may have.
	 */
	private String burst(int count) throws Exception {
		List<TokenSink> sinks = new ArrayList<>();
		List<CompletableFuture<?>> answers = new ArrayList<>();
		ProcessStatistics before = ProcessStatistics.now();
		for (int i = 0; i < count; i++) {
			TokenSink sink = new TokenSink(this.expected);
			sinks.add(sink);
			answers.add(this.peer.stream(sink).toCompletableFuture());
		}
		CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).exceptionally((failure) -> {
			failure.printStackTrace();
			return null;
		}).get(SECONDS_TO_END, TimeUnit.SECONDS);
		ProcessStatistics statistics = ProcessStatistics.now().since(before);
		List<TokenSink> answered = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			if (!answers.get(i).isCompletedExceptionally()) {
				answered.add(sinks.get(i));
			}
		}
		for (TokenSink sink : answered) {
			String problem = sink.problem(this.peer.drainsOnly());
			if (problem != null) {
				throw new IllegalStateException(problem);
			}
		}
		if (answered.isEmpty()) {
			throw new IllegalStateException("all of " + count + " calls failed");
		}
		return firsts(statistics, answered.stream().mapToLong(TokenSink::firstTokenNanos).toArray()) + " failed="
				+ (count - answered.size());
	}

	/** One answer, which need not come: how long the first token takes if it does. */
	private String probe(long secondsToWait) throws InterruptedException {
		TokenSink sink = new TokenSink(this.expected);
		try {
			this.peer.stream(sink).toCompletableFuture().get(secondsToWait, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			ex.printStackTrace();
			return "first=none";
		}
		String problem = sink.problem(this.peer.drainsOnly());
		if (problem != null) {
			throw new IllegalStateException(problem);
		}
		return "first=" + sink.firstTokenNanos();
	}

	private String firsts(ProcessStatistics statistics, long[] nanos) {
		int count = nanos.length;
		Arrays.sort(nanos);
		return statistics.line() + " tokens=" + (long) count * this.expected.tokens() + " first=" + nanos[count / 2]
				+ " first99=" + nanos[count * 99 / 100] + " largest=" + nanos[count - 1];
	}

	/**
	 * Each lane streams one answer after another until the time is over.
	 */
	private final class Lanes {

		private final long deadline;

		private final CountDownLatch open;

		private final AtomicLong answers = new AtomicLong();

		private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

		Lanes(long deadline, int count) {
			this.deadline = deadline;
			this.open = new CountDownLatch(count);
		}

		void next() {
			TokenSink sink = new TokenSink(ClientRole.this.expected);
			try {
				ClientRole.this.peer.stream(sink).whenComplete((ignored, failure) -> ended(sink, failure));
			}
			catch (RuntimeException ex) {
				ended(sink, ex);
			}
		}

		private void ended(TokenSink sink, @Nullable Throwable failure) {
			String found = sink.problem(ClientRole.this.peer.drainsOnly());
			if (failure != null) {
				failure.printStackTrace();
				found = failure.toString();
			}
			if (found != null) {
				this.problem.compareAndSet(null, found);
			}
			this.answers.incrementAndGet();
			if (this.problem.get() != null || System.nanoTime() - this.deadline >= 0) {
				this.open.countDown();
			}
			else {
				next();
			}
		}

	}

}

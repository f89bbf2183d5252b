package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * A steady flow of paced answers, and how long each token was on its way to its reader.
 * Each lane asks for the next answer when one has ended, so that answers begin and end
 * all the time. Tokens count from {@link #count} to {@link #stopCounting}. Fields are
 * written on the drain's thread.
 */
final class StampedStreams {

	private final AnswerCheck check;

	private final CountDownLatch toBegin;

	/** Answers that have ended, not checked yet, as that would hold up the tokens. */
	private final List<Drain.Body> ended = new ArrayList<>();

	private final LongStream.Builder latencies = LongStream.builder();

	private boolean counting;

	/** Answers whose first token has come and whose end has not. */
	private int open;

	private int largestOpen;

	private volatile @Nullable String problem;

	StampedStreams(int tokens, int lanes) {
		this.check = new AnswerCheck(AnswerFormat.AI_KIT, tokens, (text) -> Stamp.isWhole(text, tokens));
		this.toBegin = new CountDownLatch(lanes);
	}

	Connection lane(byte[] request) {
		return new Lane(request);
	}

	/** Wait until each lane has begun. Some never do if the server lets them wait. */
	void awaitBegun(long millis) throws InterruptedException {
		this.toBegin.await(millis, TimeUnit.MILLISECONDS);
	}

	void count() {
		this.counting = true;
		this.largestOpen = this.open;
	}

	void stopCounting() {
		this.counting = false;
	}

	/** Check the answers that have ended, and say what was counted. */
	String result() {
		for (Drain.Body answer : this.ended) {
			String problem = this.check.problem(answer.array(), answer.size());
			this.problem = (this.problem != null) ? this.problem : problem;
		}
		if (this.problem != null) {
			throw new IllegalStateException(this.problem);
		}
		long[] sorted = this.latencies.build().sorted().toArray();
		if (sorted.length == 0) {
			throw new IllegalStateException("no token came, " + this.toBegin.getCount() + " streams never began");
		}
		return String.format(Locale.ROOT, "open=%d counted=%d p50=%d p99=%d p999=%d max=%d", this.largestOpen,
				sorted.length, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)],
				sorted[(int) (sorted.length * 0.999)], sorted[sorted.length - 1]);
	}

	private final class Lane extends Connection {

		private final Stamp stamp = new Stamp(this::written);

		private Drain.Body body = new Drain.Body();

		private long now;

		private boolean begun;

		private boolean open;

		Lane(byte[] request) {
			super(request);
		}

		@Override
		void piece(byte[] bytes, int offset, int length) {
			this.now = System.nanoTime();
			this.stamp.read(bytes, offset, length);
			this.body.write(bytes, offset, length);
		}

		private void written(long nanos) {
			if (!this.open) {
				this.open = true;
				StampedStreams.this.open++;
				StampedStreams.this.largestOpen = Math.max(StampedStreams.this.largestOpen, StampedStreams.this.open);
			}
			if (!this.begun) {
				this.begun = true;
				StampedStreams.this.toBegin.countDown();
			}
			if (StampedStreams.this.counting) {
				StampedStreams.this.latencies.add(this.now - nanos);
			}
		}

		@Override
		void response() {
			StampedStreams.this.ended.add(this.body);
			this.body = new Drain.Body();
			closed();
			ask();
		}

		@Override
		void over(@Nullable String problem) {
			closed();
			if (problem != null) {
				StampedStreams.this.problem = problem;
			}
		}

		private void closed() {
			if (this.open) {
				this.open = false;
				StampedStreams.this.open--;
			}
		}

	}

}

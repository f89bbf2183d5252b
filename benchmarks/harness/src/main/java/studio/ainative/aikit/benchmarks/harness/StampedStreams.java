package studio.ainative.aikit.benchmarks.harness;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Many readers of paced answers at once, and how long each token was on its way to them.
 * Tokens count from when the last stream has begun. Fields are written on the drain's
 * thread.
 */
final class StampedStreams {

	private final AnswerCheck check;

	private final CountDownLatch begun;

	private final CountDownLatch open;

	private final long[] latencies;

	private int count;

	private volatile @Nullable String problem;

	StampedStreams(int tokens, int streams) {
		this.check = new AnswerCheck(tokens, (text) -> Stamp.isWhole(text, tokens));
		this.begun = new CountDownLatch(streams);
		this.open = new CountDownLatch(streams);
		this.latencies = new long[tokens * streams];
	}

	Connection connection(byte[] request) {
		return new StampedConnection(request);
	}

	/** Wait until the last stream has begun, and say how many have not ended by then. */
	String awaitBegun(long seconds) throws InterruptedException {
		long start = System.nanoTime();
		if (!this.begun.await(seconds, TimeUnit.SECONDS)) {
			throw new IllegalStateException(this.begun.getCount() + " streams never begin");
		}
		return "open=" + this.open.getCount() + " begun=" + (System.nanoTime() - start);
	}

	String awaitEnd(long seconds) throws InterruptedException {
		boolean ended = this.open.await(seconds, TimeUnit.SECONDS);
		if (this.problem != null || !ended) {
			throw new IllegalStateException(
					(this.problem != null) ? this.problem : this.open.getCount() + " streams never end");
		}
		long[] sorted = Arrays.copyOf(this.latencies, this.count);
		Arrays.sort(sorted);
		return String.format(Locale.ROOT, "counted=%d p50=%d p99=%d p999=%d max=%d", sorted.length,
				sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], sorted[(int) (sorted.length * 0.999)],
				sorted[sorted.length - 1]);
	}

	private final class StampedConnection extends Connection {

		private final Stamp stamp = new Stamp(this::written);

		private final Drain.Body body = new Drain.Body();

		private long now;

		private boolean first = true;

		StampedConnection(byte[] request) {
			super(request);
		}

		@Override
		void piece(byte[] bytes, int offset, int length) {
			this.now = System.nanoTime();
			this.stamp.read(bytes, offset, length);
			this.body.write(bytes, offset, length);
		}

		private void written(long nanos) {
			if (this.first) {
				this.first = false;
				StampedStreams.this.begun.countDown();
			}
			if (StampedStreams.this.begun.getCount() == 0) {
				StampedStreams.this.latencies[StampedStreams.this.count++] = this.now - nanos;
			}
		}

		@Override
		void response() {
			end(StampedStreams.this.check.problem(this.body.array(), this.body.size()));
		}

		@Override
		void over(@Nullable String problem) {
			if (problem != null) {
				StampedStreams.this.problem = problem;
			}
			StampedStreams.this.open.countDown();
		}

	}

}

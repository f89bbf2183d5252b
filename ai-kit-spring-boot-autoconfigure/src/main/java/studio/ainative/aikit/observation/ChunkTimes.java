package studio.ainative.aikit.observation;

import java.util.function.DoubleConsumer;

/**
 * The times between the chunks of one call, in the buckets of the metric: so that a chunk
 * costs a look at the clock and two additions, and the metric is told of all of them at
 * the call's end. Their sum, number, buckets and longest are exact. Not thread-safe.
 */
final class ChunkTimes {

	/** The convention's bounds for times, in seconds: 0.01 doubled up to 81.92. */
	static final double[] BOUNDS = bounds();

	private static final double NANOS_PER_SECOND = 1e9;

	private static final long FIRST_BOUND_NANOS = 10_000_000;

	private final int[] counts = new int[BOUNDS.length + 1];

	private final long[] nanos = new long[BOUNDS.length + 1];

	private long longest;

	private static double[] bounds() {
		double[] bounds = new double[14];
		for (int i = 0; i < bounds.length; i++) {
			bounds[i] = (1L << i) / 100.0;
		}
		return bounds;
	}

	void add(long time) {
		int bucket = 0;
		for (long bound = FIRST_BOUND_NANOS; time > bound && bucket < BOUNDS.length; bound *= 2) {
			bucket++;
		}
		this.counts[bucket]++;
		this.nanos[bucket] += time;
		if (time > this.longest) {
			this.longest = time;
		}
	}

	/**
	 * Tell all times, each bucket's by their mean but the longest by itself.
	 * @param seconds takes each time
	 */
	void forEach(DoubleConsumer seconds) {
		for (int bucket = 0; bucket < this.counts.length; bucket++) {
			int count = this.counts[bucket];
			long sum = this.nanos[bucket];
			if (count > 0 && bucket == lastBucket()) {
				seconds.accept(this.longest / NANOS_PER_SECOND);
				count--;
				sum -= this.longest;
			}
			double mean = (count > 0) ? sum / NANOS_PER_SECOND / count : 0;
			for (int i = 0; i < count; i++) {
				seconds.accept(mean);
			}
		}
	}

	private int lastBucket() {
		int last = this.counts.length - 1;
		while (last > 0 && this.counts[last] == 0) {
			last--;
		}
		return last;
	}

}

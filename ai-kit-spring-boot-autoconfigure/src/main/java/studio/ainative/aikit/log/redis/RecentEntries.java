package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import studio.ainative.aikit.log.EventCodec;

/**
 * What a producer had kept a moment ago. If Redis loses the log, those who follow from
 * other nodes may not have had it yet. Not thread-safe.
 */
final class RecentEntries {

	/** Many times what it takes a copy to arrive. */
	private static final long AGE = Duration.ofSeconds(2).toNanos();

	/** Some hundred answers may run on a node. */
	private static final int MOST_BYTES = 64 << 10;

	private final Deque<Kept> entries = new ArrayDeque<>();

	private int size;

	void add(String id, byte[] bytes, long nanoTime) {
		this.entries.add(new Kept(id, bytes, nanoTime));
		this.size += bytes.length;
		Kept oldest = this.entries.peek();
		while (oldest != null && (this.size > MOST_BYTES || nanoTime - oldest.nanoTime > AGE)) {
			this.size -= oldest.bytes.length;
			this.entries.remove();
			oldest = this.entries.peek();
		}
	}

	/**
	 * How many events come before the first of them.
	 * @param last how many there are in all
	 */
	long before(long last) {
		Kept oldest = this.entries.peek();
		return (oldest != null) ? EventCodec.decode(oldest.bytes).first() - 1 : last;
	}

	/** Ids and bytes by turns. */
	List<byte[]> all() {
		List<byte[]> all = new ArrayList<>();
		for (Kept kept : this.entries) {
			all.add(RedisNode.bytes(kept.id));
			all.add(kept.bytes);
		}
		return all;
	}

	/**
	 * An entry.
	 */
	private static final class Kept {

		private final String id;

		private final byte[] bytes;

		private final long nanoTime;

		Kept(String id, byte[] bytes, long nanoTime) {
			this.id = id;
			this.bytes = bytes;
			this.nanoTime = nanoTime;
		}

	}

}

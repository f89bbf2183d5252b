package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * What the drain does with answers that are kept: it times first tokens, follows answers
 * on another node while they come, and reads them again when they have ended. Answers are
 * those of a source that plays with {@code stamp}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails says so itself
final class KeptAnswers {

	private static final long SECONDS_TO_END = 120;

	/** Readers come one by one: a crowd at once would be another load. */
	private static final long NANOS_TO_BEGIN = TimeUnit.SECONDS.toNanos(1);

	private final Sockets sockets;

	private final List<Followed> followed = new ArrayList<>();

	/** From when on tokens count. */
	private long from;

	KeptAnswers(Sockets sockets) {
		this.sockets = sockets;
	}

	void serve(Commands commands) {
		commands
			.on("first",
					(words) -> first(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]),
							Integer.parseInt(words[4])))
			.on("follow",
					(words) -> follow(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]),
							Integer.parseInt(words[4]), Integer.parseInt(words[5]), words[6]))
			.on("follow-end", (words) -> endFollow())
			.on("make", (words) -> make(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3])))
			.on("again", (words) -> again(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]),
					Integer.parseInt(words[4])));
	}

	/** Answers one after another: how long each takes to its first token. */
	private String first(int port, String path, int tokens, int count) throws Exception {
		List<Long> nanos = new ArrayList<>();
		read(port, new StampedReader(path, tokens) {
			@Override
			void whole() {
				nanos.add(arrival(0) - asked());
				if (nanos.size() < count) {
					ask();
				}
				else {
					end(null);
				}
			}
		});
		return "nanos=" + nanos.stream().map(String::valueOf).collect(Collectors.joining(","));
	}

	/**
	 * Begin answers at one port, each of which is read at another one at the same time.
	 */
	private String follow(int port, String path, int tokens, int lanes, int otherPort, String otherPath)
			throws Exception {
		this.followed.clear();
		long start = System.nanoTime();
		for (int i = 0; i < lanes; i++) {
			TimeUnit.NANOSECONDS.sleep(start + NANOS_TO_BEGIN * i / lanes - System.nanoTime());
			this.followed.add(new Followed(port, path, tokens, otherPort, otherPath));
		}
		for (Followed answer : this.followed) {
			answer.begun.get(SECONDS_TO_END, TimeUnit.SECONDS);
		}
		this.from = System.nanoTime();
		return "";
	}

	private String endFollow() throws Exception {
		LongStream.Builder all = LongStream.builder();
		for (Followed answer : this.followed) {
			answer.ended.get(SECONDS_TO_END, TimeUnit.SECONDS);
			answer.latencies(this.from, all);
		}
		long[] sorted = all.build().sorted().toArray();
		if (sorted.length == 0) {
			return "counted=0";
		}
		return String.format(Locale.ROOT, "counted=%d p50=%d p99=%d max=%d", sorted.length, sorted[sorted.length / 2],
				sorted[(int) (sorted.length * 0.99)], sorted[sorted.length - 1]);
	}

	/** One answer: how long it takes, and what it is called. */
	private String make(int port, String path, int tokens) throws Exception {
		String[] streamId = new String[1];
		long start = System.nanoTime();
		read(port, new StampedReader(path, tokens) {
			@Override
			void whole() {
				streamId[0] = streamId();
				end(null);
			}
		});
		return "made=" + (System.nanoTime() - start) + " id=" + streamId[0];
	}

	/** An answer again and again, one time after another: how long it takes each time. */
	private String again(int port, String path, int tokens, int count) throws Exception {
		List<Long> nanos = new ArrayList<>();
		read(port, new StampedReader(path, tokens) {
			@Override
			void whole() {
				nanos.add(System.nanoTime() - asked());
				if (nanos.size() < count) {
					ask();
				}
				else {
					end(null);
				}
			}
		});
		long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
		return "again=" + sorted[count / 2] + " largest=" + sorted[count - 1];
	}

	private void read(int port, StampedReader reader) throws Exception {
		this.sockets.open(port, reader);
		reader.ended().get(SECONDS_TO_END, TimeUnit.SECONDS);
	}

	/**
	 * One answer with two readers.
	 */
	private final class Followed {

		private final CompletableFuture<Void> begun = new CompletableFuture<>();

		private final CompletableFuture<Void> ended = new CompletableFuture<>();

		private final StampedReader reader;

		private final int tokens;

		private @Nullable StampedReader follower;

		Followed(int port, String path, int tokens, int otherPort, String otherPath) {
			this.tokens = tokens;
			this.reader = new StampedReader(path, tokens) {
				@Override
				void begun() {
					follow(otherPort, otherPath + streamId());
				}

				@Override
				void whole() {
					end(null);
				}
			};
			connect(port, this.reader);
		}

		private void follow(int port, String path) {
			this.follower = new StampedReader(path, this.tokens) {
				@Override
				void begun() {
					Followed.this.begun.complete(null);
				}

				@Override
				void whole() {
					end(null);
				}
			};
			connect(port, this.follower);
		}

		private void connect(int port, StampedReader reader) {
			reader.ended().whenComplete((ignored, failure) -> {
				if (failure != null) {
					this.begun.completeExceptionally(failure);
					this.ended.completeExceptionally(failure);
				}
				else if (this.follower != null && this.follower.ended().isDone() && this.reader.ended().isDone()) {
					this.ended.complete(null);
				}
			});
			KeptAnswers.this.sockets.open(port, reader);
		}

		/** How much later than the first reader's a token was the follower's. */
		void latencies(long from, LongStream.Builder all) {
			StampedReader other = Objects.requireNonNull(this.follower);
			for (int i = 0; i < this.tokens; i++) {
				if (this.reader.arrival(i) >= from) {
					all.add(other.arrival(i) - this.reader.arrival(i));
				}
			}
		}

	}

}

package studio.ainative.aikit.benchmarks.harness;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The readers that servers and relays are measured with. They check each response.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails says so itself
final class Drain {

	private static final long SECONDS_TO_END = 120;

	/** So many connections are opened at once. */
	private static final int CONNECTIONS_AT_ONCE = 100;

	private final Sockets sockets = new Sockets();

	private final List<IdleConnection> idle = new ArrayList<>();

	private final List<Connection> stampedLanes = new ArrayList<>();

	private StampedStreams stamped = new StampedStreams(0, 0);

	static void serve(Commands commands) throws InterruptedException {
		Drain drain = new Drain();
		new KeptAnswers(drain.sockets).serve(commands);
		commands
			.on("load",
					(words) -> drain.load(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]),
							Long.parseLong(words[4]), Integer.parseInt(words[5]), AnswerFormat.valueOf(words[6])))
			.on("idle", (words) -> drain.openIdle(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3])))
			.on("idle-statistics", (words) -> drain.idleStatistics())
			.on("idle-close", (words) -> drain.closeIdle())
			.on("stamped-open",
					(words) -> drain.openStamped(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]),
							Integer.parseInt(words[4]), Long.parseLong(words[5])))
			.on("stamped-count", (words) -> drain.countStamped(Long.parseLong(words[1])))
			.on("stamped-end", (words) -> drain.endStamped())
			.on("response", (words) -> {
				SingleResponse response = new SingleResponse(words[2], Integer.parseInt(words[3]),
						words[4].equals("gzip"));
				drain.sockets.open(Integer.parseInt(words[1]), response);
				return response.await(SECONDS_TO_END);
			})
			.serve("");
	}

	/** Lanes ask for one response after another until the time is over. */
	private String load(int port, String path, int tokens, long millis, int lanes, AnswerFormat format)
			throws InterruptedException {
		ProcessStatistics before = ProcessStatistics.now();
		LoadRun run = new LoadRun(format, tokens, before.wallNanos() + TimeUnit.MILLISECONDS.toNanos(millis), lanes);
		byte[] request = HttpBody.request(path);
		for (int i = 0; i < lanes; i++) {
			this.sockets.open(port, new LoadConnection(request, run));
		}
		boolean ended = run.open.await(TimeUnit.MILLISECONDS.toSeconds(millis) + SECONDS_TO_END, TimeUnit.SECONDS);
		ProcessStatistics statistics = ProcessStatistics.now().since(before);
		if (run.problem != null || !ended) {
			throw new IllegalStateException(
					(run.problem != null) ? run.problem : run.open.getCount() + " responses never end");
		}
		long[] firsts = run.firsts.stream().mapToLong(Long::longValue).sorted().toArray();
		return statistics.line() + " tokens=" + run.responses * tokens + " reads=" + run.reads + " first="
				+ firsts[firsts.length / 2];
	}

	private String openIdle(int port, String path, int count) throws InterruptedException {
		byte[] request = HttpBody.request(path);
		CountDownLatch answered = new CountDownLatch(count);
		List<ChannelFuture> connecting = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			IdleConnection connection = new IdleConnection(request, answered);
			this.idle.add(connection);
			connecting.add(this.sockets.open(port, connection));
			if (connecting.size() == CONNECTIONS_AT_ONCE) {
				for (ChannelFuture future : connecting) {
					future.sync();
				}
				connecting.clear();
			}
		}
		if (!answered.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
			throw new IllegalStateException(answered.getCount() + " of " + count + " streams never begin");
		}
		return "";
	}

	private String idleStatistics() throws InterruptedException {
		String[] line = new String[1];
		this.sockets.execute(() -> {
			long open = this.idle.stream().filter((connection) -> !connection.over).count();
			long pieces = this.idle.stream().mapToLong((connection) -> connection.pieces).sum();
			line[0] = "open=" + open + " beats=" + pieces;
		}).sync();
		return line[0];
	}

	private String closeIdle() throws InterruptedException {
		this.sockets.execute(() -> this.idle.forEach((connection) -> connection.end(null))).sync();
		this.idle.clear();
		return "";
	}

	/** Lanes begin one after another, spread over the length of an answer. */
	private String openStamped(int port, String path, int tokens, int lanes, long millis) throws InterruptedException {
		this.stamped = new StampedStreams(tokens, lanes);
		byte[] request = HttpBody.request(path);
		long start = System.nanoTime();
		for (int i = 0; i < lanes; i++) {
			TimeUnit.NANOSECONDS.sleep(start + TimeUnit.MILLISECONDS.toNanos(millis) * i / lanes - System.nanoTime());
			Connection lane = this.stamped.lane(request);
			this.stampedLanes.add(lane);
			this.sockets.open(port, lane);
		}
		this.stamped.awaitBegun(millis / 2);
		return "";
	}

	private String countStamped(long millis) throws InterruptedException {
		this.sockets.execute(this.stamped::count).sync();
		TimeUnit.MILLISECONDS.sleep(millis);
		this.sockets.execute(this.stamped::stopCounting).sync();
		return "";
	}

	private String endStamped() throws InterruptedException {
		this.sockets.execute(() -> this.stampedLanes.forEach((lane) -> lane.end(null))).sync();
		this.stampedLanes.clear();
		return this.stamped.result();
	}

	/**
	 * What the lanes of one load have in common. Written on the drain's thread only.
	 */
	private static final class LoadRun {

		private final AnswerCheck check;

		private final long deadline;

		private final CountDownLatch open;

		private final List<Long> firsts = new ArrayList<>();

		private volatile @Nullable String problem;

		private long responses;

		private long reads;

		LoadRun(AnswerFormat format, int tokens, long deadline, int lanes) {
			this.check = new AnswerCheck(format, tokens, Payloads.text(tokens)::equals);
			this.deadline = deadline;
			this.open = new CountDownLatch(lanes);
		}

	}

	private static final class LoadConnection extends Connection {

		private final LoadRun run;

		private final Body body = new Body();

		private boolean first = true;

		LoadConnection(byte[] request, LoadRun run) {
			super(request);
			this.run = run;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			this.run.reads++;
			super.channelRead(context, message);
		}

		@Override
		void piece(byte[] bytes, int offset, int length) {
			if (this.first) {
				this.first = false;
				this.run.firsts.add(System.nanoTime() - asked());
			}
			this.body.write(bytes, offset, length);
		}

		@Override
		void response() {
			this.run.responses++;
			String problem = this.run.check.problem(this.body.array(), this.body.size());
			this.body.reset();
			this.first = true;
			if (problem != null || this.run.problem != null || System.nanoTime() - this.run.deadline >= 0) {
				end(problem);
			}
			else {
				ask();
			}
		}

		@Override
		void over(@Nullable String problem) {
			if (problem != null) {
				this.run.problem = problem;
			}
			this.run.open.countDown();
		}

	}

	/**
	 * A stream that brings heartbeats alone. Fields are written on the drain's thread.
	 */
	private static final class IdleConnection extends Connection {

		private final CountDownLatch answered;

		private long pieces;

		private boolean over;

		IdleConnection(byte[] request, CountDownLatch answered) {
			super(request);
			this.answered = answered;
		}

		@Override
		void piece(byte[] bytes, int offset, int length) {
			if (this.pieces++ == 0) {
				this.answered.countDown();
			}
		}

		@Override
		void response() {
			end("the stream has ended");
		}

		@Override
		void over(@Nullable String problem) {
			this.over = true;
		}

	}

	/**
	 * Bytes that can be read where they are.
	 */
	static final class Body extends ByteArrayOutputStream {

		byte[] array() {
			return this.buf;
		}

	}

}

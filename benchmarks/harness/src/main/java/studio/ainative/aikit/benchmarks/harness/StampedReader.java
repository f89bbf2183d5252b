package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads one answer after another whose tokens are {@linkplain Stamp stamped}, and notes
 * when each of them came. Fields are written on the drain's thread.
 */
abstract class StampedReader extends Connection {

	private static final Pattern STREAM_ID = Pattern.compile("\"streamId\":\"([^\"]+)\"");

	private final AnswerCheck check;

	private final long[] arrivals;

	private final Stamp stamp = new Stamp((written) -> arrived());

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final Drain.Body body = new Drain.Body();

	private @Nullable String streamId;

	private long now;

	private int count;

	StampedReader(String path, int tokens) {
		super(HttpBody.request(path));
		this.check = new AnswerCheck(AnswerFormat.AI_KIT, tokens, (text) -> Stamp.isWhole(text, tokens));
		this.arrivals = new long[tokens];
	}

	/** The first token of an answer has come. */
	void begun() {
	}

	/**
	 * A whole answer has come: {@link #ask()} for the next one or {@link #end} here.
	 */
	abstract void whole();

	/** Done when the connection is over. */
	final CompletableFuture<Void> ended() {
		return this.ended;
	}

	/**
	 * When a token of the last answer came.
	 * @param index which one, from 0 on
	 * @return the time of {@link System#nanoTime()}
	 */
	final long arrival(int index) {
		return this.arrivals[index];
	}

	/** What the answer is called by those who read it again. */
	final String streamId() {
		if (this.streamId == null) {
			Matcher matcher = STREAM_ID.matcher(this.body.toString(StandardCharsets.UTF_8));
			if (!matcher.find()) {
				throw new IllegalStateException("The answer has no id");
			}
			this.streamId = matcher.group(1);
		}
		return this.streamId;
	}

	private void arrived() {
		if (this.count < this.arrivals.length) {
			this.arrivals[this.count] = this.now;
		}
		this.count++;
	}

	@Override
	final void piece(byte[] bytes, int offset, int length) {
		this.now = System.nanoTime();
		boolean first = this.count == 0;
		this.body.write(bytes, offset, length);
		this.stamp.read(bytes, offset, length);
		if (first && this.count > 0) {
			begun();
		}
	}

	@Override
	final void response() {
		String problem = this.check.problem(this.body.array(), this.body.size());
		if (problem != null) {
			end(problem);
			return;
		}
		whole();
		this.body.reset();
		this.count = 0;
		this.streamId = null;
	}

	@Override
	final void over(@Nullable String problem) {
		if (problem != null) {
			this.ended.completeExceptionally(new IllegalStateException(problem));
		}
		else {
			this.ended.complete(null);
		}
	}

}

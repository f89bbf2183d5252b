package studio.ainative.aikit.observation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Remembers how the last calls of each stream went, and how many are open. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CallHistory implements ClientCallListener {

	/** As many calls of a stream as fit on a page. */
	private static final int REMEMBERED = 20;

	private final Clock clock;

	private final Map<String, StreamHistory> streams = new ConcurrentHashMap<>();

	/**
	 * Remember nothing yet.
	 * @param clock tells the time of each call's end
	 */
	public CallHistory(Clock clock) {
		this.clock = clock;
	}

	@Override
	public void begun(AiKitClientObservationContext call) {
		stream(call.facts().stream()).begun();
	}

	@Override
	public void ended(AiKitClientObservationContext call) {
		ClientCallEnd end = call.end();
		if (end != null) {
			ClientCallProgress progress = call.progress();
			stream(call.facts().stream()).ended(new PastCall(this.clock.instant(), end.outcome(), end.errorType(),
					call.responseModel(), progress.firstToken(), progress.duration(), progress.tries()));
		}
	}

	private StreamHistory stream(String name) {
		return this.streams.computeIfAbsent(name, (key) -> new StreamHistory());
	}

	/**
	 * How many calls of a stream are open.
	 * @param stream the stream's name
	 * @return the number
	 */
	public int openCalls(String stream) {
		return stream(stream).open();
	}

	/**
	 * The last calls of a stream.
	 * @param stream the stream's name
	 * @return the calls, the latest first
	 */
	public List<PastCall> lastCalls(String stream) {
		return stream(stream).last();
	}

	/**
	 * How a call went.
	 *
	 * @param ended when it ended
	 * @param outcome how
	 * @param errorType what failed, {@code null} unless it did
	 * @param model the model that answered, as metrics have it
	 * @param firstToken from the subscription to the first text, {@code null} if there
	 * was none
	 * @param duration from the subscription to the end
	 * @param tries how many requests it took
	 */
	public record PastCall(Instant ended, CallOutcome outcome, @Nullable String errorType, String model,
			@Nullable Duration firstToken, Duration duration, int tries) {
	}

	/** One stream's. */
	private static final class StreamHistory {

		private final Deque<PastCall> last = new ArrayDeque<>(REMEMBERED);

		private int open;

		synchronized void begun() {
			this.open++;
		}

		synchronized void ended(PastCall call) {
			this.open--;
			if (this.last.size() == REMEMBERED) {
				this.last.removeLast();
			}
			this.last.addFirst(call);
		}

		synchronized int open() {
			return this.open;
		}

		synchronized List<PastCall> last() {
			return List.copyOf(this.last);
		}

	}

}

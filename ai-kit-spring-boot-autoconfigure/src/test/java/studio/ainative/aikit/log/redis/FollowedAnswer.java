package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.LogEntry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a reader of a {@link ProducedAnswer} has got.
 */
final class FollowedAnswer {

	private final List<StreamEvent> events = new CopyOnWriteArrayList<>();

	private final CompletableFuture<@Nullable AnswerEnd> end = new CompletableFuture<>();

	private final Disposable subscription;

	private long cursor;

	private FollowedAnswer(AnswerLog log, String id, long after) {
		this.cursor = after;
		this.subscription = log.read(id, after)
			.subscribe(this::add, this.end::completeExceptionally, () -> this.end.complete(null));
	}

	static FollowedAnswer of(AnswerLog log, String id, long after) {
		return new FollowedAnswer(log, id, after);
	}

	private void add(LogEntry entry) {
		assertThat(entry.first()).as("the number of the next event").isLessThanOrEqualTo(this.cursor + 1);
		LogEntry rest = entry.after(this.cursor);
		if (rest != null) {
			this.events.addAll(rest.events());
			this.cursor = rest.last();
			if (rest.end() != null) {
				this.end.complete(rest.end());
			}
		}
	}

	int count() {
		return this.events.size();
	}

	List<StreamEvent> events() {
		return List.copyOf(this.events);
	}

	void leave() {
		this.subscription.dispose();
	}

	/** How the answer ended, or the failure that the reader got instead. */
	@Nullable AnswerEnd awaitEnd(Duration timeout) throws Exception {
		return this.end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	void isWhole(long tokens) {
		assertThat(this.events).isEqualTo(LongStream.rangeClosed(1, tokens).mapToObj(ProducedAnswer::token).toList());
	}

}

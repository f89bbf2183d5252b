package studio.ainative.aikit.log;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerLogException.Reason;

/**
 * A log that the nodes of a test share, and that can be made to fail.
 */
public final class SharedLog implements AnswerLog {

	private final InMemoryAnswerLog log = new InMemoryAnswerLog(InMemoryAnswerLog.MemoryBounds.defaults());

	/** What it fails with, {@code null} while it works. */
	public final AtomicReference<@Nullable Reason> failure = new AtomicReference<>();

	/** What an answer that is to be opened waits for. */
	public final AtomicReference<Mono<Void>> beforeOpening = new AtomicReference<>(Mono.empty());

	@Override
	public boolean isShared() {
		return true;
	}

	@Override
	public Mono<LogOpening> open(NewAnswer answer) {
		return works().then(Mono.defer(this.beforeOpening::get))
			.then(this.log.open(answer))
			.map((opening) -> (opening.writer() != null)
					? LogOpening.opened(opening.streamId(), new FailingWriter(opening.writer())) : opening);
	}

	@Override
	public Flux<LogEntry> read(String streamId, long after) {
		return works().thenMany(this.log.read(streamId, after));
	}

	@Override
	public Mono<AnswerStatus> status(String streamId) {
		return works().then(this.log.status(streamId));
	}

	@Override
	public Mono<String> find(@Nullable String owner, String key) {
		return works().then(this.log.find(owner, key));
	}

	@Override
	public Mono<Void> stop(String streamId) {
		return works().then(this.log.stop(streamId));
	}

	@Override
	public Mono<Void> delete(String streamId) {
		return works().then(this.log.delete(streamId));
	}

	private Mono<Void> works() {
		return Mono.defer(() -> {
			Reason reason = this.failure.get();
			return (reason != null) ? Mono.error(new AnswerLogException(reason, "The store is not there"))
					: Mono.empty();
		});
	}

	private final class FailingWriter implements Writer {

		private final Writer writer;

		FailingWriter(Writer writer) {
			this.writer = writer;
		}

		@Override
		public Mono<Void> append(LogEntry entry) {
			return works().then(this.writer.append(entry));
		}

		@Override
		public Mono<Void> stopRequested() {
			return this.writer.stopRequested();
		}

		@Override
		public void close() {
			if (SharedLog.this.failure.get() == null) {
				this.writer.close();
			}
		}

	}

}
